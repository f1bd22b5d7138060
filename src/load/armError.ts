import { armKeys, kinds, permission } from '../kinds.ts';
import type { Gap, StateKey } from '../snapshot.ts';
import { isWithin, typeOfId } from './armId.ts';
import { keyOfType } from './armShape.ts';
import { isObject } from '../model/objects.ts';

/** An error body of ARM, of either shape: `{"error": {"code", "message"}}` or flat with `details` and `subcode`. */
export interface ArmError {
  code: string;
  message: string;
}

export function armError(value: Record<string, unknown>): ArmError | undefined {
  const body = isObject(value.error) ? value.error : value;
  const { code, message } = body;
  // A Kubernetes Status has a number here; the code is printed, so it must be a plain word.
  if (typeof code !== 'string' || typeof message !== 'string' || !/^\w{1,80}$/.test(code)) return undefined;
  return { code, message };
}

const refused = /authorization|forbidden|accessdenied|unauthorized|disallowed/i;

export function gapOf(error: ArmError, key: StateKey): Gap {
  const scope = scopeOf(error, key);
  const about = { key, ...(scope === undefined ? {} : { scope }) };
  return refused.test(error.code)
    ? { ...about, why: 'forbidden', permission: actionOf(error) ?? permission(key) }
    : { ...about, why: 'failed', message: `Azure answered ${error.code}.` };
}

/** The key whose type the denied action or an id in the message names. */
export function keyOfError(error: ArmError): StateKey | undefined {
  const action = actionOf(error);
  const named = /Resource '([\w.]+\/[\w./-]+)'/.exec(error.message)?.[1];
  const type = action === undefined ? typeOfId(hintOf(error) ?? `/providers/${named}`) : action.slice(0, action.lastIndexOf('/'));
  return type === undefined ? undefined : keyOfType(type);
}

/** The ARM id that a message names, which tells the cluster it is about. */
export function hintOf(error: ArmError): string | undefined {
  return /over scope '([^']+)'/.exec(error.message)?.[1] ?? /'(\/subscriptions\/[^']+)'/.exec(error.message)?.[1];
}

const actionOf = (error: ArmError): string | undefined => /perform action '([\w./-]+)'/.exec(error.message)?.[1];

/** Of what several clusters share, one resource may be refused: its id is the scope of the gap. */
function scopeOf(error: ArmError, key: StateKey): string | undefined {
  const kind = kinds[key];
  const id = hintOf(error);
  if (!armKeys.includes(key) || kind.plane !== 'azure' || !kind.shared || id === undefined) return undefined;
  return typeOfId(id)?.toLowerCase() === kind.type?.toLowerCase() && isWithin(id, '/subscriptions') ? id : undefined;
}
