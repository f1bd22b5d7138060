import { normalId, type Seen } from '../seen.ts';
import type { ManagedCluster, PolicyAssignment, PolicyDefinition, PolicySetDefinition } from '../wire.ts';
import { type AssignedPolicy, defaultOf, effectOn, guidOf, isCustom, policiesOf } from './assignedPolicies.ts';
import { encryptionAtHost } from './builtInPolicies.ts';

/** Built-in policies of mode Microsoft.Kubernetes.Data, by GUID, and what they ask for (AKS' policy reference, read in November 2026). */
const titles: ReadonlyMap<string, string> = new Map([
  ['febd0533-8e55-448f-b837-bd0e06f16469', 'allowed images'],
  ['95edb821-ddaf-4404-9732-666045e056b4', 'no privileged containers'],
  ['3fc4dc25-5baf-40d8-9b05-7fe74c1bc64e', 'internal load balancers'],
  ['1a5b4dca-0b6f-4cf5-907c-56316bc1bf3d', 'HTTPS only'],
  ['e345eecc-fa47-480f-9e88-67dcc122b164', 'resource limits'],
  ['47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8', 'no process ids or IPC of the host'],
  ['56d0a13f-712f-466b-8416-56fb354fb823', 'forbidden sysctls'],
  ['440b515e-a580-421e-abeb-b159a61ddcbc', 'allowed container ports'],
  ['511f5417-5d12-434d-ab2e-816901e72a5e', 'AppArmor profiles'],
  ['f85eb0dd-92ee-40e9-8a76-db25a507d6d3', 'proc mount type'],
  ['c26596ff-4d70-4e6a-9a30-c2506bd2f80c', 'allowed capabilities'],
  ['975ce327-682c-4f2e-aa46-b9598289b86c', 'seccomp profiles'],
  ['df49d893-a74c-421d-bc95-c663042e5b80', 'read-only root file systems'],
  ['f4a8fce0-2dd5-4c21-9a36-8f0ec809d663', 'FlexVolume drivers'],
  ['098fc59e-46c7-4d99-9b16-64990e543d75', 'host paths'],
  ['f06ddb64-5fa3-4b77-b166-acb36f7f6042', 'users and groups'],
  ['e1e6c427-07d9-46ab-9689-bfa85431e636', 'SELinux options'],
  ['16697877-1118-4fb1-9b65-9898ec2509ec', 'volume types'],
  ['82985f06-dc18-4a48-bc1c-b9f4f0098cfe', 'host network and ports'],
  ['46592696-4c7b-4bf3-9e45-6c2763bdc0a6', 'labels'],
  ['233a2a17-77ca-4fb1-9b6b-69223d272a44', 'allowed service ports'],
  ['d46c275d-1680-448d-b2ec-e495a3b6cc89', 'allowed external addresses'],
  ['423dd1ba-798e-40e4-9c4d-b6902674b423', 'no mounted API credentials'],
  ['1c6e92c9-99f0-4e55-9cf2-0c234dc48f99', 'no privilege escalation'],
  ['d2e7ea85-6b44-4317-a0be-1b951587f626', 'no CAP_SYS_ADMIN'],
  ['a27c700f-8a22-44ec-961c-41625264370b', 'forbidden capabilities'],
  ['9f061a12-e40d-4183-a00e-171812443373', 'no default namespace'],
  ['b1a9997f-2883-4f12-bdff-2280f99b5915', 'probes'],
  ['4f3823b6-6dac-4b5a-9c61-ce1afb829f17', 'CSI storage classes'],
  ['12db3749-7e03-4b9f-b443-d37d3fb9f8d9', 'image pull secrets'],
  ['53a4a537-990c-495a-92e0-7c21a465442c', 'no edits of single nodes'],
  ['34c88cd4-5d72-4dbb-bf77-12c3cafe8791', 'anti-affinity'],
  ['a22123bd-b9da-4c86-9424-24903e91fd55', 'no labels of AKS'],
  ['48940d92-ff05-449e-9111-e742d9280451', 'reserved taints'],
  ['b0fdedee-7b9e-4a17-9f5d-5e8e912d2f01', 'unique service selectors'],
]);

/** What a policy is called: by the initiative that holds it, by what it asks for, else by its id. */
export const titleOf = (definitionId: string | undefined, reference: string | undefined): string =>
  titles.get(guidOf(definitionId ?? '')) ?? reference ?? guidOf(definitionId ?? '');

export interface Definitions {
  readonly policySetDefinitions: Seen<PolicySetDefinition>;
  readonly policyDefinitions: Seen<PolicyDefinition>;
}

/** The policies of an assignment that are for objects of Kubernetes. Throws NotSeen where an unread definition may be one. */
export const kubernetesPolicies = (
  assignment: PolicyAssignment,
  { policySetDefinitions, policyDefinitions }: Definitions,
): AssignedPolicy[] =>
  policiesOf(assignment, policySetDefinitions).filter(({ definitionId }) =>
    isCustom(definitionId)
      ? /^microsoft\.kubernetes\.data$/i.test(policyDefinitions.get(definitionId).properties.mode ?? '')
      : titles.has(guidOf(definitionId)),
  );

/** A policy that holds back how node pools are made, in force: of users, or the built-in one for encryption at host. */
export interface PoolPolicy {
  policy: AssignedPolicy;
  /** Pools that are made with the cluster, and those that are added later: two resource types, so two conditions. */
  reaches: { withCluster: boolean; later: boolean };
}

/** Those of an assignment that deny on the cluster. Throws NotSeen where an unread definition may be one. */
export function poolPolicies(assignment: PolicyAssignment, cluster: ManagedCluster, facts: Definitions): PoolPolicy[] {
  return policiesOf(assignment, facts.policySetDefinitions).flatMap((policy) => {
    const { definitionId } = policy;
    if (!isCustom(definitionId))
      return guidOf(definitionId) === encryptionAtHost.id && effectOn(policy, cluster, encryptionAtHost.byDefault) === 'deny'
        ? [{ policy, reaches: { withCluster: true, later: false } }]
        : [];
    const { mode, policyRule, parameters } = facts.policyDefinitions.get(definitionId).properties;
    const rule = JSON.stringify(policyRule?.if ?? {}).toLowerCase();
    const reaches = {
      withCluster: rule.includes('microsoft.containerservice/managedclusters/agentpoolprofiles'),
      // Of types without tags and a location, which node pools are, nothing is evaluated in mode Indexed or without a mode.
      later: mode?.toLowerCase() === 'all' && rule.includes('microsoft.containerservice/managedclusters/agentpools'),
    };
    const stated = policyRule?.then?.effect ?? '';
    const parameter = /^\[\s*parameters\(\s*'([^']+)'\s*\)\s*\]$/i.exec(stated)?.[1];
    const byDefault = parameter === undefined ? stated : String(defaultOf(parameters, parameter) ?? '');
    const denies = effectOn(policy, cluster, byDefault.toLowerCase(), parameter) === 'deny';
    return denies && (reaches.withCluster || reaches.later) ? [{ policy, reaches }] : [];
  });
}

/** Whether an assignment is made above resource groups: in a subscription or a management group. */
export function isAboveGroups({ id, properties }: PolicyAssignment): boolean {
  const scope = normalId(properties.scope ?? id);
  return !/\/resourcegroups\//.test(scope);
}
