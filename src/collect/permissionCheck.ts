import { kinds } from '../kinds.ts';
import { glob } from '../model/namespaces.ts';
import { networkIdOf } from '../model/subnets.ts';
import type { Rule } from '../rule.ts';
import type { StateKey } from '../snapshot.ts';
import { type AzureApi, type LiveTarget, ReadFault, type Source } from './source.ts';
import { listClusters, nameOf, userCredential } from './permissions.ts';
import type { Session } from './session.ts';
import { closure, needsOf } from './sources.ts';

/** What the present identity lacks for one cluster, or what could not be found out. */
export interface Lack {
  permission: string;
  /** ARM id; none for what an API server grants. */
  scope?: string;
  /** Why it cannot be told. */
  untold?: string;
  rules: readonly string[];
}

const permissionsVersion = '2022-04-01';

/** Asks Azure and the API server what the present identity may do; nothing is read but that. */
export async function checkPermissions(
  target: LiveTarget,
  session: Session,
  rules: readonly Rule[],
  sources: readonly Source[],
  signal: AbortSignal,
): Promise<Lack[]> {
  const connection = session.connect(target, signal);
  try {
    const needed = closure(needsOf(rules), sources);
    const kubernetes = needed.filter(({ plane }) => plane === 'kubernetes');
    const actions = [
      ask(listClusters, target.id, needed),
      ...(kubernetes.length > 0 ? [ask(userCredential, target.id, kubernetes)] : []),
      ...needed.flatMap((source) =>
        scopesOf(source.key, target).flatMap((scope) => actionsOf(source).map((action) => ask(action, scope, [source]))),
      ),
    ];
    const rulesOf = (of: readonly Source[]) =>
      rules.filter((rule) => closure(needsOf([rule]), sources).some((each) => of.includes(each))).map(({ name }) => name);
    const found = await Promise.all([
      ...actions.map(async (each) => lackOf(await azureSays(session.azure, each), each, rulesOf(each.sources))),
      ...kubernetes.map(async (source) =>
        lackOf(await serverSays(connection, source), { permission: source.permissions.map(nameOf)[0] ?? '' }, rulesOf([source])),
      ),
    ]);
    return distinct(found.flat());
  } finally {
    await connection.close();
  }
}

interface Question {
  permission: string;
  scope: string;
  sources: readonly Source[];
}
const ask = (permission: string, scope: string, sources: readonly Source[]): Question => ({ permission, scope, sources });
const actionsOf = ({ plane, permissions }: Source): string[] =>
  plane === 'azure' ? permissions.flatMap((each) => ('action' in each ? [each.action] : [])) : [];

/** What the answer leaves to be told: true is granted, a text is why it cannot be told. */
function lackOf(answer: boolean | string, { permission, scope }: { permission: string; scope?: string }, rules: readonly string[]): Lack[] {
  if (answer === true || rules.length === 0) return [];
  return [{ permission, ...(scope === undefined ? {} : { scope }), ...(answer === false ? {} : { untold: answer }), rules }];
}

/** Where an action is needed: what is shared lies where it lies. */
function scopesOf(key: StateKey, { id, subscription, cluster }: LiveTarget): string[] {
  const inSubscription = `/subscriptions/${subscription}`;
  const kind = kinds[key];
  if (key !== 'virtualNetworks') return [kind.plane === 'azure' && kind.shared ? inSubscription : id];
  const { agentPoolProfiles, apiServerAccessProfile, nodeResourceGroup } = cluster.properties;
  const subnets = [
    ...(agentPoolProfiles ?? []).flatMap(({ vnetSubnetID, podSubnetID }) => [vnetSubnetID, podSubnetID]),
    apiServerAccessProfile?.subnetId,
  ];
  const networks = [...new Set(subnets.flatMap((subnet) => (subnet ? [networkIdOf(subnet)] : [])))];
  return networks.length > 0 ? networks : [`${inSubscription}/resourceGroups/${nodeResourceGroup}`];
}

async function azureSays(azure: AzureApi, { permission, scope }: Question): Promise<boolean | string> {
  try {
    for await (const page of azure.list(`${scope}/providers/Microsoft.Authorization/permissions`, permissionsVersion))
      if (page.some((granted) => grants(granted, permission))) return true;
    return false;
  } catch (thrown) {
    if (thrown instanceof ReadFault) return thrown.message;
    throw thrown;
  }
}

function grants(granted: { actions?: unknown; notActions?: unknown }, action: string): boolean {
  const matches = (patterns: unknown): boolean =>
    Array.isArray(patterns) && patterns.some((pattern) => typeof pattern === 'string' && glob(pattern.toLowerCase())(action.toLowerCase()));
  return matches(granted.actions) && !matches(granted.notActions);
}

/** A custom resource that the cluster does not have needs no permission. */
async function serverSays({ kubernetes, may }: ReturnType<Session['connect']>, { key, permissions }: Source): Promise<boolean | string> {
  const kind = kinds[key];
  try {
    for (const each of permissions) {
      if (!('verbs' in each)) continue;
      if (kind.plane === 'kubernetes' && kind.optional && (await kubernetes.served(each.group, each.resource)) === undefined) continue;
      for (const verb of each.verbs) if (!(await may(verb, each.group, each.resource))) return false;
    }
    return true;
  } catch (thrown) {
    if (thrown instanceof ReadFault) return thrown.message;
    throw thrown;
  }
}

const distinct = (lacks: readonly Lack[]): Lack[] => [...new Map(lacks.map((each) => [`${each.permission} ${each.scope}`, each])).values()];
