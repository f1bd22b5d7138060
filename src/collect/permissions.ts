import type { Rule } from '../rule.ts';
import type { StateKey } from '../snapshot.ts';
import type { Permission, Source } from './source.ts';
import { closure, needsOf } from './sources.ts';

/** What reading takes: least roles, and for each permission the rules that are lost without it. */
export interface Access {
  /** ARM actions, sorted. */
  actions: readonly string[];
  /** Data actions that stand for `lists` where a cluster leaves authorization to Azure. */
  dataActions: readonly string[];
  lists: readonly ListPermission[];
  /** By permission as `nameOf` has it: the rules that need it. */
  rules: ReadonlyMap<string, readonly string[]>;
}
export type ListPermission = Extract<Permission, { verbs: readonly string[] }>;

/** What lists clusters, and what hands out the address and the CA of an API server; every live run takes the first. */
export const listClusters = 'Microsoft.ContainerService/managedClusters/read';
export const userCredential = 'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action';

/** The permission as gaps name it: an ARM action, or `list pods`. */
export function nameOf(permission: Permission): string {
  if ('action' in permission) return permission.action;
  if ('dataAction' in permission) return permission.dataAction;
  return `${permission.verbs.join(' and ')} ${permission.resource}${permission.group === '' ? '' : `.${permission.group}`}`;
}

