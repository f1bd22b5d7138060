import type { LookupFunction } from 'node:net';
import { getCACertificates } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { EnvHttpProxyAgent } from 'undici';
import { type LiveTarget, ReadFault } from '../source.ts';
import type { Connect, Connection } from './http.ts';
import { hostsOf, type UserContext } from './kubeconfig.ts';

/** What opens API servers, from the command line and from Azure. */
export interface KubernetesAccess {
  /** By target id: of `--kubeconfig` or `--in-cluster`. */
  contexts: ReadonlyMap<string, UserContext>;
  allowLocalAccounts: boolean;
  /** The text of listClusterUserCredential (never of the admin credential); throws ReadFault. */
  userCredential: (target: LiveTarget) => Promise<string>;
  /** A token for the AKS server application; throws ReadFault. @param fresh the last one was refused */
  token: (fresh: boolean) => Promise<string>;
  network?: Network;
}
/** How sockets are opened; by default by DNS and the proxy of the environment. */
export interface Network {
  lookup?: LookupFunction;
  httpsProxy?: string;
  noProxy?: string;
}

interface Tls {
  ca?: string | Buffer | (string | Buffer)[];
  cert?: string | Buffer;
  key?: string | Buffer;
  servername?: string;
  rejectUnauthorized: boolean;
}

/** How the API server of a target is reached: by the user's context if there is one, else by what ARM says of the cluster. */
export function connectTo(target: LiveTarget, access: KubernetesAccess): Connect {
  const context = access.contexts.get(target.id);
  return context === undefined ? connectByArm(target, access) : connectByContext(context, target, access);
}

function connectByContext(context: UserContext, target: LiveTarget, { network }: KubernetesAccess): Connect {
  let config: KubeConfig | undefined;
  return async (fresh) => {
    if (fresh || config === undefined) config = context.load();
    const options: Parameters<KubeConfig['applyToHTTPSOptions']>[0] & Partial<Tls> = { method: 'GET', headers: {} };
    try {
      await config.applyToHTTPSOptions(options);
    } catch (thrown) {
      // What a plugin printed may hold a token; its command says enough to run it by hand.
      const command = String(config.getCurrentUser()?.exec?.command ?? 'its credential plugin');
      const missing = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
      const what = missing ? 'was not found' : 'gave no credential';
      throw new ReadFault('failed', `Context ${context.name}: ${command} ${what}. Try: kubectl --context ${context.name} get namespaces.`);
    }
    if (context.server.protocol !== 'https:') throw new ReadFault('failed', `Context ${context.name}: its server is not https.`);
    const { ca, cert, key, servername, rejectUnauthorized = true } = options;
    const tls = {
      ...(ca ? { ca } : {}),
      ...(cert ? { cert } : {}),
      ...(key ? { key } : {}),
      ...(servername ? { servername } : {}),
      rejectUnauthorized,
    };
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value).trim();
    if (options.auth) headers.authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
    const proxy = config.getCurrentCluster()?.proxyUrl;
    return connection(context.server, tls, headers, target, { ...network, ...(proxy ? { httpsProxy: proxy, noProxy: '' } : {}) });
  };
}

function connectByArm(target: LiveTarget, access: KubernetesAccess): Connect {
  let given: Promise<Trusted> | undefined;
  return async (fresh) => {
    const withEntra = Boolean(target.cluster.properties.aadProfile);
    if (!withEntra && !access.allowLocalAccounts)
      throw new ReadFault(
        'failed',
        'The cluster has no Entra integration: its credential is the certificate of a cluster administrator, which only --allow-local-accounts lets be used.',
      );
    given ??= access.userCredential(target).then((text) => trustedOf(text, target));
    const { server, ca, certificate } = await given;
    if (withEntra) {
      const headers = { authorization: `Bearer ${await access.token(fresh)}` };
      return connection(server, { ca, rejectUnauthorized: true }, headers, target, access.network);
    }
    if (certificate === undefined) throw new ReadFault('failed', 'The kubeconfig from Azure holds no client certificate.');
    return connection(server, { ca, ...certificate, rejectUnauthorized: true }, {}, target, access.network);
  };
}

interface Trusted {
  server: URL;
  ca: Buffer;
  certificate: { cert: Buffer; key: Buffer } | undefined;
}

/**
 * All that is believed of a kubeconfig from ARM: the server, when it is the cluster's own, and its CA. Its exec plugins,
 * tokens and proxies are not looked at.
 */
function trustedOf(text: string, target: LiveTarget): Trusted {
  const refuse = (what: string) => new ReadFault('failed', `The kubeconfig from Azure ${what}: nothing was sent to the API server.`);
  const config = new KubeConfig();
  try {
    config.loadFromString(text, { onInvalidEntry: 'filter' });
  } catch {
    throw refuse('cannot be read');
  }
  const context = config.getContextObject(config.getCurrentContext()) ?? config.getContexts()[0];
  const cluster = config.getCluster(context?.cluster ?? '');
  const server = URL.parse(cluster?.server ?? '');
  if (cluster === null || server === null) throw refuse('names no server');
  if (server.protocol !== 'https:' || server.username !== '' || server.password !== '')
    throw refuse('names a server that is not plain https');
  const hosts = hostsOf(target);
  if (!hosts.includes(server.hostname))
    throw refuse(`names ${server.hostname}, and the cluster's own name is ${hosts.join(' or ') || 'unknown'}`);
  if (cluster.skipTLSVerify) throw refuse('asks not to verify the server');
  if (!cluster.caData) throw refuse("holds no certificate of the cluster's CA");
  const user = config.getUser(context?.user ?? '');
  const certificate =
    user?.certData && user.keyData ? { cert: Buffer.from(user.certData, 'base64'), key: Buffer.from(user.keyData, 'base64') } : undefined;
  return { server, ca: Buffer.from(cluster.caData, 'base64'), certificate };
}

/** Sockets of one cluster at a time, whatever is asked of it. */
const mostSockets = 8;

function connection(server: URL, tls: Tls, headers: Connection['headers'], target: LiveTarget, network: Network = {}): Connection {
  const { lookup, ...proxy } = network;
  // With a CA of its own a connection knows no other; who names an inspecting proxy's in NODE_EXTRA_CA_CERTS means this one too.
  const ca = tls.ca === undefined ? {} : { ca: [tls.ca, getCACertificates('extra')].flat() };
  const requestTls = { ...tls, ...ca, ...(lookup ? { lookup } : {}), allowH2: false };
  return {
    server,
    headers,
    dispatcher: new EnvHttpProxyAgent({ ...proxy, connect: requestTls, requestTls, connections: mostSockets, keepAliveTimeout: 30_000 }),
    whenUnreachable: whenUnreachable(target),
  };
}

function whenUnreachable({ cluster }: LiveTarget): string {
  const exports = 'or have someone inside run the kubectl commands that the report names, and audit their files.';
  const access = cluster.properties.apiServerAccessProfile;
  if (access?.enablePrivateCluster) return `The cluster is private: run aks-audit in its network or one peered with it, ${exports}`;
  if (access?.authorizedIPRanges?.length) return `It lets in authorized addresses only: run aks-audit from one of them, ${exports}`;
  return `Run aks-audit from where kubectl reaches it, ${exports}`;
}
