import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { kinds, kubernetesKeys } from '../../src/kinds.ts';

/** What goes wrong with requests whose path and query match `at`: with the first `times` of them, after `after` went well. */
export type Fault = { at: RegExp; times?: number; after?: number } & (
  | { status: number; headers?: Record<string, string>; body?: string | object }
  | { forbidden: true }
  /** 410 of an expired continue token; `resume`: with a token to go on with. */
  | { gone: 'resume' | 'restart' }
  | { reset: true }
  | { truncate: true }
  | { html: true; status?: number }
  | { redirect: string }
  /** Milliseconds before the answer. */
  | { delay: number }
);

export interface FakeKubernetesOptions {
  /** With apiVersion and kind; what is listed. */
  objects?: readonly object[];
  faults?: readonly Fault[];
  /** Milliseconds before each answer. */
  latency?: number;
  /** The only bearer token that is taken. Without it all is answered. */
  requireToken?: string | ((token: string) => boolean);
  /** False: an API server before 1.27, which has discovery in many parts only. */
  aggregated?: boolean;
  /** `group/version/plural` that are served without an object of theirs. */
  serves?: readonly string[];
  /** Groups whose API server does not answer, as aggregated discovery tells of them. */
  stale?: readonly string[];
}

export interface FakeRequest {
  method: string;
  /** With query. */
  path: string;
  token: string | undefined;
  accept: string | undefined;
}

export interface FakeKubernetes {
  url: string;
  /** The name in its certificate. */
  fqdn: string;
  /** As ARM hands it out for a cluster with Entra: a user with an exec plugin. */
  kubeconfig: string;
  requests: FakeRequest[];
  /** Connections opened so far. */
  connections: () => number;
  close: () => Promise<void>;
}

const tlsFolder = join(import.meta.dirname, 'tls');
export const testCa = readFileSync(join(tlsFolder, 'ca.crt'), 'utf8');

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

/** An API server on a socket of this host: HTTPS by the test CA, lists by pages, discovery, and the faults asked for. */
export async function startFakeKubernetes(options: FakeKubernetesOptions = {}): Promise<FakeKubernetes> {
  const resources = resourcesOf(options);
  const requests: FakeRequest[] = [];
  const counts = new Map<Fault, number>();
  let connections = 0;
  const server = createServer(
    { key: readFileSync(join(tlsFolder, 'server.key')), cert: readFileSync(join(tlsFolder, 'server.crt')) },
    (request, response) => {
      const path = request.url ?? '/';
      const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
      requests.push({ method: request.method ?? '', path, token, accept: request.headers.accept });
      const fault = options.faults?.find((each) => each.at.test(path) && isDue(each, counts));
      const wait = (options.latency ?? 0) + (fault && 'delay' in fault ? fault.delay : 0);
      const answer = () => {
        if (options.requireToken !== undefined && !isTaken(token, options.requireToken))
          send(request, response, { status: 401, body: unauthorized });
        else if (fault && !('delay' in fault)) inject(fault, path, request, response, resources);
        else if (request.method === 'POST' && path.endsWith('/selfsubjectaccessreviews')) review(request, response, options.faults ?? []);
        else send(request, response, route(path, request, resources, options));
      };
      if (wait > 0) setTimeout(answer, wait);
      else answer();
    },
  );
  server.on('secureConnection', () => connections++);
  server.keepAliveTimeout = 30_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    fqdn: 'localhost',
    kubeconfig: kubeconfigOf(url),
    requests,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A kubeconfig of one context; `user` and `cluster` as YAML flow mappings. */
export function kubeconfigOf(
  url: string,
  { user = execUser, cluster = `certificate-authority-data: ${Buffer.from(testCa).toString('base64')}` } = {},
): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    `clusters: [{ name: fake, cluster: { server: "${url}", ${cluster} } }]`,
    `users: [{ name: someone, user: ${user} }]`,
    'contexts: [{ name: fake, context: { cluster: fake, user: someone } }]',
    'current-context: fake',
    '',
  ].join('\n');
}

const execUser =
  '{ exec: { apiVersion: client.authentication.k8s.io/v1beta1, command: kubelogin, args: [get-token], provideClusterInfo: false } }';

function isDue(fault: Fault, counts: Map<Fault, number>): boolean {
  const count = (counts.get(fault) ?? 0) + 1;
  counts.set(fault, count);
  const after = fault.after ?? 0;
  return count > after && count <= after + (fault.times ?? Number.POSITIVE_INFINITY);
}

