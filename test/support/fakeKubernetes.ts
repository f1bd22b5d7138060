import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  type Answer,
  continueToken,
  denial,
  expired,
  resourcesOf,
  route,
  type Served,
  statusOf,
  unauthorized,
} from './fakeKubernetesAnswers.ts';

/** What goes wrong with requests whose path and query match `at`: with the first `times` of them, after `after` went well. */
export type Fault = {
  at: RegExp;
  times?: number;
  after?: number;
  /** Only of requests with this bearer token. */
  token?: string;
} & (
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

export interface FakeKubernetesOptions extends Served {
  faults?: readonly Fault[];
  /** Milliseconds before each answer. */
  latency?: number;
  /** The only bearer token that is taken. Without it all is answered. */
  requireToken?: string | ((token: string) => boolean);
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
  /** Makes the continue tokens given so far too old, as etcd's compaction does every five minutes. */
  expire: () => void;
  close: () => Promise<void>;
}

const tlsFolder = join(import.meta.dirname, 'tls');
export const testCa = readFileSync(join(tlsFolder, 'ca.crt'), 'utf8');

/** An API server on a socket of this host: HTTPS by the test CA, lists by pages, discovery, and the faults asked for. */
export async function startFakeKubernetes(options: FakeKubernetesOptions = {}): Promise<FakeKubernetes> {
  const resources = resourcesOf(options);
  const requests: FakeRequest[] = [];
  const counts = new Map<Fault, number>();
  let connections = 0;
  const revisions = { now: 4711, compacted: 0 };
  const server = createServer(
    { key: readFileSync(join(tlsFolder, 'server.key')), cert: readFileSync(join(tlsFolder, 'server.crt')) },
    (request, response) => {
      const path = request.url ?? '/';
      const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
      requests.push({ method: request.method ?? '', path, token, accept: request.headers.accept });
      const fault = options.faults?.find((each) => isMeant(each, path, token) && isDue(each, counts));
      const wait = (options.latency ?? 0) + (fault && 'delay' in fault ? fault.delay : 0);
      const answer = () => {
        if (options.requireToken !== undefined && !isTaken(token, options.requireToken))
          send(request, response, { status: 401, body: unauthorized });
        else if (fault && !('delay' in fault)) inject(fault, path, request, response);
        else if (request.method === 'POST' && path.endsWith('/selfsubjectaccessreviews'))
          review(request, response, token, options.faults ?? []);
        else send(request, response, route(path, request, { resources, revisions, ...options }));
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
    expire() {
      revisions.compacted = ++revisions.now;
    },
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

const isMeant = ({ at, token: of }: Fault, path: string, token: string | undefined): boolean =>
  at.test(path) && (of === undefined || of === token);

function isDue(fault: Fault, counts: Map<Fault, number>): boolean {
  const count = (counts.get(fault) ?? 0) + 1;
  counts.set(fault, count);
  const after = fault.after ?? 0;
  return count > after && count <= after + (fault.times ?? Number.POSITIVE_INFINITY);
}

const isTaken = (token: string | undefined, required: string | ((token: string) => boolean)): boolean =>
  token !== undefined && (typeof required === 'string' ? token === required : required(token));

/** Allowed is what no fault forbids. */
function review(request: IncomingMessage, response: ServerResponse, token: string | undefined, faults: readonly Fault[]): void {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    const { spec } = JSON.parse(body) as { spec: { resourceAttributes?: { resource?: string } } };
    const allowed = !faults.some((each) => 'forbidden' in each && isMeant(each, `/${spec.resourceAttributes?.resource}?`, token));
    const apiVersion = 'authorization.k8s.io/v1';
    send(request, response, {
      status: 201,
      body: { kind: 'SelfSubjectAccessReview', apiVersion, metadata: {}, spec, status: { allowed } },
    });
  });
}

function inject(fault: Exclude<Fault, { delay: number }>, path: string, request: IncomingMessage, response: ServerResponse): void {
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
  } else if ('forbidden' in fault) send(request, response, denial(path));
  else if ('gone' in fault) {
    const given = new URL(path, 'https://fake').searchParams.get('continue');
    send(request, response, expired(fault.gone === 'resume' ? (given ?? continueToken(4711, '')) : undefined));
  } else {
    const body = fault.body ?? statusOf(fault.status, fault.status === 429 ? 'TooManyRequests' : 'InternalError', 'try again later');
    for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
    send(request, response, { status: fault.status, body });
  }
}

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
