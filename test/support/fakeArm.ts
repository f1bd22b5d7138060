import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answers, type ArmBody, answersOf, type FakeCluster, fakeCluster, subscriptionOf } from './fakeArmData.ts';
import { tls } from './tls/tls.ts';

/** What goes wrong, where: the first fault that fits a request and is not used up. */
export interface Fault {
  /** Tried on `METHOD /path?query`. */
  at: RegExp;
  /** How often; always without it. */
  times?: number;
  /** How many fitting requests go well before. */
  after?: number;
  does:
    | { status: number; body?: unknown; headers?: Record<string, string> }
    /** 403 as ARM words it, with this action and the path as scope. */
    | { deny: string; scope?: string }
    /** 429, with Retry-After in seconds or without. */
    | { throttle: string | undefined }
    /** 401 as of an expired token; `claims`: a challenge of continuous access evaluation. */
    | { expire: true; claims?: string }
    | { redirect: string; status?: number }
    /** The answer as it is, but with this link to the next page. */
    | { nextLink: string }
    /** Milliseconds before the answer; `trickle`: between the headers and the body. */
    | { slow: number }
    | { trickle: number }
    | { reset: true }
    /** Announces the whole body and closes after half of it; `whole: true` sends half with a fitting length. */
    | { truncate: true; whole?: boolean }
    | { empty: true }
    | { html: true; status?: number };
}

export interface FakeArmOptions {
  clusters?: readonly FakeCluster[];
  /** Added to (or, when undefined, taken from) what the clusters give, by path. */
  resources?: Readonly<Record<string, ArmBody | ArmBody[] | undefined>>;
  faults?: readonly Fault[];
  /** Milliseconds before every answer. */
  latency?: number;
  /** A bucket of requests for all, refilled so many a second; beyond it 429 with a Retry-After of one second, as Azure throttles. */
  bucket?: { size: number; perSecond: number };
  /** Items a page of a list. */
  pageSize?: number;
  /** Management group -> its subscriptions. */
  managementGroups?: Readonly<Record<string, readonly string[]>>;
}

/** One request as it came; `token`: the audience that the token was printed for, by fakeAz. */
export interface ArmRequest {
  method: string;
  path: string;
  query: string;
  body: string;
  authorization: string | undefined;
  token: string | undefined;
  status: number | undefined;
}

export interface FakeArm {
  url: string;
  requests: ArmRequest[];
  /** TCP connections opened so far, and the most requests that were open at once. */
  connections(): number;
  busiest(): number;
  close(): Promise<void>;
}

