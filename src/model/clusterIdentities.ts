import type { ArmResource, ManagedCluster } from '../wire.ts';

/** An identity that acts in Azure for a cluster. */
export interface ClusterIdentity {
  /** What findings are about: the identity, or the cluster whose own it is. */
  resource: ArmResource;
  /** As a message begins: `The control plane's identity`. */
  what: string;
  /** Object id, by which roles are assigned. */
  principalId: string;
  /** JSON pointer in the cluster. */
  pointer: string;
}

type Identity = { resourceId?: string; objectId?: string } | null | undefined;

/** The identities of the control plane, the kubelets and the add-ons; a service principal shows no object id. */
export function clusterIdentities(cluster: ManagedCluster): ClusterIdentity[] {
  const { identity, properties } = cluster;
  const found: (ClusterIdentity | undefined)[] = [];
  const add = (what: string, pointer: string, principalId: string | undefined, resourceId?: string) =>
    found.push(principalId ? { resource: resourceId ? identityOf(resourceId) : cluster, what, principalId, pointer } : undefined);
  const profile = (what: string, pointer: string, each: Identity) => add(what, `${pointer}/objectId`, each?.objectId, each?.resourceId);
  const controlPlane = 'The identity of the control plane';
  if (/SystemAssigned/i.test(identity?.type ?? '')) add(controlPlane, '/identity/principalId', identity?.principalId);
  for (const [id, each] of Object.entries(identity?.userAssignedIdentities ?? {}))
    add(controlPlane, `/identity/userAssignedIdentities/${id.replaceAll('/', '~1')}/principalId`, each?.principalId, id);
  for (const [name, each] of Object.entries(properties.identityProfile ?? {}))
    profile(
      name === 'kubeletidentity' ? 'The identity of the kubelets' : `The identity ${name}`,
      `/properties/identityProfile/${name}`,
      each,
    );
  for (const [name, addon] of Object.entries(properties.addonProfiles ?? {}))
    profile(`The identity of add-on ${name}`, `/properties/addonProfiles/${name}/identity`, addon?.identity);
  profile(
    'The identity of application routing',
    '/properties/ingressProfile/webAppRouting/identity',
    properties.ingressProfile?.webAppRouting?.identity,
  );
  return [...new Map(found.flatMap((each) => (each ? [[each.principalId.toLowerCase(), each] as const] : []))).values()];
}

const identityOf = (id: string): ArmResource => ({
  id,
  name: id.slice(id.lastIndexOf('/') + 1),
  type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
});

/** The object id of the kubelets' identity, which pulls images. */
export const kubeletObjectId = ({ properties }: ManagedCluster): string | undefined =>
  properties.identityProfile?.kubeletidentity?.objectId;
