import { check, computed, fail, flag, pass, see, type Sight, undecided } from '../check.ts';
import { nodeGroupOf } from '../model/addressPlan.ts';
import { containersOf } from '../model/podSpecs.ts';
import { any } from '../seen.ts';
import type { DaemonSet, Deployment, ManagedCluster } from '../wire.ts';

/** The identity by which the control plane acts in Azure. Managed identity leaves `msi` where a service principal has its id. */
export const managedIdentity = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const evidence = see(cluster, '/identity/type', 'SystemAssigned or UserAssigned');
    if (/(System|User)Assigned/i.test(cluster.identity?.type ?? '')) return pass('The cluster runs on a managed identity.', evidence);
    const clientId = cluster.properties.servicePrincipalProfile?.clientId;
    const at = '/properties/servicePrincipalProfile/clientId';
    if (clientId && clientId.toLowerCase() !== 'msi')
      return fail('The cluster runs on a service principal.', [evidence, computed(cluster, at, 'id of a service principal', 'msi')]);
    return undecided('The cluster shows neither a managed identity nor a service principal.', [evidence, see(cluster, at)]);
  },
});

/** What the cluster's identity needs roles on before the cluster is there, so that one made with the cluster comes too late. */
export const userAssignedIdentity = check({
  needs: ['cluster', 'agentPools'],
  subjects: ({ cluster, agentPools }) => {
    const own = any(
      () => ownResources(cluster).length > 0,
      () => agentPools.some(({ properties }) => !!properties.vnetSubnetID || !!properties.podSubnetID),
    );
    return own && !usesServicePrincipal(cluster) ? [cluster] : [];
  },
  none: 'AKS makes the network and the DNS zone, or the cluster runs on a service principal.',
  judge: (cluster, _params, { agentPools }) => {
    const identity = see(cluster, '/identity/type', 'UserAssigned');
    if (/UserAssigned/i.test(cluster.identity?.type ?? '')) return pass('The control plane has an identity of its own.', identity);
    if (!/SystemAssigned/i.test(cluster.identity?.type ?? '')) return undecided('The cluster does not show its identity.', identity);
    const pools = agentPools.items
      .filter(({ properties }) => !!properties.vnetSubnetID)
      .map((pool) => see(pool, '/properties/vnetSubnetID'));
    const own = ownResources(cluster).map((pointer) => see(cluster, pointer));
    return fail('The control plane acts by an identity that was made with the cluster.', [identity, ...own, ...pools]);
  },
});

/** JSON pointers of what the owner brought to the cluster: subnets, a DNS zone, an identity of the kubelets. */
function ownResources(cluster: ManagedCluster): string[] {
  const { apiServerAccessProfile: access, hostedSystemProfile: hosted, identityProfile } = cluster.properties;
  const kubelet = identityProfile?.kubeletidentity?.resourceId?.toLowerCase();
  const aks = cluster.properties.nodeResourceGroup == null || kubelet?.startsWith(`${nodeGroupOf(cluster)}/`) === true;
  const found: readonly (readonly [boolean, string])[] = [
    [!!access?.subnetId, '/properties/apiServerAccessProfile/subnetId'],
    [!!hosted?.nodeSubnetID, '/properties/hostedSystemProfile/nodeSubnetID'],
    [access?.privateDNSZone?.startsWith('/') === true, '/properties/apiServerAccessProfile/privateDNSZone'],
    [kubelet !== undefined && !aks, '/properties/identityProfile/kubeletidentity/resourceId'],
  ];
  return found.flatMap(([own, pointer]) => (own ? [pointer] : []));
}

const usesServicePrincipal = ({ identity, properties }: ManagedCluster): boolean =>
  !/Assigned/i.test(identity?.type ?? '') && (properties.servicePrincipalProfile?.clientId ?? 'msi').toLowerCase() !== 'msi';

/** AKS-managed Entra ID. The legacy integration has an aadProfile too, with applications of its own and without `managed`. */
export const entraId = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const { aadProfile: entra } = cluster.properties;
    const evidence = [see(cluster, '/properties/aadProfile/managed', 'true')];
    if (entra?.managed === true) return pass('Entra ID authenticates users.', evidence);
    if (!entra?.serverAppID && !entra?.clientAppID) return fail('Entra ID does not authenticate users.', evidence);
    return fail('Entra ID authenticates users by the legacy integration.', [
      ...evidence,
      see(cluster, `/properties/aadProfile/${entra.serverAppID ? 'serverAppID' : 'clientAppID'}`),
    ]);
  },
});