const isTaken = (token: string | undefined, required: string | ((token: string) => boolean)): boolean =>
  token !== undefined && (typeof required === 'string' ? token === required : required(token));

function resourcesOf({ objects = [], serves = [] }: FakeKubernetesOptions): Map<string, Resource> {
  const resources = new Map<string, Resource>();
  const add = (resource: Omit<Resource, 'items'>): Resource => {
    const key = `${resource.group}/${resource.version}/${resource.plural}`;
    const made = resources.get(key) ?? { ...resource, items: [] };
    resources.set(key, made);
    return made;
  };
  const known = kubernetesKeys.flatMap((key) => {
    const kind = kinds[key];
    return kind.plane === 'kubernetes' ? [kind] : [];
  });
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
  const order = ({ metadata }: FakeObject) => `${metadata.namespace ?? ''}/${metadata.name}`;
  for (const { items } of resources.values()) items.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  return resources;
}

const pluralOf = (kind: string): string => `${kind.toLowerCase().replace(/s$/, 'se').replace(/y$/, 'ie')}s`;

interface Answer {
  status: number;
  body: string | object;
  type?: string;
}
const notFound: Answer = { status: 404, body: '404 page not found\n', type: 'text/plain; charset=utf-8' };
const failure = (code: number, reason: string, message: string): Answer => ({ status: code, body: statusOf(code, reason, message) });

function route(path: string, request: IncomingMessage, resources: Map<string, Resource>, options: FakeKubernetesOptions): Answer {
  const { pathname, searchParams } = new URL(path, 'https://fake');
  if (request.method !== 'GET') return failure(405, 'MethodNotAllowed', 'the server does not allow this method');
  if (pathname === '/version') return { status: 200, body: { major: '1', minor: '34', gitVersion: 'v1.34.1' } };
  const parts = pathname.split('/').slice(1);
  if (parts[0] !== 'api' && parts[0] !== 'apis') return notFound;
  const isAggregated = (options.aggregated ?? true) && (request.headers.accept ?? '').includes('as=APIGroupDiscoveryList');
  if (parts.length === 1) return groups(parts[0] === 'api', isAggregated, [...resources.values()], options.stale ?? []);
  if (parts.length === (parts[0] === 'api' ? 2 : 3)) return groupVersion(parts.slice(1), [...resources.values()], options.stale ?? []);
  const resource = resources.get(parts[0] === 'api' ? ['', ...parts.slice(1)].join('/') : parts.slice(1).join('/'));
  return resource === undefined ? notFound : list(resource, searchParams);
}

function list(resource: Resource, query: URLSearchParams): Answer {
  const limit = Number(query.get('limit') ?? 0) || resource.items.length;
  const start = query.has('continue') ? decodeToken(query.get('continue') ?? '') : 0;
  if (start === undefined) return failure(400, 'BadRequest', 'continue key is not valid');
  const page = resource.items.slice(start, start + limit);
  const rest = resource.items.length - start - page.length;
  const isCustom = resource.group.includes('.') && !resource.group.endsWith('.k8s.io');
  const items = isCustom ? page : page.map(({ apiVersion: _version, kind: _kind, ...each }) => each);
  const metadata = { resourceVersion: '4711', ...(rest > 0 ? { continue: encodeToken(start + limit), remainingItemCount: rest } : {}) };
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return { status: 200, body: { kind: `${resource.kind}List`, apiVersion, metadata, items } };
}

const encodeToken = (start: number): string => Buffer.from(JSON.stringify({ v: 'fake/v1', start })).toString('base64url');
function decodeToken(token: string): number | undefined {
  try {
    return (JSON.parse(Buffer.from(token, 'base64url').toString()) as { start: number }).start;
  } catch {
    return undefined;
  }
}