/** Azure Resource Manager on a loopback port, over HTTPS with test/support/tls; takes tokens of fakeAz for its own URL only. */
export async function startFakeArm(options: FakeArmOptions = {}): Promise<FakeArm> {
  const answers = answersOf(options.clusters ?? [fakeCluster()]);
  for (const [path, body] of Object.entries(options.resources ?? {})) {
    if (body === undefined) answers.delete(path.toLowerCase());
    else answers.set(path.toLowerCase(), body);
  }
  const faults = (options.faults ?? []).map((fault) => ({ ...fault, seen: 0 }));
  const throttled = bucketOf(options.bucket);
  const requests: ArmRequest[] = [];
  let connections = 0;
  let open = 0;
  let busiest = 0;
  let url = '';

  const server = createServer({ cert: tls.cert, key: tls.key }, async (request, response) => {
    busiest = Math.max(busiest, ++open);
    response.once('close', () => open--);
    const body = await bodyOf(request);
    const target = new URL(request.url ?? '/', url);
    const seen: ArmRequest = {
      method: request.method ?? '',
      path: decodeURIComponent(target.pathname),
      query: target.search,
      body,
      authorization: request.headers.authorization,
      token: audienceOf(request.headers.authorization),
      status: undefined,
    };
    requests.push(seen);
    response.once('finish', () => {
      seen.status = response.statusCode;
    });
    if (options.latency) await wait(options.latency);
    const line = `${seen.method} ${seen.path}${seen.query}`;
    const fault = faults.find((each) => {
      if (!each.at.test(line)) return false;
      each.seen++;
      return each.seen > (each.after ?? 0) && each.seen <= (each.after ?? 0) + (each.times ?? Number.POSITIVE_INFINITY);
    });
    const answer = seen.token === url ? answerTo(seen, target, answers, options) : refusal(seen.token);
    const does = throttled() ? { throttle: '1' } : fault?.does;
    if (does !== undefined && 'reset' in does) sockets.get(request.socket.remotePort)?.resetAndDestroy();
    else await send(response, answer, does, seen);
  });
  // TCP below TLS, where a connection can be reset.
  const sockets = new Map<number | undefined, Socket>();
  server.on('connection', (socket) => {
    connections++;
    const tcp = socket as Socket; // what a server on a port gets
    sockets.set(tcp.remotePort, tcp);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    requests,
    connections: () => connections,
    busiest: () => busiest,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function bucketOf(bucket: FakeArmOptions['bucket']): () => boolean {
  if (bucket === undefined) return () => false;
  let tokens = bucket.size;
  let filled = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(bucket.size, tokens + ((now - filled) / 1000) * bucket.perSecond);
    filled = now;
    if (tokens < 1) return true;
    tokens -= 1;
    return false;
  };
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const refusal = (audience: string | undefined): Answer => ({
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token"' },
  body: {
    error: {
      code: audience === undefined ? 'AuthenticationFailed' : 'InvalidAuthenticationTokenAudience',
      message: 'The access token has been obtained for wrong audience or resource.',
    },
  },
});

function answerTo(seen: ArmRequest, target: URL, answers: Answers, options: FakeArmOptions): Answer {
  const path = seen.path.toLowerCase().replace(/\/$/, '');
  if (!target.searchParams.has('api-version'))
    return fail(400, 'MissingApiVersionParameter', 'The api-version query parameter (?api-version=) is required for all requests.');
  if (path === '/providers/microsoft.resourcegraph/resources' && seen.method === 'POST') return graph(seen.body, answers, options);
  if (path.endsWith('/listclusterusercredential') && seen.method === 'POST') {
    const cluster = options.clusters?.find(({ cluster: { id } }) => `${id}/listclusterusercredential`.toLowerCase() === path);
    const value = Buffer.from(cluster?.kubeconfig ?? kubeconfigOf(cluster ?? fakeCluster())).toString('base64');
    return { status: 200, body: { kubeconfigs: [{ name: 'clusterUser', value }] } };
  }
  if (seen.method !== 'GET') return fail(405, 'MethodNotAllowed', `${seen.method} is not read-only.`);
  const found = answers.get(path);
  if (found === undefined) return fail(404, 'ResourceNotFound', `The Resource '${seen.path.split('/providers/').at(-1)}' was not found.`);
  if (!Array.isArray(found)) return { status: 200, body: found };
  return { status: 200, body: pageOf(found, target, options.pageSize ?? 1000) };
}

function pageOf(items: readonly ArmBody[], target: URL, size: number): { value: readonly ArmBody[]; nextLink?: string } {
  const start = Number(target.searchParams.get('$skipToken') ?? 0);
  const value = items.slice(start, start + size);
  if (start + size >= items.length) return { value };
  const next = new URL(target);
  next.searchParams.set('$skipToken', String(start + size));
  return { value, nextLink: next.href };
}

/** Resource Graph: the resources of the type that the query compares with; of clusters their ids and subscriptions only. */
function graph(text: string, answers: Answers, options: FakeArmOptions): Answer {
  const {
    query = '',
    subscriptions,
    managementGroups,
    options: paging,
  } = JSON.parse(text) as {
    query?: string;
    subscriptions?: string[];
    managementGroups?: string[];
    options?: { $top?: number; $skipToken?: string };
  };
  const within = managementGroups?.flatMap((group) => options.managementGroups?.[group] ?? []) ?? subscriptions;
  const named = [...query.matchAll(/\btype =~ '([\w.]+\/[\w./]+)'/g)].map(([, type = '']) => type.toLowerCase());
  const wanted = named.length === 0 ? [clusterType] : named;
  const all = [...new Map([...answers.values()].flatMap((each) => (Array.isArray(each) ? [] : [[each.id, each]]))).values()]
    .filter((each): each is ArmBody => !Array.isArray(each) && typeof each.type === 'string' && wanted.includes(each.type.toLowerCase()))
    .filter(({ id }) => within === undefined || within.includes(subscriptionOf(id)));
  const size = Math.min(paging?.$top ?? 100, options.pageSize ?? 1000);
  const start = Number(paging?.$skipToken ?? 0);
  const row = (each: ArmBody) => ({ id: each.id, name: each.name, subscriptionId: subscriptionOf(each.id) });
  const data = all.slice(start, start + size).map((each) => (wanted.includes(clusterType) ? row(each) : { ...row(each), ...each }));
  const more = start + size < all.length ? { $skipToken: String(start + size) } : {};
  return { status: 200, body: { totalRecords: all.length, count: data.length, resultTruncated: 'false', data, ...more } };
}

const clusterType = 'microsoft.containerservice/managedclusters';

const kubeconfigOf = ({ cluster }: FakeCluster): string => {
  const { privateFQDN, fqdn } = cluster.properties as { privateFQDN?: string; fqdn?: string };
  const server = `https://${privateFQDN ?? fqdn}:443`;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: cluster.name, cluster: { server, 'certificate-authority-data': Buffer.from(tls.ca).toString('base64') } }],
    users: [{ name: 'clusterUser', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'kubelogin' } } }],
    contexts: [{ name: cluster.name, context: { cluster: cluster.name, user: 'clusterUser' } }],
    'current-context': cluster.name,
  });
};

