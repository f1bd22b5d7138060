import { expect, test } from 'vitest';
import { markOfAks } from '../../src/model/platform.ts';
import { type WorkloadFacts, workloadKeys, systemWorkloads } from '../../src/model/workloads.ts';
import { type Seen, seen } from '../../src/seen.ts';
import type { DaemonSet } from '../../src/wire.ts';

const none: Seen<never> = seen<never>([]);
const facts = (daemonSet: DaemonSet): WorkloadFacts =>
  ({
    snapshot: {},
    inScope: () => false,
    ...Object.fromEntries(workloadKeys.map((key) => [key, none])),
    daemonSets: seen([daemonSet]),
  }) as unknown as WorkloadFacts; // every key is there

interface Given {
  namespace?: string;
  images?: readonly string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  podLabels?: Record<string, string>;
}
function markOf({ namespace = 'kube-system', images = ['a:1'], labels = {}, annotations = {}, podLabels = {} }: Given): string | undefined {
  const containers = images.map((image, index) => ({ name: `c${index}`, image }));
  const given = facts({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace, labels, annotations },
    spec: { selector: {}, template: { metadata: { labels: podLabels }, spec: { containers } } },
  });
  const [workload] = systemWorkloads(given).items;
  return workload && markOfAks(workload, given)?.pointer;
}

const managed = { 'kubernetes.azure.com/managedby': 'aks' };
test.each<[string, Given, string | undefined]>([
  ['nothing', {}, undefined],
  ['the label of AKS', { labels: managed }, '/metadata/labels/kubernetes.azure.com~1managedby'],
  ['the label of AKS on pods', { podLabels: managed }, '/spec/template/metadata/labels/kubernetes.azure.com~1managedby'],
  ['the label of another manager', { labels: { 'kubernetes.azure.com/managedby': 'me' } }, undefined],
  [
    'the add-on manager',
    { labels: { 'addonmanager.kubernetes.io/mode': 'EnsureExists' } },
    '/metadata/labels/addonmanager.kubernetes.io~1mode',
  ],
  ['a cluster service', { labels: { 'kubernetes.io/cluster-service': 'true' } }, '/metadata/labels/kubernetes.io~1cluster-service'],
  [
    'a release of an add-on',
    { annotations: { 'meta.helm.sh/release-name': 'aks-managed-x' } },
    '/metadata/annotations/meta.helm.sh~1release-name',
  ],
  ['a release of another chart', { annotations: { 'meta.helm.sh/release-name': 'x' } }, undefined],
  ['images of Microsoft', { images: ['mcr.microsoft.com/oss/kubernetes/pause:3.9'] }, '/spec/template/spec/containers/0/image'],
  ['images of Microsoft in China', { images: ['mcr.azure.cn/oss/kubernetes/pause:3.9'] }, '/spec/template/spec/containers/0/image'],
  ['one of two images', { images: ['mcr.microsoft.com/oss/kubernetes/pause:3.9', 'a:1'] }, undefined],
  ['a sample of Microsoft', { images: ['mcr.microsoft.com/azuredocs/aks-helloworld:v1'] }, undefined],
  [
    'a name that only begins like a base image',
    { images: ['mcr.microsoft.com/windows-exporter/x:1'] },
    '/spec/template/spec/containers/0/image',
  ],
  [
    'Gatekeeper at home',
    { namespace: 'gatekeeper-system', images: ['openpolicyagent/gatekeeper:v3'] },
    '/spec/template/spec/containers/0/image',
  ],
  ['Gatekeeper abroad', { images: ['openpolicyagent/gatekeeper:v3'] }, undefined],
  ['no valid image', { images: ['::'] }, undefined],
])('%s', (_name, given, expected) => {
  expect(markOf(given)).toBe(expected);
});
