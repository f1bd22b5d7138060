import type { IncomingMessage } from 'node:http';
import { kinds, kubernetesKeys } from '../../src/kinds.ts';

/** What an API server holds, and how it speaks of it. */
export interface Served {
  /** With apiVersion and kind; what is listed. */
  objects?: readonly object[];
  /** False: an API server before 1.27, which has discovery in many parts only. */
  aggregated?: boolean;
  /** `group/version/plural` that are served without an object of theirs. */
  serves?: readonly string[];
  /** Groups whose API server does not answer, as aggregated discovery tells of them. */
  stale?: readonly string[];
}

export interface Answer {
  status: number;
  body: string | object;
  type?: string;
}

interface Resource {
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  items: FakeObject[];
}
interface FakeObject {
  apiVersion?: string;
  kind?: string;
  metadata: { name: string; namespace?: string; uid?: string };
}
type Resources = Map<string, Resource>;
interface Held extends Served {
  resources: Resources;
  /** Of etcd; continue tokens of a revision before `compacted` are too old. */
  revisions: { now: number; compacted: number };
}

const known = kubernetesKeys.flatMap((key) => {
  const kind = kinds[key];
  return kind.plane === 'kubernetes' ? [kind] : [];
});
/** Custom resources are served by other code, which answers otherwise in several places. */
const builtIn = new Set(known.flatMap(({ group, optional }) => (optional ? [] : [group])));

export function resourcesOf({ objects = [], serves = [] }: Served): Resources {
  const resources: Resources = new Map();
  const add = (resource: Omit<Resource, 'items'>): Resource => {
    const key = `${resource.group}/${resource.version}/${resource.plural}`;
    const made = resources.get(key) ?? { ...resource, items: [] };
    resources.set(key, made);
    return made;
  };
  for (const kind of known.filter(({ optional }) => !optional)) add(kind);
  for (const path of serves) {
    const [group = '', version = '', plural = ''] = path.split('/');
    add({
      group,
      version,
      plural,
      kind: known.find((each) => each.group === group && each.plural === plural)?.kind ?? 'Thing',
      namespaced: true,
    });
  }
  for (const object of objects as readonly FakeObject[]) {
    const { apiVersion = 'v1', kind = '' } = object;
    const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
    const plural = known.find((each) => each.group === group && each.kind === kind)?.plural ?? pluralOf(kind);
    add({ group, version, plural, kind, namespaced: object.metadata.namespace !== undefined }).items.push(object);
  }
  for (const { items } of resources.values()) items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return resources;
}

/** Lists are in the order of etcd's keys. */
const keyOf = ({ metadata: { namespace, name } }: FakeObject): string => (namespace === undefined ? name : `${namespace}/${name}`);
const pluralOf = (kind: string): string => `${kind.toLowerCase().replace(/s$/, 'se').replace(/y$/, 'ie')}s`;

/** The forms are those that a real API server answered: kubernetesAnswers/, to which realApiServer.test.ts holds both. */
export function route(path: string, request: IncomingMessage, held: Held): Answer {
  const { pathname, searchParams } = new URL(path, 'https://fake');
  if (request.method !== 'GET')
    return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  if (pathname === '/version') return { status: 200, body: { major: '1', minor: '34', gitVersion: 'v1.34.1' } };
  const parts = pathname.split('/').slice(1);
  if (parts[0] !== 'api' && parts[0] !== 'apis') return noPage;
  const all = [...held.resources.values()];
  const isAggregated = (held.aggregated ?? true) && (request.headers.accept ?? '').includes('as=APIGroupDiscoveryList');
  if (parts.length === 1) return groups(parts[0] === 'api', isAggregated, all, held.stale ?? []);
  if (parts.length === (parts[0] === 'api' ? 2 : 3)) return groupVersion(parts.slice(1), all, held.stale ?? []);
  const [group = '', version = '', plural = ''] = parts[0] === 'api' ? ['', ...parts.slice(1)] : parts.slice(1);
  const resource = held.resources.get(`${group}/${version}/${plural}`);
  if (resource !== undefined) {
    const answer = list(resource, searchParams, held.revisions);
    return (request.headers.accept ?? '').includes('as=Table') ? tableOf(answer) : answer;
  }
  const isThere = builtIn.has(group) && all.some((each) => each.group === group && each.version === version);
  return isThere ? failure(404, 'NotFound', 'the server could not find the requested resource', {}) : noPage;
}

function list({ group, version, kind, items: all }: Resource, query: URLSearchParams, { now, compacted }: Held['revisions']): Answer {
  const given = query.get('continue');
  const token = given === null ? { rv: now, start: '' } : readToken(given);
  if (token === undefined)
    return failure(400, 'BadRequest', 'invalid continue token: continue key is not valid: invalid character in the token');
  if (token.rv >= 0 && token.rv < compacted) return expired(given ?? undefined);
  const from = all.findIndex((each) => keyOf(each) >= token.start);
  const rest = from < 0 ? [] : all.slice(from);
  const page = rest.slice(0, Number(query.get('limit') ?? 0) || rest.length);
  const last = page.at(-1);
  const remaining = rest.length - page.length;
  const revision = token.rv < 0 ? now : token.rv;
  const isCustom = !builtIn.has(group);
  const more =
    last !== undefined && remaining > 0
      ? { continue: continueToken(revision, `${keyOf(last)}\0`), remainingItemCount: remaining }
      : isCustom
        ? { continue: '' }
        : {};
  // Items of a custom resource say what they are; those of a typed list do not.
  const items = isCustom ? page : page.map(({ apiVersion: _version, kind: _kind, ...each }) => each);
  const metadata = { resourceVersion: String(revision), ...more };
  return { status: 200, body: { kind: `${kind}List`, apiVersion: group === '' ? version : `${group}/${version}`, metadata, items } };
}