function groups(isCore: boolean, isAggregated: boolean, resources: readonly Resource[], stale: readonly string[]): Answer {
  const names = [...new Set(resources.filter(({ group }) => (group === '') === isCore).map(({ group }) => group))];
  const versionsOf = (name: string) => [...new Set(resources.filter(({ group }) => group === name).map(({ version }) => version))];
  if (isAggregated) {
    const items = names.map((name) => ({
      metadata: isCore ? {} : { name },
      versions: versionsOf(name).map((version) => ({
        version,
        freshness: stale.includes(name) ? 'Stale' : 'Current',
        resources: stale.includes(name) ? [] : resources.filter((each) => each.group === name && each.version === version).map(discoveryOf),
      })),
    }));
    const type = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    return { status: 200, body: { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items }, type };
  }
  if (isCore) return { status: 200, body: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] } };
  const listed = names.map((name) => {
    const versions = versionsOf(name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  });
  return { status: 200, body: { kind: 'APIGroupList', apiVersion: 'v1', groups: listed } };
}

function groupVersion(parts: readonly string[], all: readonly Resource[], stale: readonly string[]): Answer {
  const [group, version] = parts.length === 1 ? ['', parts[0]] : parts;
  if (stale.includes(group ?? '')) return failure(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
  const found = all.filter((each) => each.group === group && each.version === version);
  if (found.length === 0) return notFound;
  const resources = found.map(({ plural, kind, namespaced }) => ({
    name: plural,
    singularName: '',
    kind,
    namespaced,
    verbs: ['get', 'list'],
  }));
  return { status: 200, body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: parts.join('/'), resources } };
}

const discoveryOf = ({ group, version, plural, kind, namespaced }: Resource) => ({
  resource: plural,
  responseKind: { group, version, kind },
  scope: namespaced ? 'Namespaced' : 'Cluster',
  verbs: ['get', 'list', 'watch'],
});

/** Allowed is what no fault forbids. */
function review(request: IncomingMessage, response: ServerResponse, faults: readonly Fault[]): void {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes?: { resource?: string } } };
    const allowed = !faults.some((each) => 'forbidden' in each && each.at.test(`/${spec.resourceAttributes?.resource}?`));
    const apiVersion = 'authorization.k8s.io/v1';
    send(request, response, {
      status: 201,
      body: { kind: 'SelfSubjectAccessReview', apiVersion, metadata: {}, spec, status: { allowed } },
    });
  });
}

function inject(
  fault: Exclude<Fault, { delay: number }>,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
  resources: Map<string, Resource>,
): void {
  const { pathname, searchParams } = new URL(path, 'https://fake');
  const plural = pathname.split('/').at(-1) ?? '';
  if ('reset' in fault) request.socket.destroy();
  else if ('truncate' in fault) {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
    response.write('{"kind":"PodList","items":[{"metadata":{"name":"half');
    setTimeout(() => request.socket.destroy(), 5);
  } else if ('html' in fault) {
    response.writeHead(fault.status ?? 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<!DOCTYPE html><html><body>Sign in to continue</body></html>');
  } else if ('redirect' in fault) {
    response.writeHead(302, { location: fault.redirect });
    response.end();
  } else if ('forbidden' in fault) {
    const group = [...resources.values()].find((each) => each.plural === plural)?.group ?? '';
    const message = `${plural}${group && `.${group}`} is forbidden: User "someone" cannot list resource "${plural}" in API group "${group}" at the cluster scope`;
    const body = { ...statusOf(403, 'Forbidden', message), details: { ...(group ? { group } : {}), kind: plural } };
    send(request, response, { status: 403, body });
  } else if ('gone' in fault) {
    const message = 'The provided continue parameter is too old to display a consistent list result.';
    const token = fault.gone === 'resume' ? { continue: searchParams.get('continue') ?? encodeToken(0) } : {};
    send(request, response, { status: 410, body: { ...statusOf(410, 'Expired', message), metadata: token } });
  } else {
    const body = fault.body ?? statusOf(fault.status, fault.status === 429 ? 'TooManyRequests' : 'InternalError', 'try again later');
    for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
    send(request, response, { status: fault.status, body });
  }
}

const statusOf = (code: number, reason: string, message: string) => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message,
  reason,
  code,
});
const unauthorized = statusOf(401, 'Unauthorized', 'Unauthorized');

/** An API server compresses what is longer than 128 kB when it is asked to. */
function send(request: IncomingMessage, response: ServerResponse, { status, body, type = 'application/json' }: Answer): void {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const compressed = bytes.length > 128 * 1024 && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  response.setHeader('content-type', type);
  if (compressed) response.setHeader('content-encoding', 'gzip');
  const sent = compressed ? gzipSync(bytes, { level: 1 }) : bytes;
  response.setHeader('content-length', sent.length);
  response.writeHead(status);
  response.end(sent);
}
