import { ReadFault } from '../source.ts';
import { AuthenticationFault } from './credentials.ts';

/** What came back: the last answer, after retries. */
export interface Answer {
  method: string;
  url: string;
  status: number;
  text: string;
  location?: string | undefined;
}

/** The JSON object of a good answer; undefined when there is no such resource. Throws ReadFault for anything else. */
export function bodyOf(answer: Answer): Record<string, unknown> | undefined {
  const { status } = answer;
  if (status === 200) return parsed(answer);
  if (status >= 300 && status < 400)
    throw new ReadFault('failed', `${what(answer)} was redirected to ${hostOf(answer)}, which is not followed.`);
  const error = errorOf(answer);
  if (error === undefined) throw new ReadFault('failed', `${what(answer)} was answered with ${status} and ${kindOf(answer.text)}.`);
  if (status === 401) throw causedBy(new AuthenticationFault(`Azure did not take the token (${error.code}): ${error.message}`));
  if (status === 403) throw forbidden(answer, error);
  if (status === 404 && isNone(error)) return undefined;
  if (/^(?:NoRegisteredProviderFound|InvalidApiVersion|InvalidResourceType|MissingApiVersion)/.test(error.code)) {
    const version = new URL(answer.url).searchParams.get('api-version');
    throw new ReadFault('failed', `${what(answer)} is not served here in api-version ${version} (${error.code}).`);
  }
  throw new ReadFault('failed', `${what(answer)} was answered with ${status} ${error.code}: ${error.message}`);
}

/** A read throws ReadFault and nothing else; what lies behind it stays its cause. */
export function causedBy(cause: Error): ReadFault {
  const fault = new ReadFault('failed', cause.message);
  fault.cause = cause;
  return fault;
}

/** What was thrown before there was an answer. */
export function readFault(thrown: unknown, about: string): ReadFault {
  if (thrown instanceof ReadFault) return thrown;
  if (thrown instanceof AuthenticationFault) return causedBy(thrown);
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error.name === 'AbortError') return new ReadFault('failed', `The read of ${about} was stopped.`);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (brokenOff.test(code)) return new ReadFault('failed', `The connection ended before ${about} was read whole (${code}).`);
  if (code === 'ETIMEDOUT') return new ReadFault('failed', `${about} did not answer in time.`);
  return new ReadFault('unreachable', `${about} cannot be reached: ${error.message}`);
}
export const brokenOff = /^(?:ECONNRESET|EPIPE|PARSE_ERROR|ERR_STREAM_PREMATURE_CLOSE|Z_BUF_ERROR)$/;

/** The action and the scope are in the sentence: a body without them is that of a firewall or a proxy, not of Azure's access control. */
function forbidden(answer: Answer, error: ArmError): ReadFault {
  const action = /perform action '([^']+)'/.exec(error.message)?.[1];
  const scope = /over scope '([^']+)'/.exec(error.message)?.[1];
  const message = `${what(answer)} was refused (${error.code}): ${error.message}`;
  if (action === undefined && !/Authorization/i.test(error.code)) return new ReadFault('failed', message);
  return new ReadFault('forbidden', message, action === undefined ? undefined : `${action}${scope === undefined ? '' : ` on ${scope}`}`);
}

/** "No such resource", not "no such subscription" or "no such type", which say nothing of the resource. */
const isNone = ({ code }: ArmError): boolean => /NotFound$/.test(code) && !/^(?:Subscription|Tenant|Parent|ManagementGroup)/.test(code);

interface ArmError {
  code: string;
  message: string;
}

function errorOf({ text }: Answer): ArmError | undefined {
  const body = tryParse(text);
  const error: unknown = isRecord(body) && isRecord(body.error) ? body.error : body;
  if (!isRecord(error) || typeof error.code !== 'string' || !/^\w{1,80}$/.test(error.code)) return undefined;
  return { code: error.code, message: typeof error.message === 'string' ? error.message.replaceAll(/\s+/g, ' ').slice(0, 400) : '' };
}

function parsed(answer: Answer): Record<string, unknown> {
  const body = tryParse(answer.text);
  if (!isRecord(body)) throw new ReadFault('failed', `${what(answer)} was answered with ${kindOf(answer.text)} in place of JSON.`);
  return body;
}

function kindOf(text: string): string {
  if (text.trim() === '') return 'an empty body';
  if (/^\s*<(?:!doctype|html)/i.test(text)) return 'an HTML page (a proxy or a sign-in page?)';
  return /^\s*[{[]/.test(text) && tryParse(text) === undefined ? 'a body that is cut short' : 'a body that Azure does not send';
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const what = ({ method, url }: Answer): string => `${method} ${new URL(url).pathname}`;
const hostOf = ({ url, location }: Answer): string =>
  location !== undefined && URL.canParse(location, url) ? new URL(location, url).host : 'nowhere';
