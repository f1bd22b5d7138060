import { harmlessKind, looksLike } from './credentials.ts';
import { isObject } from './objects.ts';

/** What stands in the place of a value that may be a secret: its length in UTF-16 units, and what it looked like. */
export interface Redacted {
  redacted: { length: number; looksLike?: string };
}
type Members = Readonly<Record<string, unknown>>;

/** Exactly a marker: whoever sends one with more in it has that taken out as well. */
export function isRedacted(value: unknown): value is Redacted {
  if (!isObject(value) || !isObject(value.redacted) || Object.keys(value).length !== 1) return false;
  const { length, looksLike: like, ...more } = value.redacted;
  return (
    typeof length === 'number' &&
    (like === undefined || (typeof like === 'string' && /^[a-z-]{1,40}$/.test(like))) &&
    Object.keys(more).length === 0
  );
}

/**
 * A Kubernetes object without what may be secret: literal values of the environment, of arguments and commands, of
 * Secrets and ConfigMaps, annotations that look like credentials, and what its appliers sent. Markers take their place,
 * so that rules judge the same live, offline and later. Short booleans, numbers, references and URLs without credentials
 * stay. The object itself is not changed; what a marker replaced is gone.
 */
export function redactObject<T extends object>(object: T): T {
  const { metadata, spec, status, data, stringData, binaryData, kind } = object as Members; // an object has members
  const out: Record<string, unknown> = { ...(object as Members) };
  if (isObject(metadata)) out.metadata = redactMetadata(metadata);
  const holdsSettings = settings.has(String(kind));
  if (isObject(spec)) out.spec = holdsSettings ? redactTree(spec) : redactSpec(spec);
  if (isObject(status)) out.status = holdsSettings ? redactTree(status) : redactStatus(status);
  if (holdsSettings && 'operation' in out) out.operation = redactTree(out.operation);
  const isSecret = kind === 'Secret';
  if (isSecret || kind === 'ConfigMap') {
    if (isObject(data)) out.data = redactValues(data, isSecret);
    if (isObject(stringData)) out.stringData = redactValues(stringData, true);
    if (isObject(binaryData)) out.binaryData = redactValues(binaryData, true);
  }
  return out as T; // the same members, some replaced
}

/** Of a pod, of whatever has a template of pods, and of a CronJob; other specs as they are. */
function redactSpec(spec: Members): Members {
  if (Array.isArray(spec.containers)) return redactPodSpec(spec);
  const { template, jobTemplate } = spec;
  if (isObject(template)) return { ...spec, template: redactTemplate(template) };
  if (isObject(jobTemplate)) return { ...spec, jobTemplate: redactTemplate(jobTemplate) };
  return redactVolume(spec); // a PersistentVolume names its source as a pod's volume does
}

function redactTemplate(template: Members): Members {
  const { metadata, spec } = template;
  return {
    ...template,
    ...(isObject(metadata) ? { metadata: redactMetadata(metadata) } : {}),
    ...(isObject(spec) ? { spec: redactSpec(spec) } : {}),
  };
}

function redactMetadata(metadata: Members): Members {
  const { annotations, managedFields } = metadata;
  if (!isObject(annotations) && managedFields === undefined) return metadata;
  const out: Record<string, unknown> = { ...metadata };
  if (isObject(annotations)) out.annotations = redactAnnotations(annotations);
  if (Array.isArray(managedFields))
    out.managedFields = managedFields.filter(isObject).map(({ manager, apiVersion, time }) => ({ manager, apiVersion, time }));
  else delete out.managedFields;
  return out;
}