/** @param planes of which sources are read */
export function accessOf(
  rules: readonly Rule[],
  sources: readonly Source[],
  planes: readonly Source['plane'][] = ['azure', 'kubernetes'],
): Access {
  const byName = new Map<string, { permission: Permission; rules: Set<string> }>();
  const need = (permission: Permission, rule: string) => {
    const known = byName.get(nameOf(permission)) ?? { permission, rules: new Set() };
    byName.set(nameOf(permission), { ...known, rules: known.rules.add(rule) });
  };
  for (const rule of rules) {
    for (const { permissions, plane } of closure(needsOf([rule]), sources)) {
      if (!planes.includes(plane)) continue;
      need({ action: listClusters }, rule.name);
      if (plane === 'kubernetes') need({ action: userCredential }, rule.name);
      for (const permission of permissions) need(permission, rule.name);
    }
  }
  // Who may list Secrets reads their values too, though the audit asks for none: no role that is printed grants it.
  const all = [...byName.values()].map(({ permission }) => permission).filter((each) => !('verbs' in each && each.resource === 'secrets'));
  const lists = all
    .flatMap((each) => ('verbs' in each ? [each] : []))
    .sort((a, b) => compare(a.group, b.group) || compare(a.resource, b.resource));
  return {
    actions: all.flatMap((each) => ('action' in each ? [each.action] : [])).sort(compare),
    dataActions: sortedOnce([...all.flatMap((each) => ('dataAction' in each ? [each.dataAction] : [])), ...lists.map(dataActionOf)]),
    lists,
    rules: new Map([...byName].sort(([a], [b]) => compare(a, b)).map(([name, { rules: needing }]) => [name, [...needing].sort(compare)])),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sortedOnce = (values: readonly string[]): string[] => [...new Set(values)].sort(compare);

/** Groups whose resources have data actions of their own; a role that names one that does not exist is refused. */
const withDataActions: ReadonlySet<string> = new Set([
  '',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'networking.k8s.io',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'metrics.k8s.io',
]);

/** The Azure data action that grants a list (AKS: Entra ID authorization for the Kubernetes API). */
export function dataActionOf({ group, resource }: ListPermission): string {
  const prefix = 'Microsoft.ContainerService/managedClusters';
  if (!withDataActions.has(group)) return `${prefix}/customresources/read`;
  if (resource === 'servicecidrs') return `${prefix}/networking.k8s.io/*/read`;
  return `${prefix}/${group === '' ? '' : `${group}/`}${resource}/read`;
}

/** A custom role of Azure as `az role definition create` takes it. */
export function azureRole({ actions }: Access): string {
  return role('AKS Audit Reader', 'Reads what aks-audit judges AKS clusters by. Changes nothing.', { Actions: actions });
}

/** The role for API servers that leave authorization to Azure. */
export function dataRole({ dataActions }: Access): string {
  return role('AKS Audit Data Reader', 'Lists the Kubernetes objects that aks-audit judges. No secrets, no writes.', {
    DataActions: dataActions,
  });
}

function role(name: string, description: string, granted: { Actions?: readonly string[]; DataActions?: readonly string[] }): string {
  const { Actions = [], DataActions = [] } = granted;
  return `${JSON.stringify(
    {
      Name: name,
      IsCustom: true,
      Description: description,
      Actions,
      NotActions: [],
      DataActions,
      NotDataActions: [],
      AssignableScopes: ['/subscriptions/<subscription>'],
    },
    null,
    2,
  )}\n`;
}

/** The same for API servers that authorize by Kubernetes' own roles. Discovery is granted to every authenticated caller by system:discovery. */
export function clusterRole({ lists }: Access): string {
  const groups = [...new Set(lists.map(({ group }) => group))];
  const rules = groups.map((group) => {
    const resources = lists.filter((each) => each.group === group).map(({ resource }) => `      - ${resource}`);
    return [`  - apiGroups: [${group === '' ? '""' : group}]`, '    resources:', ...resources, '    verbs: [list]'].join('\n');
  });
  return `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: aks-audit-reader\nrules:\n${rules.join('\n')}\n`;
}

/** What is lost of `keys` when these permissions are missing. */
export function lostRules({ rules }: Access, missing: readonly string[]): string[] {
  return sortedOnce(missing.flatMap((name) => rules.get(name) ?? []));
}

/** docs/permissions.md */
export function permissionsPage(rules: readonly Rule[], sources: readonly Source[]): string {
  const access = accessOf(rules, sources);
  const keysOf = (name: string): StateKey[] =>
    sources.filter(({ permissions }) => permissions.some((each) => nameOf(each) === name)).map(({ key }) => key);
  const row = (name: string) => `| \`${name}\` | ${keysOf(name).join(', ') || '–'} | ${access.rules.get(name)?.length ?? 0} |`;
  const block = (language: string, text: string) => `\`\`\`${language}\n${text}\`\`\`\n`;
  return [
    '# Permissions\n',
    "<!-- Made by 'npm run docs' from the sources in src/collect. Do not edit. -->\n",
    'What a live audit or `aks-audit collect` reads, and the least that lets it. `aks-audit permissions` prints the same for the',
    'rules of a `--chapter`, and with `--check` tells what the present identity lacks and which rules that loses. Nothing here',
    'writes. Of Secrets only metadata and type are asked for, never a value; as whoever may list them may read them whole, the',
    'roles below leave them out, and their rules are *unknown* until `list secrets` is granted too. So it is with every permission',
    'that is missing: its rules are *unknown* and say so, and all others are judged. ConfigMaps are read only with',
    '`--scan-configmaps`, which takes `list configmaps`; `aks-audit permissions --scan-configmaps` prints roles with it.\n',
    '## Azure Resource Manager\n',
    '`az role definition create --role-definition role.json`, assigned at the subscriptions of the clusters and of what they use',
    '(networks, in a hub too). The built-in role Reader covers all of it but `listClusterUserCredential`.\n',
    block('json', azureRole(access)),
    '## The Kubernetes API, where Azure authorizes (`enableAzureRBAC`)\n',
    'Assigned at the clusters or their subscription. The built-in Azure Kubernetes Service RBAC Reader lacks nodes, roles and custom resources.\n',
    block('json', dataRole(access)),
    '## The Kubernetes API, where Kubernetes authorizes\n',
    'Bound to the identity: `kubectl create clusterrolebinding aks-audit --clusterrole aks-audit-reader --user <object id>`.\n',
    block('yaml', clusterRole(access)),
    '## What needs what\n',
    '| Permission | State | Rules |',
    '|---|---|---|',
    ...[...access.rules.keys()].map(row),
    '',
  ].join('\n');
}
