import type { WireAnswer } from './realKubernetes.ts';

type Members = Record<string, unknown>;
const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectsOf = (value: unknown): Members[] => (Array.isArray(value) ? value.filter(isObject) : []);

/**
 * What of an answer is the same each time, and of discovery what tests ask for: revisions, tokens, addresses and the
 * contents of objects are left out, their names and what says of which kind they are stay.
 */
export function trimmed({ status, type, text, body }: WireAnswer): { status: number; type: string; body: unknown } {
  return { status, type, body: isObject(body) ? sorted(trimmedBody(body)) : text };
}

function trimmedBody(body: Members): Members {
  const { kind } = body;
  if (kind === 'APIGroupDiscoveryList') return { ...body, items: byName(objectsOf(body.items).filter(isWanted).map(discovered)) };
  if (kind === 'APIGroupList') return { ...body, groups: byName(objectsOf(body.groups).filter(isWanted)) };
  if (kind === 'APIVersions') return { ...body, serverAddressByClientCIDRs: '<addresses>' };
  if (kind === 'APIResourceList') return { ...body, resources: objectsOf(body.resources).filter(isWanted).map(withoutNames) };
  if (kind === 'Status') return { ...body, message: withoutToken(body.message), metadata: revised(body.metadata) };
  if (typeof kind === 'string' && kind.endsWith('List'))
    return { ...body, metadata: revised(body.metadata), items: objectsOf(body.items).map(named) };
  if (isObject(body.metadata)) return { ...body, metadata: named(body).metadata };
  return body;
}

const wanted = new Set([undefined, 'apps', 'cilium.io', 'metrics.example', 'pods', 'deployments', 'ciliumnetworkpolicies']);
const isWanted = ({ metadata, name, resource }: Members): boolean =>
  [isObject(metadata) ? metadata.name : undefined, name, resource].every((each) => wanted.has(each as string | undefined)); // of any type

const discovered = (group: Members): Members => ({
  ...group,
  metadata: isObject(group.metadata) ? named(group).metadata : undefined,
  versions: objectsOf(group.versions).map(({ resources, ...version }) => ({
    ...version,
    resources: Array.isArray(resources) ? objectsOf(resources).filter(isWanted).map(withoutNames) : resources,
  })),
});

/** Groups come by the priority that the server gives them; of versions the first is preferred. */
const byName = (groups: Members[]): Members[] => {
  const nameOf = ({ name, metadata }: Members) => String(name ?? (isObject(metadata) ? metadata.name : ''));
  return [...groups].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
};

/** Short names and subresources are not asked for, and the order of verbs means nothing. */
function withoutNames({
  shortNames: _short,
  categories: _categories,
  subresources: _parts,
  storageVersionHash: _hash,
  ...resource
}: Members): Members {
  return { ...resource, verbs: Array.isArray(resource.verbs) ? [...resource.verbs].sort() : undefined };
}

function revised(metadata: unknown): Members {
  if (!isObject(metadata)) return {};
  return {
    ...metadata,
    ...('resourceVersion' in metadata ? { resourceVersion: '<revision>' } : {}),
    ...(metadata.continue ? { continue: '<token>' } : {}),
  };
}

function named({ metadata, apiVersion, kind }: Members): Members {
  const { name, namespace } = isObject(metadata) ? metadata : {};
  return { apiVersion, kind, metadata: { name, namespace } };
}

const withoutToken = (message: unknown): unknown =>
  typeof message === 'string' ? message.replace(/(continue key is not valid: ).*/, '$1<why>') : message;

/** Undefined members left out, the others in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}