/** The object as kubectl last applied it. Of it nothing but the API by which it was applied is kept. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
/** kubectl writes the members by name, and `apiVersion` is the first. */
const appliedApi = /^\s*\{\s*"apiVersion"\s*:\s*"([a-z0-9][a-z0-9./-]{0,80})"/;
export function appliedBy(value: unknown): string | undefined {
  const [, apiVersion] = typeof value === 'string' ? (appliedApi.exec(value) ?? []) : [];
  return apiVersion === undefined ? undefined : JSON.stringify({ apiVersion });
}

/** Whole objects as their appliers sent them, with all values of their environment. */
const applied = ['kapp.k14s.io/original', 'objectset.rio.cattle.io/applied', 'banzaicloud.com/last-applied'];
/** Rules judge their values, which name profiles: a text, whatever was sent. */
const ofProfiles = /^(?:container\.)?(?:apparmor|seccomp)\.security\./;

const profile = (value: unknown): unknown => (isObject(value) ? 'redacted' : value);

export function redactAnnotations<T extends Members>(annotations: T): T {
  const redacted = Object.entries(annotations).flatMap(([key, value]): [string, unknown][] => {
    if (applied.includes(key)) return [];
    if (key !== lastApplied) return [[key, ofProfiles.test(key) ? profile(value) : redactIfCredential(value)]];
    const api = appliedBy(value);
    return api === undefined ? [] : [[key, api]];
  });
  return Object.fromEntries(redacted) as T; // the same members, some replaced, some gone
}

/** A spec of pods: of a pod, or in a template. */
export function redactPodSpec<T extends Members>(spec: T): T {
  const out: Record<string, unknown> = { ...spec };
  for (const kind of ['containers', 'initContainers', 'ephemeralContainers'])
    if (Array.isArray(spec[kind])) out[kind] = spec[kind].map((each) => (isObject(each) ? redactContainer(each) : each));
  if (Array.isArray(spec.volumes)) out.volumes = spec.volumes.map((each) => (isObject(each) ? redactVolume(each) : each));
  return out as T; // the same members, some replaced
}

function redactContainer(container: Members): Members {
  const out: Record<string, unknown> = { ...container };
  if (Array.isArray(container.env))
    out.env = container.env.map((each) =>
      isObject(each) && 'value' in each ? { ...each, value: redactValue(each.value, String(each.name)) } : each,
    );
  for (const member of ['command', 'args']) if (Array.isArray(container[member])) out[member] = redactWords(container[member]);
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe'])
    if (isObject(container[probe])) out[probe] = redactHandler(container[probe]);
  const { lifecycle } = container;
  if (isObject(lifecycle))
    out.lifecycle = Object.fromEntries(
      Object.entries(lifecycle).map(([when, does]) => [when, isObject(does) ? redactHandler(does) : does]),
    );
  return out;
}

/** A probe or a hook: what it runs, and the headers it sends. */
function redactHandler(handler: Members): Members {
  const { exec, httpGet } = handler;
  const out: Record<string, unknown> = { ...handler };
  if (isObject(exec) && Array.isArray(exec.command)) out.exec = { ...exec, command: redactWords(exec.command) };
  if (isObject(httpGet) && Array.isArray(httpGet.httpHeaders)) {
    const httpHeaders = httpGet.httpHeaders.map((each) =>
      isObject(each) ? { ...each, value: redactValue(each.value, String(each.name)) } : each,
    );
    out.httpGet = { ...httpGet, httpHeaders };
  }
  return out;
}

/** Drivers take their options, now and then a key among them, as a map of strings. */
function redactVolume(volume: Members): Members {
  const { csi, flexVolume } = volume;
  if (isObject(csi) && isObject(csi.volumeAttributes))
    return { ...volume, csi: { ...csi, volumeAttributes: redactCredentials(csi.volumeAttributes) } };
  if (isObject(flexVolume) && isObject(flexVolume.options))
    return { ...volume, flexVolume: { ...flexVolume, options: redactCredentials(flexVolume.options) } };
  return volume;
}

const redactCredentials = (values: Members): Members =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, secretName.test(key) ? redactValue(value, key) : redactIfCredential(value)]),
  );

/** Custom resources that hold settings of other programs: values of charts, parameters, credentials of scalers and of repositories. */
const settings: ReadonlySet<string> = new Set([
  'Application',
  'GitRepository',
  'HelmRelease',
  'Instrumentation',
  'Kustomization',
  'ScaledJob',
  'ScaledObject',
]);
/** Members of which nothing but yes, no, numbers and plain URLs stays. */
const ofPrograms = /^(?:values|valuesObject|parameters|substitute|env|plugin|command|args)$/;

