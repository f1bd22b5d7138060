import { parentId } from '../test/support/fixtures.ts';
import { applyPatch } from '../test/support/patch.ts';
import { addNamespace, addNode, type Json, nodeName, type Objects, put } from './busyObjects.ts';
import { agents, platform, pools, teams, type Template, templates } from './busyTables.ts';
import { addDaemonSet, addPods, addWorkload, type NextNode, ofPlatform, podTemplate } from './busyWorkloads.ts';

type State = Record<string, unknown>;

/** One line of fixtures/snapshots/busy.faults.yaml. */
export interface Fault {
  rule: string;
  /** Name of what the rule must report: `name`, or `namespace/name`. */
  subject: string;
  planted: string;
  /** A namespace of its own, with a sound workload `web`. */
  namespace?: string;
  /** The row of the table of templates by which a sound workload is made, on nodes of which pool, and its name if it is not the subject's. */
  like?: string;
  pool?: 'system' | 'apps' | 'spot';
  workload?: string;
  /** What is wrong with the pods of that workload. */
  template?: Json;
  patch?: Record<string, Json>;
  /** Why it cannot stand beside the others: the snapshot is without it, and it is judged alone. */
  apart?: string;
  /** Thresholds of the rule. */
  with?: Json;
}

/** Makes the base cluster busy: nodes, the platform, teams and their sound workloads by the tables; then the faults. */
export function busyCluster(base: State, faults: readonly Fault[]): State {
  const objects: Objects = {};
  for (const [pool, each] of Object.entries(pools)) for (let at = 0; at < each.nodes; at++) addNode(objects, pool, at, each);
  const next = { system: inTurn('system'), apps: inTurn('apps'), spot: inTurn('spot') };
  for (const [name, image] of Object.entries(agents)) addDaemonSet(objects, allNodes, `kube-system/${name}`, ofPlatform(name, image));
  for (const each of platform) addPlatform(objects, next.system, ...each);
  for (const [team, list] of Object.entries(teams)) addTeam(objects, next.apps, team, list);
  const here = faults.filter(({ apart }) => apart === undefined);
  for (const { subject, namespace, workload = subject, like, pool = 'apps' } of here) {
    if (namespace !== undefined) addTeam(objects, next.apps, namespace, ['web']);
    if (like !== undefined) addOne(objects, next[pool], workload, like);
  }
  const state = { ...base, nodes: [], nodeMetrics: [], daemonSets: [] };
  applyPatch(state, objects, { parentId });
  for (const fault of here) plant(state, fault);
  return state;
}

/** @param state is changed */
export function plant(state: State, { subject, workload = subject, template, patch = {} }: Fault): void {
  if (template !== undefined) applyPatch(state, inEveryForm(state, workload, template), { parentId });
  applyPatch(state, patch, { parentId });
}

const allNodes = Object.entries(pools).flatMap(([pool, { nodes }]) => namesIn(pool, nodes));

function namesIn(pool: string, nodes = pools[pool]?.nodes ?? 0): string[] {
  return Array.from({ length: nodes }, (_, at) => nodeName(pool, at));
}

function inTurn(pool: string): NextNode {
  const names = namesIn(pool);
  let at = 0;
  return () => names[at++ % names.length] ?? '';
}

function addTeam(objects: Objects, next: NextNode, team: string, list: readonly string[]): void {
  addNamespace(objects, team);
  for (const name of list) addOne(objects, next, `${team}/${name}`, name);
}

function addOne(objects: Objects, next: NextNode, key: string, like: string): void {
  const template = templateNamed(like);
  if (template.kind === 'DaemonSet') addDaemonSet(objects, namesIn('apps'), key, podTemplate(key, template));
  else addWorkload(objects, next, key, template);
}

function templateNamed(name: string): Template {
  const template = templates[name];
  if (template === undefined) throw new Error(`there is no template '${name}'; there is ${Object.keys(templates).join(', ')}`);
  return template;
}

/** What AKS or an operator runs on the system nodes. */
function addPlatform(objects: Objects, next: NextNode, ...[key, replicas, image, more]: (typeof platform)[number]): void {
  const [namespace = '', name = ''] = key.split('/');
  const pod = ofPlatform(name, image, more);
  put(objects, 'namespaces', namespace, { metadata: { labels: { 'kubernetes.io/metadata.name': namespace } } });
  put(objects, 'deployments', key, {
    metadata: pod.metadata,
    spec: { replicas, selector: { matchLabels: { app: name } }, template: pod },
    status: { replicas, readyReplicas: replicas },
  });
  const owner = { kind: 'ReplicaSet', name: `${name}-5d8f7c9b64` };
  const labels = { ...pod.metadata.labels, 'pod-template-hash': '5d8f7c9b64' };
  const names = Array.from({ length: replicas }, (_, at) => `${key}-5d8f7c9b64-${'bcdfg'[at]}2k7x`);
  addPods(objects, next, names, owner, { ...pod, metadata: { labels } });
}

interface Named {
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
}

/** A change of a pod template, as it shows in the controller, in its ReplicaSet and in its pods. */
function inEveryForm(state: State, workload: string, template: Json): Objects {
  const [namespace, name] = workload.split('/');
  const objects: Objects = {};
  const isOf = ({ metadata }: Named) => metadata.namespace === namespace && metadata.labels?.app === name;
  const changed = (key: string, change: Json) => {
    for (const { metadata } of (state[key] as Named[]).filter(isOf)) put(objects, key, `${namespace}/${metadata.name}`, change);
  };
  for (const key of ['deployments', 'statefulSets', 'daemonSets', 'replicaSets']) changed(key, { spec: { template } });
  changed('cronJobs', { spec: { jobTemplate: { spec: { template } } } });
  changed('pods', template);
  return objects;
}
