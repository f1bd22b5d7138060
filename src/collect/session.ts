import { NothingRead } from '../errors.ts';
import { kinds } from '../kinds.ts';
import type { StateKey, Unread } from '../snapshot.ts';
import { type Azure, createAzureApi } from './azure/arm.ts';
import { type Arm, aksServerScope, armOf, type CloudName } from './azure/clouds.ts';
import { AuthenticationFault, createCredential } from './azure/credentials.ts';
import { discoverTargets } from './azure/targets.ts';
import type { Connection } from './collect.ts';
import type { createKubernetesApi } from './kubernetes/lists.ts';
import { type LiveTarget, ReadFault, type RequestSeen, type Source } from './source.ts';

/** Which clusters are meant and how they are read, as the command line says it. */
export interface LiveChoice {
  /** Ids or names. */
  subscriptions: readonly string[];
  resourceGroups: readonly string[];
  names: readonly string[];
  resourceIds: readonly string[];
  managementGroup?: string;
  allSubscriptions: boolean;
  /** `tag=value` */
  selectors: readonly string[];
  tenant?: string;
  cloud?: CloudName;
  /** Origin; of the command line only. */
  armEndpoint?: string;
  kubeconfig?: string;
  context?: string;
  inCluster: boolean;
  allowLocalAccounts: boolean;
  /** Reads ConfigMaps too, their values replaced by markers. */
  scanConfigMaps: boolean;
  /** What is read beside the list of clusters. */
  planes: readonly Source['plane'][];
  /** Clusters at a time. */
  concurrency: number;
  /** Milliseconds a cluster may take. */
  timeout: number;
}

export interface SessionRequest {
  choice: LiveChoice;
  environment: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  onRequest?: (request: RequestSeen) => void;
}

/** A credential that answered, and the clusters that were found with it. */
export interface Session {
  targets: readonly LiveTarget[];
  unread: readonly Unread[];
  azure: Azure;
  /** Ends what nobody waits for any more, which would keep the process. */
  close: () => void;
  connect: (target: LiveTarget, signal: AbortSignal) => Connection & Pick<ReturnType<typeof createKubernetesApi>, 'may'>;
}

/** @throws UserError for what the command line says wrongly, NothingRead when there is no cluster to go on with */
export async function openSession(request: SessionRequest): Promise<Session> {
  const { choice, environment, signal } = request;
  const end = new AbortController();
  try {
    const azure = await openAzure({ ...request, signal: AbortSignal.any([signal, end.signal]) }, armOf(choice.cloud, choice.armEndpoint));
    const { targets, unread } = await discoverTargets(azure, { ...choice, environment });
    const connect = await connector(targets, azure, request);
    return {
      targets,
      unread: unread.map(({ scope, fault }) => ({ target: scope, reason: fault.message })),
      azure,
      connect,
      close: () => end.abort(),
    };
  } catch (thrown) {
    signal.throwIfAborted();
    throw nothingRead(thrown);
  }
}

export async function openAzure({ choice, signal, onRequest }: SessionRequest, arm: Arm): Promise<Azure> {
  const credential = await createCredential(arm, choice.tenant);
  return createAzureApi({ arm, credential, signal, ...(onRequest === undefined ? {} : { onRequest }) });
}

function nothingRead(thrown: unknown): unknown {
  if (thrown instanceof AuthenticationFault)
    return new NothingRead(thrown.message, true, "Run 'az login', or see 'aks-audit doctor' and 'aks-audit permissions --azure'.");
  if (thrown instanceof ReadFault)
    return new NothingRead(thrown.message, thrown.why === 'forbidden', "'aks-audit doctor' says what is in the way.");
  return thrown;
}

/** What each cluster is read with. The clients of Kubernetes load only where API servers are read. */
async function connector(targets: readonly LiveTarget[], azure: Azure, { choice, onRequest }: SessionRequest): Promise<Session['connect']> {
  if (!choice.planes.includes('kubernetes'))
    return () => ({ azure, kubernetes: notAsked, may: async () => false, close: async () => undefined });
  const [{ connectTo }, { createKubernetesApi: createApi }, { inClusterContext, inClusterTarget, userContexts }] = await Promise.all([
    import('./kubernetes/connection.ts'),
    import('./kubernetes/lists.ts'),
    import('./kubernetes/kubeconfig.ts'),
  ]);
  const contexts = choice.inCluster
    ? new Map([[inClusterTarget(targets).id, inClusterContext()]])
    : userContexts(targets, choice.kubeconfig, choice.context);
  const access = {
    contexts,
    allowLocalAccounts: choice.allowLocalAccounts,
    userCredential: ({ cluster }: LiveTarget) => azure.listClusterUserCredential(cluster.id),
    token: serverToken(azure),
  };
  return (target, signal) => {
    const kubernetes = createApi(connectTo(target, access), { signal, ...(onRequest === undefined ? {} : { onRequest }) });
    return { azure, kubernetes, may: kubernetes.may, close: kubernetes.close };
  };
}

const notAsked: Connection['kubernetes'] = {
  served: async () => undefined,
  list() {
    throw new ReadFault('failed', 'API servers were not to be asked.');
  },
};

/** Tokens for API servers, of the credential that Azure took: kubelogin is not needed. */
function serverToken(azure: Azure): (fresh: boolean) => Promise<string> {
  let last: string | undefined;
  return async (fresh) => {
    try {
      last = await azure.tokenFor(aksServerScope, fresh ? last : undefined);
      return last;
    } catch (thrown) {
      throw thrown instanceof ReadFault
        ? thrown
        : new ReadFault('failed', thrown instanceof Error ? thrown.message : 'There is no token for API servers.');
    }
  };
}

/** Of what rules need, what is to be read: of these planes, and the cluster always. */
export const askedOf = (needs: readonly StateKey[], planes: readonly Source['plane'][]): StateKey[] => [
  ...new Set<StateKey>(['cluster', ...needs.filter((key) => planes.includes(kinds[key].plane))]),
];
