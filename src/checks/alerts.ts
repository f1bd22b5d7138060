import { type Check, check, count, type Facts, fail, ifSeen, notApplicable, pass, see, texts, undecided } from '../check.ts';
import { isHeard, isHeardOf, isOneHeard, muting, type Routed } from '../model/alertRouting.ts';
import type { Signal } from '../model/alertSignals.ts';
import { alertKeys, type Alert, type Watcher, watched } from '../model/alerts.ts';
import { glob } from '../model/namespaces.ts';
import { watchesResource, watchesService } from '../model/healthAlerts.ts';
import { listed } from '../model/words.ts';
import { NotSeen, seen } from '../seen.ts';
import type { ActivityLogAlert, ManagedCluster } from '../wire.ts';

const needs = [...alertKeys, 'daemonSets'] as const;
const params = { acceptedAlertPlatforms: texts() };
type AlertCheck = Facts<(typeof needs)[number]>;

/** The cluster, unless the agent of a platform that the configuration accepts sends its signals elsewhere. */
function unlessElsewhere({ cluster, daemonSets }: Pick<AlertCheck, 'cluster' | 'daemonSets'>, accepted: readonly string[]) {
  const agents = accepted.map(glob);
  const agent = agents.length > 0 && daemonSets.some(({ metadata }) => agents.some((matches) => matches(metadata.name)));
  return agent ? notApplicable('Another platform, which the configuration accepts, has its alerts.') : [cluster];
}

type Remark = (by: Watcher, cluster: ManagedCluster) => string | undefined;

/**
 * An alert rule that is on, covers the cluster and measures each of these signals.
 * @param what the signals and their names in a sentence
 * @param recommended the threshold beyond which a rule tells late
 */
function watch(what: Partial<Record<Signal, string>>, recommended: string, remark?: Remark): Check {
  return check({
    needs,
    params,
    subjects: (facts, { acceptedAlertPlatforms }) => unlessElsewhere(facts, acceptedAlertPlatforms),
    none: 'There is no cluster.',
    judge: (cluster, _params, facts) => {
      const found = [...watched(facts)].flatMap(([signal, { watchers, misses }]) => {
        const name = what[signal];
        const by = [...watchers.items].sort((one, other) => doubts(one) - doubts(other))[0];
        return name === undefined ? [] : [{ name, watchers, misses, by }];
      });
      const missing = found.filter(({ by, watchers }) => by === undefined && watchers.gaps.length === 0);
      if (missing.length > 0) {
        const near = missing.flatMap(({ misses }) => misses).slice(0, 5);
        const shown = near.map(({ alert, pointer }) => see(alert, pointer, pointer.endsWith('enabled') ? 'true' : 'this cluster'));
        return fail(`No alert rule watches ${namesOf(missing)}.`, shown.length > 0 ? shown : see(cluster, '/id', 'an alert rule'));
      }
      for (const { by, watchers } of found) if (by === undefined) watchers.all();
      const rules = found.flatMap(({ by }) => by ?? []);
      const notes = rules.flatMap((by) => notesOn(by, recommended, remark?.(by, cluster)));
      return pass(
        `An alert rule watches ${namesOf(found)}.`,
        rules.map(({ alert, pointer }) => see(alert, pointer)),
        notes.length > 0 ? notes.join(' ') : undefined,
      );
    },
  });
}

const namesOf = (found: readonly { name: string }[]): string => found.map(({ name }) => name).join(' and ');

/** A rule in time that will fire says most; one that may stay silent least. */
const doubts = ({ loose, caveat }: Watcher): number => (caveat ? 2 : 0) + (loose ? 1 : 0);

