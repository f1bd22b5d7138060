/** What kubectl and az print that is not JSON, and that people save in a file by redirecting it. */
export type Printed =
  | { what: 'error'; message: PrintedError }
  /** `kubectl api-resources`: what the cluster serves. */
  | { what: 'apiResources'; served: readonly { group: string; kind: string }[] }
  /** kubectl's words for an empty list. */
  | { what: 'nothingFound' };

/** Of an error only what was asked and refused is kept, never its words: they hold names of people. */
export interface PrintedError {
  why: 'forbidden' | 'unreachable' | 'notServed' | 'failed';
  /** Plural and API group of the Kubernetes resource that the error is about. */
  resource?: { plural: string; group?: string };
  /** The namespace, when only that was refused. */
  namespace?: string;
  /** The ARM action that was refused. */
  action?: string;
  /** The error's own code, such as `Forbidden` or `AuthorizationFailed`. */
  code?: string;
}

const errorStart = /^(?:Error from server|error: |Unable to connect to the server|The connection to the server|ERROR: |E\d{4} )/;
const warningStart = /^(?:WARNING: |Warning: |W\d{4} |I\d{4} )/;
const nothingStart = /^No resources found/;
const tableStart = /^NAME +(?:SHORTNAMES +)?API(?:VERSION|GROUP) +NAMESPACED +KIND\b/;

/** Does the text begin as kubectl or az print errors, warnings and tables? */
export function isPrinted(text: string): boolean {
  const line = text.trimStart().slice(0, 400);
  return [errorStart, warningStart, nothingStart, tableStart].some((start) => start.test(line));
}

/** Warnings alone, of which nothing follows. */
export const isOnlyWarnings = (text: string): boolean => text.split('\n').every((line) => line.trim() === '' || warningStart.test(line));

/** The messages of a text for which isPrinted holds. A table beside an error lacks what could not be asked for: it lists nothing. */
export function parsePrinted(text: string): Printed[] {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => tableStart.test(line));
  const table = start < 0 ? [] : lines.slice(start + 1);
  const messages = (start < 0 ? lines : lines.slice(0, start)).flatMap((line): Printed[] => {
    if (errorStart.test(line)) return [{ what: 'error', message: parseError(line) }];
    return nothingStart.test(line) ? [{ what: 'nothingFound' }] : [];
  });
  if (start < 0) return messages;
  const failed = lines.some((line) => errorStart.test(line));
  return [{ what: 'apiResources', served: failed ? [] : table.flatMap(apiResource) }, ...(failed ? [] : messages)];
}

/** NAME SHORTNAMES APIVERSION NAMESPACED KIND [VERBS CATEGORIES]; short names may be missing. */
function apiResource(line: string): { group: string; kind: string }[] {
  const match = /^\S+ +(?:\S+ +)?(\S+) +(?:true|false) +(\w+)/.exec(line.slice(0, 2000));
  const [, version, kind] = match ?? [];
  return version === undefined || kind === undefined
    ? []
    : [{ group: version.includes('/') ? (version.split('/')[0] as string) : '', kind }];
}

/** Reads one message of kubectl, az or a Kubernetes Status object. @param reason of a Status object */
export function parseError(message: string, reason?: string): PrintedError {
  const text = message.slice(0, 4000);
  const refused = /cannot \w+ resource "([\w.-]+)" in API group "([\w.-]*)"(?: in the namespace "([\w.-]+)")?/.exec(text);
  const code = reason ?? /^(?:Error from server|ERROR:) \((\w+)\)/.exec(text)?.[1] ?? /^ERROR: .{0,80}?\(([A-Z]\w+)\)/.exec(text)?.[1];
  const unknownType = /the server doesn't have a resource type "([\w.-]+)"/.exec(text)?.[1];
  const action = /perform action '([\w./*-]+)'/.exec(text)?.[1];
  const found: Omit<PrintedError, 'why'> = { ...(code === undefined ? {} : { code }), ...(action === undefined ? {} : { action }) };
  if (unknownType !== undefined) {
    const [plural = '', ...group] = unknownType.split('.');
    return { why: 'notServed', resource: { plural, ...(group.length > 0 ? { group: group.join('.') } : {}) }, ...found };
  }
  if (refused !== null) {
    const [, plural = '', group = '', namespace] = refused;
    return { why: 'forbidden', resource: { plural, group }, ...(namespace === undefined ? {} : { namespace }), ...found };
  }
  if (/^(?:Unable to connect|The connection to the server)/.test(text)) return { why: 'unreachable', ...found };
  const denied = ['Forbidden', 'AuthorizationFailed', 'LinkedAuthorizationFailed'].includes(code ?? '') || action !== undefined;
  return { why: denied ? 'forbidden' : 'failed', ...found };
}
