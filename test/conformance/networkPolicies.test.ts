import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { ClusterReport } from '../../src/report.ts';
import { auditFiles } from './support/auditing.ts';
import { type Manifest, manifestsIn, onlyCluster } from './support/cases.ts';
import { companion } from './support/companion.ts';
import { describeCorpus, filesBelow } from './support/corpus.ts';

/** What policies do to the pods of a namespace in one direction, as the names and texts of the cases say it; `open` is not written. */
type Isolation = 'closed' | 'closed to other namespaces' | 'closed for some' | 'open';
interface Expected {
  ingress?: Isolation;
  egress?: Isolation;
  /** Of policies for all pods: whether one opens the namespace as a whole. */
  opens?: true;
}
/** By the namespace; in all others nothing is closed. */
type Case = Readonly<Record<string, Expected>>;

const some: Case = { default: { ingress: 'closed for some' } };
const open: Case = {};

const recipes: Readonly<Record<string, Case>> = {
  '01-deny-all-traffic-to-an-application.yaml': some,
  '02-limit-traffic-to-an-application.yaml': some,
  '02a-allow-all-traffic-to-an-application.yaml': open,
  '03-deny-all-non-whitelisted-traffic-in-the-namespace.yaml': { default: { ingress: 'closed' } },
  '04-deny-traffic-from-other-namespaces.yaml': { default: { ingress: 'closed to other namespaces' } },
  '05-allow-traffic-from-all-namespaces.yaml': open,
  '06-allow-traffic-from-a-namespace.yaml': some,
  '07-allow-traffic-from-some-pods-in-another-namespace.yaml': some,
  '08-allow-external-traffic.yaml': open,
  '09-allow-traffic-only-to-a-port.yaml': some,
  '10-allowing-traffic-with-multiple-selectors.yaml': some,
  '11-deny-egress-traffic-from-an-application.yaml': { default: { egress: 'closed for some' } },
  '12-deny-all-non-whitelisted-traffic-from-the-namespace.yaml': { default: { egress: 'closed' } },
  '14-deny-external-egress-traffic.yaml': { default: { egress: 'closed for some' } },
};

const house = 'network-policy-conformance-gryffindor';
const houses = ['gryffindor', 'hufflepuff', 'ravenclaw', 'slytherin'].map((each) => `network-policy-conformance-${each}`);
const namespaces = ['default', 'demo', 'sensitive-ns', ...houses];
const everywhere = (expected: Expected): Case => Object.fromEntries(namespaces.map((name) => [name, expected]));

/** Files that are not here leave every namespace open: they accept, pass on, or deny some peers or ports. */
const api: Readonly<Record<string, Case>> = {
  'cmd__policy-assistant__examples__demos__kubecon-eu-2024__policies__banp.yaml': { demo: { ingress: 'closed' } },
  'cmd__policy-assistant__examples__demos__kubecon-eu-2024__policies__npv1.yaml': { demo: { ingress: 'closed for some' } },
  'cmd__policy-assistant__examples__demos__walkthrough__policies__banp.yaml': everywhere({ ingress: 'closed' }),
  'cmd__policy-assistant__examples__demos__walkthrough__policies__npv1.yaml': { demo: { ingress: 'closed for some' } },
  'conformance__base__admin_tier__standard-egress-inline-cidr-rules.yaml': { [house]: { egress: 'closed for some' } },
  'conformance__base__api_integration__standard-anp-np-banp.yaml': { [house]: { ingress: 'closed', egress: 'closed' } },
  'conformance__base__baseline_tier__standard-egress-inline-cidr-rules.yaml': { [house]: { egress: 'closed' } },
  'site-src__user-story-examples__user-story-1.yaml': { 'sensitive-ns': { ingress: 'closed' } },
  'site-src__user-story-examples__user-story-5.yaml': everywhere({ ingress: 'closed' }),
};

/** Policies of popeye's tests, by name. */
const popeye: Readonly<Record<string, Case>> = {
  'net__np__2.yaml deny-all': { default: { ingress: 'closed', egress: 'closed' } },
  'net__np__2.yaml deny-all-ing': { default: { ingress: 'closed' } },
  'net__np__2.yaml deny-all-eg': { default: { egress: 'closed' } },
  'net__np__2.yaml allow-all': { default: { opens: true } },
  'net__np__2.yaml allow-all-ing': { default: { opens: true } },
  'net__np__2.yaml allow-all-eg': { default: { opens: true } },
  'net__np__2.yaml ip-block-all-ing': { default: { ingress: 'closed', egress: 'closed' } },
  'net__np__2.yaml ip-block-all-eg': { default: { ingress: 'closed', egress: 'closed' } },
  'net__np__b.yaml np-b': { default: { ingress: 'closed', egress: 'closed' } },
  'net__np__blee.yml np1': { default: { ingress: 'closed for some', egress: 'closed for some' } },
  'net__np__d.yaml np-d': { default: { ingress: 'closed for some', egress: 'closed for some' } },
  'net__np__deny-all.yaml deny-all': { default: { ingress: 'closed', egress: 'closed' } },
};

describeCorpus('recipes of network policies', 'kubernetes/network-policy-recipes', (root) => {
  test('every recipe is in the table', () => expect(filesBelow(root)).toEqual(Object.keys(recipes)));
  test('what they do to a namespace', () => compareAll('network-policy-recipes', onePolicyEach(root, recipes), 'azure'));
});