/** Azure role assignments decide beside Kubernetes RBAC, not in its place. */
export const azureRbac = check({
  needs: ['cluster'],
  params: { acceptKubernetesRbac: flag(false) },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { acceptKubernetesRbac }) => {
    const { aadProfile: entra } = cluster.properties;
    const evidence = see(cluster, '/properties/aadProfile/enableAzureRBAC', 'true');
    if (entra?.enableAzureRBAC === true) return pass('Azure RBAC controls access to the Kubernetes API.', evidence);
    if (acceptKubernetesRbac && entra?.managed === true) {
      return pass(
        'Kubernetes RBAC alone controls access to the Kubernetes API.',
        [evidence, see(cluster, '/properties/aadProfile/managed')],
        'Rule cluster-admin-groups-only judges its bindings.',
      );
    }
    return fail('Azure RBAC does not control access to the Kubernetes API.', evidence);
  },
});

/** Without RBAC every authenticated user and pod may do everything. Azure always returns the property. */
export const kubernetesRbac = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const evidence = see(cluster, '/properties/enableRBAC', 'true');
    return cluster.properties.enableRBAC === true ? pass('Kubernetes RBAC is on.', evidence) : fail('Kubernetes RBAC is off.', evidence);
  },
});

/** The certificate of the cluster's built-in administrator, which no Entra ID policy sees. */
export const localAccounts = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const evidence = see(cluster, '/properties/disableLocalAccounts', 'true');
    const { disableLocalAccounts, aadProfile } = cluster.properties;
    if (disableLocalAccounts === true)
      return pass('Local accounts are off.', evidence, 'Certificates handed out before that stay valid until they are rotated.');
    return fail(
      'Local accounts are on.',
      evidence,
      aadProfile?.managed === true ? {} : { note: 'They are the only way in: Entra ID does not authenticate users.' },
    );
  },
});

/** Both halves: the issuer that signs tokens of service accounts, and the webhook that hands them to pods. */
export const workloadIdentity = check({
  needs: ['cluster'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster) => {
    const issuer = cluster.properties.oidcIssuerProfile?.enabled === true;
    const webhook = cluster.properties.securityProfile?.workloadIdentity?.enabled === true;
    const evidence = [
      see(cluster, '/properties/oidcIssuerProfile/enabled', 'true'),
      see(cluster, '/properties/securityProfile/workloadIdentity/enabled', 'true'),
    ];
    if (issuer && webhook) return pass('The OIDC issuer and workload identity are on.', evidence);
    if (!issuer && !webhook) return fail('The OIDC issuer and workload identity are off.', evidence);
    return fail(issuer ? 'Workload identity is off.' : 'The OIDC issuer is off.', evidence);
  },
});

/** The AKS feature, the identities of a self-installed one, and the workloads that serve them. Definitions left without objects do no harm. */
export const podIdentity = check({
  needs: ['cluster', 'azureIdentities', 'daemonSets', 'deployments'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, { azureIdentities, daemonSets, deployments }) => {
    const shown: Sight[] = [];
    const found = (resource: object, path: string, expected: string): boolean => shown.push(see(resource, path, expected)) > 0;
    const feature = ['/properties/podIdentityProfile/enabled', 'false or not set'] as const;
    const serves = (workload: DaemonSet | Deployment) =>
      servesPodIdentity(workload) && found(workload, '/metadata/name', 'no such workload');
    const inUse = any(
      () => cluster.properties.podIdentityProfile?.enabled === true && found(cluster, ...feature),
      () => azureIdentities.some((identity) => found(identity, '/metadata/name', 'no such object')),
      () => daemonSets.some(serves),
      () => deployments.some(serves),
    );
    return inUse
      ? fail('Pod-managed identity is in use.', shown)
      : pass('Nothing of pod-managed identity is left.', see(cluster, ...feature));
  },
});

/** The node agent and the controller of AAD Pod Identity, as AKS, the chart and the manifests name them. */
const servesPodIdentity = ({ metadata, spec }: DaemonSet | Deployment): boolean =>
  metadata.name === 'nmi' ||
  metadata.name === 'mic' ||
  containersOf(spec?.template?.spec).some(({ container }) => /\/aad-pod-identity\/(nmi|mic)\b/.test(container.image ?? ''));