const notesOn = ({ name, loose, caveat, groups }: Watcher, recommended: string, remark: string | undefined): string[] => [
  ...(loose ? [`${name} is looser than ${recommended}.`] : []),
  ...(caveat === 'averaged' ? [`${name} looks at the mean of all nodes, in which a busy one is lost.`] : []),
  ...(caveat === 'rare' && groups !== undefined
    ? [`Managed Prometheus collects what ${name} measures only where a ConfigMap asks for it.`]
    : []),
  ...(groups === undefined ? [`A Prometheus in the cluster evaluates ${name}; whom its Alertmanager tells was not read.`] : []),
  ...(remark === undefined ? [] : [remark]),
];

export const nodeUse = watch({ nodeCpu: 'the CPU of nodes', nodeMemory: 'the memory of nodes' }, '80 percent for 10 minutes');
export const podRestarts = watch({ podRestarts: 'restarts of containers' }, '5 restarts an hour');
export const replicas = watch({ unavailableReplicas: 'replicas that are not available' }, 'one for 5 minutes');
export const volumeSpace = watch({ volumeSpace: 'the space on persistent volumes' }, '20 percent left');
export const outOfMemory = watch({ outOfMemory: 'containers that are killed for want of memory' }, 'a single one');
export const unschedulable = watch({ unschedulable: 'pods that find no node' }, 'a few minutes');
/** Metrics of the control plane reach managed Prometheus only where they are asked for; clients' own do without. */
export const apiServerErrors = watch({ apiServerErrors: 'errors of the API server' }, '1 percent of the requests', (by, cluster) => {
  const isOn = cluster.properties.azureMonitorProfile?.metrics?.controlPlane?.enabled === true;
  return isOn || by.language !== 'promql' || by.groups === undefined
    ? undefined
    : 'Metrics of the control plane are not collected, without which it may never fire.';
});

/** What an alert does when it fires: an action group that tells somebody, and no processing rule that keeps it from that for good. */
export const routing = check({
  needs: [...alertKeys, 'actionGroups', 'alertProcessingRules'],
  subjects: (facts) => {
    const all = [...watched(facts).values()];
    const rules = new Map<Alert, Map<string, Watcher>>();
    for (const by of all.flatMap(({ watchers }) => watchers.items)) {
      if (by.groups === undefined) continue;
      const known = rules.get(by.alert) ?? new Map<string, Watcher>();
      rules.set(by.alert, known.set(by.pointer, by));
    }
    const subjects = [...rules].map(([resource, own]) => ({ resource, rules: [...own.values()] }));
    return seen(
      subjects,
      all.flatMap(({ watchers }) => watchers.gaps),
    );
  },
  none: 'No alert rule of Azure watches the cluster.',
  judge: ({ resource, rules }, _params, facts) => {
    const told = rules.map((rule) => ({ rule, heard: ifSeen(() => isHeard(rule, facts)) }));
    const mute = ifSeen(() => muting(resource, facts));
    if (mute !== undefined) return fail(`${mute.name} mutes it for good.`, see(mute, '/properties/actions'));
    const deaf = told.flatMap(({ rule, heard }) => (heard === false ? [rule] : []));
    if (deaf.length > 0) {
      const names = listed(
        deaf.map(({ name }) => name),
        3,
      );
      const isCalled = deaf.some(({ groups = [] }) => groups.length > 0);
      return fail(
        isCalled ? `The action group of ${names} tells nobody.` : `No action group hears ${names}.`,
        deaf.map(({ actionsAt }) => see(resource, actionsAt, 'an action group with an enabled receiver')),
      );
    }
    for (const { rule, heard } of told) if (heard === undefined) isHeard(rule, facts);
    return pass(
      'Somebody is told when it fires.',
      rules.map(({ actionsAt }) => see(resource, actionsAt)),
    );
  },
});

/** The signals of the rules on alerts; the use of nodes is one. */
const essential: readonly (readonly [name: string, ...signals: Signal[]])[] = [
  ['use of nodes', 'nodeCpu', 'nodeMemory'],
  ['restarts', 'podRestarts'],
  ['unavailable replicas', 'unavailableReplicas'],
  ['errors of the API server', 'apiServerErrors'],
  ['space on volumes', 'volumeSpace'],
  ['kills for want of memory', 'outOfMemory'],
  ['unschedulable pods', 'unschedulable'],
];