describeCorpus('cases of the network policy API', 'kubernetes/network-policy-api', (root) => {
  const all = filesBelow(root).map((file) => [file, manifestsOf(root, file), api[file] ?? open] as const);
  test('every case in the table is there', () => expect(Object.keys(api).filter((file) => !filesBelow(root).includes(file))).toEqual([]));
  test('what they do on Calico, which knows admin policies', () => compareAll('network-policy-api', all, 'calico'));
  test.each(['azure', 'cilium'])('on %s only policies of Kubernetes itself count', (engine) =>
    compareAll(
      `network-policy-api on ${engine}`,
      all.map(([file, objects, expected]) => [file, objects, objects.some(isPolicyOfKubernetes) ? expected : open] as const),
      engine,
    ),
  );
});

describeCorpus("policies of popeye's tests", 'kubernetes/popeye', (root) => {
  test('what they do to a namespace', () => compareAll('popeye policies', onePolicyEach(root, popeye), 'azure'));
});

const isPolicyOfKubernetes = ({ kind }: Manifest): boolean => kind === 'NetworkPolicy';
const manifestsOf = (root: string, file: string): Manifest[] => manifestsIn(readFileSync(join(root, file), 'utf8'));
type Cases = readonly (readonly [name: string, objects: readonly Manifest[], expected: Case])[];

/** Files may hold variants of one policy, and lists of several. @param table by `file` or `file policy` */
function onePolicyEach(root: string, table: Readonly<Record<string, Case>>): Cases {
  return Object.entries(table).flatMap(([name, expected]) => {
    const [file = '', policy] = name.split(' ');
    const all = manifestsOf(root, file).filter(({ metadata }) => policy === undefined || metadata?.name === policy);
    expect(all.length, name).toBeGreaterThan(0);
    return all.map((each) => [name, [{ ...each, metadata: { namespace: 'default', ...each.metadata } }], expected] as const);
  });
}

async function compareAll(suite: string, cases: Cases, engine: string): Promise<void> {
  const [expected, said] = [new Map<string, Isolation | boolean>(), new Map<string, Isolation | boolean>()];
  for (const [name, objects, of] of cases) {
    const cluster = onlyCluster(name, await auditFiles({ 'manifests.yaml': inhabited(objects), ...beside(engine) }, true));
    for (const namespace of namespaces) {
      for (const direction of ['ingress', 'egress'] as const) {
        const key = `${name} ${namespace} ${direction}`;
        expected.set(key, of[namespace]?.[direction] ?? 'open');
        said.set(key, isolationIn(cluster, namespace, direction));
      }
    }
    expected.set(
      `${name} opens`,
      Object.values(of).some(({ opens }) => opens),
    );
    said.set(`${name} opens`, resultOf(cluster, 'network-policy-no-blanket-allow')?.status === 'fail');
  }
  const agreed = [...expected].filter(([key, value]) => said.get(key) === value).length;
  console.log(`\n${suite}: ${cases.length} cases, ${expected.size} verdicts compared, ${agreed} agree, ${expected.size - agreed} do not`);
  expect(Object.fromEntries(said)).toEqual(Object.fromEntries(expected));
}

/** Two pods in each namespace: one that the policies for some pods select, and one without labels. */
function inhabited(policies: readonly Manifest[]): string {
  const labels = Object.assign({}, ...policies.map(labelsSelected)) as Record<string, string>;
  const objects = namespaces.flatMap((namespace): Manifest[] => {
    const own = { 'conformance-house': namespace.replace(/^.*-/, '') };
    const spec = { containers: [{ name: 'given', image: 'given:1' }] };
    return [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: own } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'selected', namespace, labels: { ...own, ...labels } }, spec },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'other', namespace }, spec },
    ];
  });
  return [...policies, ...objects].map((each) => stringify(each)).join('---\n');
}

const labelsSelected = ({ spec }: Manifest): object =>
  (spec?.podSelector as { matchLabels?: object } | null | undefined)?.matchLabels ?? {};

function beside(networkPolicy: string): Record<string, unknown> {
  const cluster = companion([]) as { properties: { networkProfile?: object } };
  const networkProfile = {
    ...cluster.properties.networkProfile,
    networkPolicy,
    networkDataplane: networkPolicy === 'cilium' ? 'cilium' : 'azure',
  };
  return { 'cluster.json': { ...cluster, properties: { ...cluster.properties, networkProfile } }, 'managedNamespaces.json': [] };
}

const resultOf = ({ entries }: ClusterReport, rule: string) => entries.find((entry) => entry.rule === rule)?.result;

function isolationIn(cluster: ClusterReport, namespace: string, direction: 'ingress' | 'egress'): Isolation {
  const result = resultOf(cluster, `default-deny-${direction}`);
  if (result === undefined || result.counts.unknown > 0) throw new Error(`default-deny-${direction} is ${result?.status}`);
  const failed = result.findings.find(({ status, subject }) => status === 'fail' && subject.name === namespace);
  if (failed === undefined) return 'closed';
  if (failed.note?.includes('Namespace-isolated only.')) return 'closed to other namespaces';
  const counted = failed.evidence[0]?.actual as { isolated: number } | undefined; // what default-deny counts first
  return counted !== undefined && counted.isolated > 0 ? 'closed for some' : 'open';
}
