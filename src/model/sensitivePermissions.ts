import type { Facts } from '../check.ts';
import { systemNamespaces } from './namespaces.ts';
import { once } from './once.ts';
import { type AnyRole, allows, type Binding, type Grant, grantsOf, isForNames, type Request, roleOf } from './rbac.ts';

/** What lets its holder take more than it was given (Kubernetes: RBAC Good Practices, privilege escalation risks). */
interface SensitivePermission {
  /** As a message says it: "may read secrets". */
  what: string;
  /** Any of these. */
  requests: readonly Request[];
  /** On objects of the cluster, which a binding in a namespace does not reach. */
  ofCluster?: true;
  /** On objects of a namespace, where that is one of the system. */
  inSystem?: true;
}

const requests = (group: string, resources: string, verbs: string): Request[] =>
  resources.split(' ').flatMap((resource) => verbs.split(' ').map((verb) => ({ verb, group, resource })));

/** CIS AKS 4.1.2 to 4.1.12. Roles and bindings may be written by anybody: the API server lets nobody grant more than he has. */
const permissions: readonly SensitivePermission[] = [
  { what: 'read secrets', requests: requests('', 'secrets', 'get list watch') },
  {
    what: 'run commands in pods',
    // A WebSocket opens with GET.
    requests: [...requests('', 'pods/exec pods/attach', 'create get'), ...requests('', 'pods/ephemeralcontainers', 'update patch')],
  },
  { what: 'reach kubelets through nodes/proxy', requests: requests('', 'nodes/proxy', 'get create update patch delete'), ofCluster: true },
  {
    what: 'grant more than it has (bind, escalate)',
    requests: requests('rbac.authorization.k8s.io', 'roles clusterroles', 'bind escalate'),
  },
  {
    what: 'act as others (impersonate)',
    requests: requests('', 'users groups', 'impersonate'),
    ofCluster: true,
  },
  { what: 'act as service accounts (impersonate)', requests: requests('', 'serviceaccounts', 'impersonate') },
  { what: 'make tokens of service accounts', requests: requests('', 'serviceaccounts/token', 'create') },
  {
    what: 'approve certificates',
    requests: requests('certificates.k8s.io', 'certificatesigningrequests/approval', 'update patch'),
    ofCluster: true,
  },
  { what: 'create persistent volumes', requests: requests('', 'persistentvolumes', 'create'), ofCluster: true },
  {
    what: 'run pods in system namespaces',
    requests: [
      ...requests('', 'pods replicationcontrollers', 'create'),
      ...requests('apps', 'deployments daemonsets statefulsets replicasets', 'create'),
      ...requests('batch', 'jobs cronjobs', 'create'),
    ],
    inSystem: true,
  },
  {
    what: 'change admission webhooks',
    requests: requests(
      'admissionregistration.k8s.io',
      'validatingwebhookconfigurations mutatingwebhookconfigurations',
      'create update patch delete deletecollection',
    ),
    ofCluster: true,
  },
];

/** A sensitive permission that a role has, and the rule that gives it. */
export interface Held {
  what: string;
  grant: Grant;
}

/** How far what a binding grants reaches: the whole cluster, a namespace of the system as well as it, or one namespace. */
export const reachOf = ({ kind, metadata }: Binding): 'cluster' | 'system' | 'namespace' => {
  if (kind !== 'RoleBinding') return 'cluster';
  return systemNamespaces.has(metadata.namespace ?? '') ? 'system' : 'namespace';
};

/** The sensitive permissions that a binding grants where it reaches. Throws NotSeen when none was seen and its role was not. */
export function sensitiveGrants(binding: Binding, facts: Facts<'clusterRoles' | 'roles'>): readonly Held[] {
  const reach = reachOf(binding);
  const role = roleOf(binding, facts);
  const [one] = role.items;
  const grants = grantsOf(role, facts);
  const held = one === undefined ? [] : heldBy(one, grants.items, facts);
  const reached = held.filter(({ ofCluster, inSystem }) => (reach === 'cluster' || !ofCluster) && !(reach === 'namespace' && inSystem));
  if (reached.length === 0) grants.all();
  return reached;
}

type HeldOfAny = Held & Pick<SensitivePermission, 'ofCluster' | 'inSystem'>;
/** By role, as many bindings name the same. */
const heldByRole = once((_: Facts<'clusterRoles' | 'roles'>) => new Map<AnyRole, readonly HeldOfAny[]>());

function heldBy(role: AnyRole, grants: readonly Grant[], facts: Facts<'clusterRoles' | 'roles'>): readonly HeldOfAny[] {
  const before = heldByRole(facts).get(role);
  if (before !== undefined) return before;
  const held = permissions.flatMap(({ requests: any, ...permission }) => {
    const grant = grants.find(({ rule }) => !isNarrowed(rule) && any.some((request) => allows(rule, request)));
    return grant === undefined ? [] : [{ ...permission, grant }];
  });
  heldByRole(facts).set(role, held);
  return held;
}

/** Names narrow a rule, unless they are those of the whole cluster's administrators. */
const isNarrowed = (rule: Grant['rule']): boolean =>
  isForNames(rule) && !(rule.resourceNames ?? []).some((name) => name === 'cluster-admin' || name === 'system:masters');