/** @param name of the member that holds the value; `strict`: it stands inside such settings */
function redactTree(value: unknown, name = '', strict = false): unknown {
  if (isRedacted(value)) return value;
  const inside = strict || ofPrograms.test(name);
  if (Array.isArray(value)) return value.map((each) => redactTree(each, name, inside));
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactTree(inner, key, inside)]));
  if (typeof value !== 'string') return value;
  return inside || secretName.test(name) ? redactValue(value, name) : redactIfCredential(value);
}

/** The last words of a container that ended are its program's, and may be anything. */
function redactStatus(status: Members): Members {
  let out = status;
  for (const kind of ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses']) {
    const statuses = status[kind];
    // Most say nothing, and a pod has several.
    if (Array.isArray(statuses) && statuses.some((each) => isObject(each) && (hasLastWords(each.state) || hasLastWords(each.lastState))))
      out = { ...out, [kind]: statuses.map((each) => (isObject(each) ? withoutLastWords(each) : each)) };
  }
  return out;
}

const hasLastWords = (state: unknown): state is { terminated: Members } =>
  isObject(state) && isObject(state.terminated) && state.terminated.message !== undefined;

function withoutLastWords(status: Members): Members {
  const out: Record<string, unknown> = { ...status };
  for (const when of ['state', 'lastState']) {
    const state = status[when];
    if (hasLastWords(state)) out[when] = { ...state, terminated: { ...state.terminated, message: redactAlways(state.terminated.message) } };
  }
  return out;
}

const redactValues = (values: Members, always: boolean): Members =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, always ? redactAlways(value) : redactValue(value, key)]));

/** A word without a value of its own may name the next: `--password 1234`. */
const redactWords = (words: readonly unknown[]): unknown[] =>
  words.map((word, index) => {
    const before = words[index - 1];
    return redactValue(word, typeof before === 'string' && !before.includes('=') ? before : '');
  });

const secretName =
  /passw|pwd|secret|token|credential|api[-_]?key|access[-_]?key|account[-_]?key|connection[-_]?string|(?:^|[-_])(?:pin|auth|key|pass)$/i;
const shortest = /^(?:true|false|yes|no|on|off|[+-]?\d{1,15}(?:\.\d{1,15})?(?:ms|s|m|h|d|[kMGT]|[KMGT]i|[KMGT]B|%)?)$/i;
/** Another variable's value, or one that the kubelet fills in: it says which, not what. */
const reference = /^\$\([A-Za-z_][A-Za-z0-9_.-]{0,250}\)$/;
/** Says nothing, whatever it is the value of. */
const yesOrNo = /^(?:true|false|yes|no|on|off)$/i;

/** @param name what the value is of: nothing stays of what is named like a secret, but for what kind of text it is */
function redactValue(value: unknown, name: string): unknown {
  if (value === '' || value === null || value === undefined || isRedacted(value)) return value;
  if (typeof value !== 'string') return redactAlways(value);
  if (value.startsWith('$(') && reference.test(value)) return value;
  const found = looksLike(value);
  if (found !== undefined) return marker(value, found);
  const kind = harmlessKind(value);
  if (secretName.test(name)) return yesOrNo.test(value) ? value : marker(value, kind);
  return shortest.test(value) || kind === 'plain-url' ? value : marker(value);
}

function redactIfCredential(value: unknown): unknown {
  if (typeof value !== 'string') return value === null || value === undefined || isRedacted(value) ? value : redactAlways(value);
  const found = looksLike(value);
  return found === undefined ? value : marker(value, found);
}

function redactAlways(value: unknown): unknown {
  if (value === '' || value === null || value === undefined || isRedacted(value)) return value;
  return marker(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
}

const marker = (text: string, found?: string): Redacted => ({
  redacted: { length: text.length, ...(found === undefined ? {} : { looksLike: found }) },
});