const fail = (status: number, code: string, message: string): Answer => ({ status, body: { error: { code, message } } });

async function send(
  response: ServerResponse,
  answer: Answer,
  fault: Exclude<Fault['does'], { reset: true }> | undefined,
  seen: ArmRequest,
): Promise<void> {
  const json = (status: number, body: unknown, headers: Record<string, string> = {}) => {
    const text = JSON.stringify(body);
    response.writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      ...headers,
    });
    response.end(text);
  };
  const whole = () => json(answer.status, answer.body, answer.headers);
  if (fault === undefined) return whole();
  if ('deny' in fault) {
    const message =
      "The client 'auditor@example.com' with object id 'cccccccc-0000-1111-2222-dddddddddddd' does not have authorization to perform action " +
      `'${fault.deny}' over scope '${fault.scope ?? seen.path}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
    return json(403, { error: { code: 'AuthorizationFailed', message } });
  }
  if ('throttle' in fault)
    return json(
      429,
      { error: { code: 'TooManyRequests', message: 'The request is being throttled.' } },
      fault.throttle === undefined ? {} : { 'Retry-After': fault.throttle },
    );
  if ('expire' in fault) {
    const challenge = fault.claims
      ? `Bearer realm="", authorization_uri="https://login.microsoftonline.com/", error="insufficient_claims", claims="${fault.claims}"`
      : 'Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token", error_description="The access token expired"';
    const body = {
      error: { code: 'ExpiredAuthenticationToken', message: 'The access token expiry UTC time is earlier than current UTC time.' },
    };
    return json(401, body, { 'WWW-Authenticate': challenge });
  }
  if ('redirect' in fault) {
    response.writeHead(fault.status ?? 307, { Location: fault.redirect });
    response.end();
    return;
  }
  if ('nextLink' in fault) return json(answer.status, { ...(answer.body as object), nextLink: fault.nextLink }, answer.headers);
  if ('slow' in fault) {
    await wait(fault.slow);
    return whole();
  }
  if ('trickle' in fault) {
    response.writeHead(answer.status, { 'Content-Type': 'application/json' });
    response.write(' ');
    await wait(fault.trickle);
    response.end(JSON.stringify(answer.body));
    return;
  }
  if ('truncate' in fault) {
    const text = Buffer.from(JSON.stringify(answer.body));
    const half = text.subarray(0, text.length / 2);
    response.writeHead(answer.status, { 'Content-Type': 'application/json', 'Content-Length': fault.whole ? half.length : text.length });
    response.write(half, () => (fault.whole ? response.end() : response.socket?.destroy()));
    return;
  }
  if ('empty' in fault) {
    response.writeHead(answer.status, { 'Content-Length': 0 });
    response.end();
    return;
  }
  if ('html' in fault) {
    response.writeHead(fault.status ?? 200, { 'Content-Type': 'text/html' });
    response.end('<html><head><title>Sign in</title></head><body>Your organisation asks you to sign in.</body></html>');
    return;
  }
  return json(fault.status, fault.body ?? {}, fault.headers);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Tokens of fakeAz: `fake.<audience in base64url>.<number>`. */
export function audienceOf(authorization: string | undefined): string | undefined {
  const [, audience] = /^Bearer fake\.([\w-]+)\.\d+$/.exec(authorization ?? '') ?? [];
  return audience === undefined ? undefined : Buffer.from(audience, 'base64url').toString('utf8');
}
