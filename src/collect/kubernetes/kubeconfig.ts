import { existsSync, readFileSync } from 'node:fs';
import { KubeConfig } from '@kubernetes/client-node';
import { type Problem, UserError } from '../../errors.ts';
import type { LiveTarget } from '../source.ts';

/** A context of the kubeconfig that the user named on the command line: what runs and what is sent is theirs. */
export interface UserContext {
  name: string;
  server: URL;
  /** Read anew, so that what an exec plugin gave before is forgotten. */
  load: () => KubeConfig;
}

/** The hosts of a cluster's API server, as ARM says. */
export function hostsOf({ cluster }: LiveTarget): string[] {
  const { fqdn, privateFQDN } = cluster.properties;
  return [fqdn, privateFQDN].flatMap((host) => (typeof host === 'string' && host !== '' ? [host.toLowerCase()] : []));
}

/**
 * Which context each target is read with, by its id; the others are read with what ARM gives. A context is the cluster's
 * whose `fqdn` or `privateFQDN` is its server's host. For a single target the named context is taken as it stands, for its
 * server may be a tunnel, unless its host is that of another AKS cluster.
 * @throws UserError
 */
export function userContexts(targets: readonly LiveTarget[], path: string | undefined, name: string | undefined): Map<string, UserContext> {
  if (path === undefined && name === undefined) return new Map();
  if (path === undefined)
    throw new UserError({ where: '--context', what: 'needs the file that it stands in.', todo: 'Add --kubeconfig <path>.' });
  const { contexts, current } = readContexts(path);
  const named = name === undefined ? contexts : contexts.filter((each) => each.name === name);
  if (named.length === 0)
    throw new UserError({ where: path, what: `has no context ${name ?? 'at all'}.`, todo: 'kubectl config get-contexts lists them.' });
  // The current context first: of two that fit one cluster it is the one in use.
  const inOrder = [...named].sort((a, b) => Number(b.name === current) - Number(a.name === current));
  const found = new Map<string, UserContext>();
  for (const target of targets) {
    const fitting = inOrder.find(({ server }) => hostsOf(target).includes(server.hostname));
    if (fitting !== undefined) found.set(target.id, fitting);
  }
  const [only] = targets.length === 1 ? targets : [];
  const meant = inOrder.find((each) => each.name === (name ?? current));
  if (found.size === 0 && only !== undefined && meant !== undefined && !ofAks.test(meant.server.hostname)) found.set(only.id, meant);
  if (found.size === 0) {
    const hosts = named.map(({ name: each, server }) => `${each} (${server.hostname})`).join(', ');
    throw new UserError({
      where: path,
      what: `no context is of a cluster to audit: ${hosts}.`,
      todo: 'Name the cluster that the context is of, or leave --kubeconfig out.',
    });
  }
  return found;
}

const ofAks = /\.azmk8s\.(?:io|us)$|\.azk8s\.cn$/;

/** @throws UserError that quotes nothing of the file but names */
function readContexts(path: string): { contexts: UserContext[]; current: string | undefined } {
  const problem = (what: string): Problem => ({ where: path, what, todo: 'Give the path of a kubeconfig.' });
  if (!existsSync(path)) throw new UserError(problem('does not exist.'));
  const load = (context?: string): KubeConfig => {
    const config = new KubeConfig();
    config.loadFromFile(path);
    if (context !== undefined) config.setCurrentContext(context);
    return config;
  };
  try {
    const config = load();
    const contexts = config.getContexts().flatMap(({ name, cluster }) => {
      const server = URL.parse(config.getCluster(cluster)?.server ?? '');
      return server === null ? [] : [{ name, server, load: () => load(name) }];
    });
    return { contexts, current: config.getCurrentContext() };
  } catch {
    throw new UserError(problem('cannot be read as a kubeconfig.'));
  }
}

/** The service account of the pod that this runs in. @param root of the file system, for tests @throws UserError */
export function inClusterContext(root = ''): UserContext {
  const load = (): KubeConfig => {
    const config = new KubeConfig();
    config.loadFromCluster(root);
    return config;
  };
  const server = URL.parse(load().getCurrentCluster()?.server ?? '');
  if (server === null || server.hostname === 'undefined' || !existsSync(tokenFile(root))) throw notInPod();
  return { name: 'in-cluster', server, load };
}

const notInPod = (): UserError =>
  new UserError({ where: '--in-cluster', what: 'this does not run in a pod with a service account.', todo: 'Leave it out.' });
const tokenFile = (root: string): string => `${root}/var/run/secrets/kubernetes.io/serviceaccount/token`;

/**
 * The target that this pod runs in: the one whose issuer signed its token. A single target is taken to be it when the
 * issuer does not say otherwise.
 * @throws UserError
 */
export function inClusterTarget(targets: readonly LiveTarget[], root = ''): LiveTarget {
  if (!existsSync(tokenFile(root))) throw notInPod();
  const issuer = issuerOf(readFileSync(tokenFile(root), 'utf8'));
  const own = targets.find((target) => {
    const oidc = target.cluster.properties.oidcIssuerProfile?.issuerURL;
    return issuer !== undefined && (issuer === oidc || hostsOf(target).includes(URL.parse(issuer)?.hostname ?? ''));
  });
  const host = URL.parse(issuer ?? '')?.hostname ?? '';
  const isOthers = ofAks.test(host) || host.endsWith('.oic.prod-aks.azure.com');
  const found = own ?? (targets.length === 1 && !isOthers ? targets[0] : undefined);
  if (found !== undefined) return found;
  throw new UserError({
    where: '--in-cluster',
    what: 'this does not run in a cluster to audit.',
    todo: 'Name that cluster with --resource-id.',
  });
}

function issuerOf(token: string): string | undefined {
  try {
    const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { iss?: unknown }; // checked below
    return typeof iss === 'string' ? iss.replaceAll('"', '') : undefined;
  } catch {
    return undefined;
  }
}