/** How many signals are watched by a rule that somebody hears. */
export const coverage = check({
  needs: [...needs, 'actionGroups', 'alertProcessingRules'],
  params: { ...params, minSignals: count(3, 1) },
  subjects: (facts, { acceptedAlertPlatforms }) => unlessElsewhere(facts, acceptedAlertPlatforms),
  none: 'There is no cluster.',
  judge: (cluster, { minSignals }, facts) => {
    const heard = (signal: Signal) => isHeardOf(watched(facts).get(signal)?.watchers ?? seen([]), facts);
    const results = essential.map(([name, ...signals]) => {
      const each = signals.map((signal) => attempt(() => heard(signal)));
      const worst = each.includes(false) ? false : (each.find((one) => one !== true) ?? true);
      return { name, result: worst };
    });
    const by = (wanted: (result: boolean | 'unsure' | NotSeen) => boolean) =>
      results.filter(({ result }) => wanted(result)).map(({ name }) => name);
    const yes = by((result) => result === true);
    const evidence = see(cluster, '/id', `${minSignals} of: ${results.map(({ name }) => name).join(', ')}`);
    if (yes.length >= minSignals) return pass(`${yes.length} of ${results.length} signals are watched: ${yes.join(', ')}.`, evidence);
    const no = by((result) => result === false);
    if (results.length - no.length < minSignals)
      return fail(`${yes.length} of ${results.length} signals are watched by a rule that tells somebody.`, evidence, {
        note: `Not watched: ${no.join(', ')}.`,
      });
    const blind = results.flatMap(({ result }) => (result instanceof NotSeen ? result.gaps : []));
    if (blind.length > 0) throw new NotSeen(blind);
    return undecided('A Prometheus in the cluster watches it, and whom its Alertmanager tells was not read.', evidence);
  },
});

/** A read that was blind is an answer here, as one signal does not decide. */
function attempt(read: () => boolean | undefined): boolean | 'unsure' | NotSeen {
  try {
    return read() ?? 'unsure';
  } catch (thrown) {
    if (thrown instanceof NotSeen) return thrown;
    throw thrown;
  }
}

/** Azure's own word, by what it is on and the alerts on the activity log that watch that. */
const ownWords = [
  ['the health of the cluster', watchesResource],
  ['incidents of AKS in its region', watchesService],
] as const;

export const health = check({
  needs: ['cluster', 'activityLogAlerts', 'actionGroups', 'alertProcessingRules'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, facts) => {
    const { activityLogAlerts: alerts } = facts;
    const words = ownWords.map(([what, watches]) => ({ what, by: alerts.filter((each) => watches(each, cluster)) }));
    const missing = words.filter(({ by }) => !by.some(() => true)).map(({ what }) => what);
    if (missing.length > 0) {
      const shown = alerts.items.slice(0, 5).map((each) => see(each, '/properties/condition/allOf'));
      return fail(
        `No alert tells of ${missing.join(' or ')}.`,
        shown.length > 0 ? shown : see(cluster, '/id', 'an alert on the activity log'),
      );
    }
    const deaf = words.flatMap(({ by }) => (isOneHeard(by.map(routed), facts) ? [] : by.items));
    if (deaf.length > 0)
      return fail(
        `No action group hears ${listed([...new Set(deaf.map(({ name }) => name))], 3)}.`,
        deaf.map((each) => see(each, '/properties/actions/actionGroups', 'an action group with an enabled receiver')),
      );
    return pass(
      'Alerts tell of the health of the cluster and of AKS.',
      words.flatMap(({ by }) => by.items.slice(0, 1).map((each) => see(each, '/properties/condition/allOf'))),
    );
  },
});

const routed = (alert: ActivityLogAlert): Routed => ({
  alert,
  groups: (alert.properties.actions?.actionGroups ?? []).flatMap(({ actionGroupId }) => actionGroupId ?? []),
});
