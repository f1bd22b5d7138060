import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { lookup } from 'node:dns/promises';
import { TLSSocket } from 'node:tls';
import { EnvHttpProxyAgent, request as send } from 'undici';
import { NothingRead, UserError } from '../errors.ts';
import { isStopped } from '../model/power.ts';
import { aksServerScope, armOf } from './azure/clouds.ts';
import { createCredential, explainCredential } from './azure/credentials.ts';
import { defaultSubscription } from './azure/profile.ts';
import { openSession, type Session, type SessionRequest } from './session.ts';
import { type LiveTarget, ReadFault } from './source.ts';

/** One thing that was looked at. `cost`: what it keeps from working. */
export interface Finding {
  what: string;
  /** When it is not well: what to do. */
  todo?: string;
  cost?: 'nothing' | 'a cluster' | 'all' | 'credential';
}

const elsewhere = 'Run this from where the API server can be reached; Azure is judged from here.';
const mostSkew = 120_000;
/** Milliseconds. */
const patience = 10_000;

/** Looks at everything that live work needs, in its order, and goes on as far as it can. No token is in what it says. */
export async function* examine(request: SessionRequest): AsyncGenerator<Finding, void, void> {
  const { choice, environment, signal } = request;
  const arm = armOf(choice.cloud, choice.armEndpoint);
  const host = new URL(arm.endpoint).hostname;
  const proxy = proxyFor(host, environment);
  yield { what: `Cloud: ${choice.cloud ?? 'AzureCloud'}, Azure Resource Manager at ${arm.endpoint}` };
  yield proxy === undefined ? await resolved(host) : { what: `Proxy: ${proxy}` };
  const reached = await reach(arm.endpoint, signal);
  yield reached.finding;
  if (reached.date !== undefined) yield skew(reached.date);
  const credential = await createCredential(arm, choice.tenant);
  const { answered, tried } = await explainCredential(credential, arm.scope);
  for (const each of tried) if (each.credential !== answered) yield { what: `Credential ${each.credential}: ${each.why}` };
  if (answered === undefined) {
    yield {
      what: 'Credential: none answered',
      todo: "Run 'az login', or set what a workload or managed identity needs.",
      cost: 'credential',
    };
    return;
  }
  yield { what: `Credential: ${answered} answered` };
  const token = await credential.getToken(arm.scope).catch(() => null);
  yield { what: `Identity: ${identityIn(token?.token ?? '')}` };
  yield { what: `Current subscription: ${(await defaultSubscription(environment, choice.cloud)) ?? 'none'}` };
  const session = yield* opened(request);
  if (session === undefined) return;
  yield { what: `Clusters: ${session.targets.map(({ name }) => name).join(', ')}` };
  for (const { target, reason } of session.unread)
    yield { what: `${target}: ${reason}`, todo: "See 'aks-audit permissions --azure'.", cost: 'a cluster' };
  if (!choice.planes.includes('kubernetes')) return;
  const server = await credential.getToken(aksServerScope).catch(() => null);
  yield server === null
    ? {
        what: 'Token for API servers: not given',
        todo: 'Ask for a role at the clusters; without it only Azure is judged.',
        cost: 'a cluster',
      }
    : { what: 'Token for API servers: given' };
  for (const target of session.targets) yield* apiServer(target, session, signal);
  session.close();
}

async function* opened(request: SessionRequest): AsyncGenerator<Finding, Session | undefined, void> {
  try {
    return await openSession(request);
  } catch (thrown) {
    if (thrown instanceof NothingRead)
      yield {
        what: `Clusters: ${thrown.message}`,
        todo: "See 'aks-audit permissions --azure'.",
        cost: thrown.refused ? 'credential' : 'all',
      };
    else if (thrown instanceof UserError) yield { what: `Clusters: ${thrown.message}`, todo: 'Name others, see --help.', cost: 'all' };
    else throw thrown;
    return undefined;
  }
}