/** What the columns say, and of each object its metadata; the type alone is filled in, as that of a Secret. */
function tableOf({ status, body }: Answer): Answer {
  if (status !== 200) return { status, body };
  const { metadata, items } = body as { metadata: object; items: (FakeObject & { type?: string })[] };
  const rows = items.map(({ metadata: of, type = 'Opaque' }) => ({
    cells: [of.name, type, 0, '1d'],
    object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: of },
  }));
  const columnDefinitions = ['Name', 'Type', 'Data', 'Age'].map((name) => ({ name, type: 'string' }));
  return { status, body: { kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata, columnDefinitions, rows } };
}

/** @param revision -1: of no one revision, for what is left of a list that expired */
export const continueToken = (revision: number, start: string): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');

function readToken(token: string): { rv: number; start: string } | undefined {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as { rv: number; start: string }; // of continueToken
  } catch {
    return undefined;
  }
}

/** @param token what expired: the answer holds one that goes on behind it. Without one the list has to begin anew. */
export function expired(token?: string): Answer {
  const start = token === undefined ? undefined : readToken(token)?.start;
  if (start === undefined) return failure(410, 'Expired', 'The resourceVersion for the provided list is too old.');
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  return { status: 410, body: { ...statusOf(410, 'Expired', message), metadata: { continue: continueToken(-1, start) } } };
}

/** Of a list, cluster-wide or in a namespace, or of another path. */
export function denial(path: string): Answer {
  const { pathname } = new URL(path, 'https://fake');
  const match = /^\/(?:api|apis\/(?<group>[^/]+))\/[^/]+\/(?:namespaces\/(?<namespace>[^/]+)\/)?(?<plural>[^/]+)$/.exec(pathname)?.groups;
  if (match === undefined) return failure(403, 'Forbidden', `forbidden: User "someone" cannot get path "${pathname}"`, {});
  const { group = '', namespace, plural = '' } = match;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const message = `${plural}${group && `.${group}`} is forbidden: User "someone" cannot list resource "${plural}" in API group "${group}" ${scope}`;
  return failure(403, 'Forbidden', message, { ...(group ? { group } : {}), kind: plural });
}

function groups(isCore: boolean, isAggregated: boolean, resources: readonly Resource[], stale: readonly string[]): Answer {
  const names = [...new Set(resources.filter(({ group }) => (group === '') === isCore).map(({ group }) => group))];
  const versionsOf = (name: string) => [...new Set(resources.filter(({ group }) => group === name).map(({ version }) => version))];
  if (isAggregated) {
    const items = names.map((name) => ({
      metadata: isCore ? {} : { name },
      versions: versionsOf(name).map((version) => ({
        version,
        ...(stale.includes(name)
          ? { freshness: 'Stale' }
          : {
              freshness: 'Current',
              resources: resources.filter((each) => each.group === name && each.version === version).map(aggregated),
            }),
      })),
    }));
    const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    return { status: 200, body: { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items }, type };
  }
  if (isCore)
    return {
      status: 200,
      body: {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:443' }],
      },
    };
  const listed = names.map((name) => {
    const versions = versionsOf(name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  });
  return { status: 200, body: { kind: 'APIGroupList', apiVersion: 'v1', groups: listed } };
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function groupVersion(parts: readonly string[], all: readonly Resource[], stale: readonly string[]): Answer {
  const [group, version] = parts.length === 1 ? ['', parts[0]] : parts;
  if (stale.includes(group ?? '')) return { status: 503, body: 'service unavailable\n', type: 'text/plain; charset=utf-8' };
  const found = all.filter((each) => each.group === group && each.version === version);
  if (found.length === 0) return noPage;
  const resources = found.map(({ plural, kind, namespaced }) => ({
    name: plural,
    singularName: kind.toLowerCase(),
    kind,
    namespaced,
    verbs,
  }));
  const apiVersion = group === '' ? {} : { apiVersion: 'v1' };
  return { status: 200, body: { kind: 'APIResourceList', ...apiVersion, groupVersion: parts.join('/'), resources } };
}

/** Kubernetes' own kinds leave their group and version open: they are those above them. */
const aggregated = ({ group, version, plural, kind, namespaced }: Resource) => ({
  resource: plural,
  responseKind: builtIn.has(group) ? { group: '', version: '', kind } : { group, version, kind },
  scope: namespaced ? 'Namespaced' : 'Cluster',
  singularResource: kind.toLowerCase(),
  verbs,
});

const noPage: Answer = { status: 404, body: '404 page not found\n', type: 'text/plain; charset=utf-8' };
const failure = (code: number, reason: string, message: string, details?: object): Answer => ({
  status: code,
  body: { ...statusOf(code, reason, message), ...(details === undefined ? {} : { details }) },
});

export const statusOf = (code: number, reason: string, message: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  code,
});
export const unauthorized = statusOf(401, 'Unauthorized', 'Unauthorized');