async function* apiServer(target: LiveTarget, session: Session, signal: AbortSignal): AsyncGenerator<Finding, void, void> {
  const { name, cluster } = target;
  if (isStopped(cluster)) return yield { what: `${name}: the cluster is stopped, so its API server does not run`, cost: 'nothing' };
  const host = cluster.properties.privateFQDN ?? cluster.properties.fqdn;
  if (host === undefined) return yield { what: `${name}: Azure names no API server`, todo: 'Wait until it is created.', cost: 'a cluster' };
  const found = await resolved(host);
  yield { ...found, what: `${name}: ${found.what}` };
  const connection = session.connect(target, AbortSignal.any([signal, AbortSignal.timeout(6 * patience)]));
  try {
    const allowed = await connection.may('list', '', 'namespaces');
    yield allowed
      ? { what: `${name}: the API server takes the token and lets namespaces be listed` }
      : {
          what: `${name}: the API server takes the token and lets nothing be listed`,
          todo: "See 'aks-audit permissions --check'.",
          cost: 'a cluster',
        };
  } catch (thrown) {
    if (!(thrown instanceof ReadFault)) throw thrown;
    yield {
      what: `${name}: ${thrown.message}`,
      todo: thrown.why === 'unreachable' ? elsewhere : "See 'aks-audit permissions --check'.",
      cost: 'a cluster',
    };
  } finally {
    await connection.close();
  }
}

async function resolved(host: string): Promise<Finding> {
  try {
    return { what: `DNS: ${host} is ${(await lookup(host)).address}` };
  } catch {
    return {
      what: `DNS: ${host} is not known here`,
      todo: 'Check the name server, or go through a proxy (HTTPS_PROXY); a private name is known in its network only.',
      cost: 'a cluster',
    };
  }
}

interface Reached {
  finding: Finding;
  date?: number;
}

/** A request without a token: any answer will do. */
async function reach(endpoint: string, signal: AbortSignal): Promise<Reached> {
  let issuer: string | undefined;
  const connected = (message: unknown): void => {
    const socket = typeof message === 'object' && message !== null && 'socket' in message ? message.socket : undefined;
    if (socket instanceof TLSSocket) issuer = [socket.getPeerCertificate().issuer?.O ?? socket.getPeerCertificate().issuer?.CN].flat()[0];
  };
  const dispatcher = new EnvHttpProxyAgent();
  subscribe('undici:client:connected', connected);
  try {
    const path = '/metadata/endpoints?api-version=2022-09-01';
    const { headers, body } = await send(`${endpoint}${path}`, {
      dispatcher,
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    });
    await body.dump();
    const date = Date.parse(String(headers.date));
    return {
      finding: { what: `Endpoint: answers; its certificate is issued by ${issuer ?? 'an unnamed authority'}` },
      ...(Number.isNaN(date) ? {} : { date }),
    };
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'no answer';
    const isTls = /CERT|SELF_SIGNED|VERIFY|ISSUER/.test(code);
    const todo = isTls
      ? 'A proxy that inspects TLS has an authority of its own: put its certificate into NODE_EXTRA_CA_CERTS.'
      : 'Check the network, HTTPS_PROXY and NO_PROXY.';
    return { finding: { what: `Endpoint: cannot be reached (${code})`, todo, cost: 'all' } };
  } finally {
    unsubscribe('undici:client:connected', connected);
    await dispatcher.destroy();
  }
}

function skew(date: number): Finding {
  const seconds = Math.round((Date.now() - date) / 1000);
  if (Math.abs(seconds) * 1000 <= mostSkew) return { what: `Clock: within ${Math.abs(seconds)} s of Azure's` };
  return {
    what: `Clock: ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} Azure's`,
    todo: 'Set the clock: tokens are refused when it is wrong.',
    cost: 'all',
  };
}

/** Without what a URL of a proxy may hold of user and password. */
function proxyFor(host: string, environment: SessionRequest['environment']): string | undefined {
  const set = environment.https_proxy ?? environment.HTTPS_PROXY;
  const left = (environment.no_proxy ?? environment.NO_PROXY ?? '').split(/[\s,]+/).filter(Boolean);
  if (!set || left.some((each) => each === '*' || host === each.replace(/^\*?\./, '') || host.endsWith(`.${each.replace(/^\*?\./, '')}`)))
    return undefined;
  return URL.parse(set)?.host ?? 'HTTPS_PROXY is not a URL';
}

/** Who a token is of, as its claims say; the token itself is not shown. */
function identityIn(token: string): string {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>; // each is looked at below
    const [who, tenant] = [claims.upn ?? claims.unique_name ?? claims.appid ?? claims.oid, claims.tid];
    return `${typeof who === 'string' ? who : 'unnamed'} in tenant ${typeof tenant === 'string' ? tenant : 'unnamed'}`;
  } catch {
    return 'the token does not say';
  }
}
