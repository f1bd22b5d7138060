import { expect, test } from 'vitest';
import { registriesInUse, type RegistryFacts } from '../../src/model/registries.ts';
import { below } from '../../src/model/servicesInUse.ts';
import { NotSeen, type Seen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { Deployment, ManagedCluster, Registry, RegistryReplication } from '../../src/wire.ts';

const group = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-shop/providers';
const cluster = (properties: ManagedCluster['properties'] = {}): ManagedCluster => ({
  id: `${group}/Microsoft.ContainerService/managedClusters/shop`,
  name: 'shop',
  type: 'Microsoft.ContainerService/managedClusters',
  properties,
});
const registry = (name: string, from = group): Registry => ({
  id: `${from}/Microsoft.ContainerRegistry/registries/${name}`,
  name,
  type: 'Microsoft.ContainerRegistry/registries',
  properties: { loginServer: `${name}.azurecr.io` },
});
const elsewhere = group.replace('rg-shop', 'rg-platform');
const deployment = (...images: string[]): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { spec: { containers: images.map((image, index) => ({ name: `c${index}`, image })) } } },
});
const missing = (scope: string): Gap => ({ key: 'registries', scope, why: 'not-collected' });

function facts(images: string[], registries: Registry[], more: Partial<RegistryFacts> = {}): RegistryFacts {
  const none: Seen<never> = seen([]);
  const lists = {
    statefulSets: none,
    daemonSets: none,
    replicaSets: none,
    replicationControllers: none,
    jobs: none,
    cronJobs: none,
    pods: none,
  };
  return {
    snapshot: {},
    inScope: () => true,
    cluster: cluster(),
    ...lists,
    deployments: seen([deployment(...images)]),
    registries: seen(registries, [], missing),
    ...more,
  };
}

test.each<[string, RegistryFacts, string[], string[]]>([
  ['by an image', facts(['acr1.azurecr.io/web:1'], [registry('acr1', elsewhere)]), ['acr1 /spec/template/spec/containers/0/image'], []],
  ['in capitals', facts(['ACR1.azurecr.io/web:1'], [registry('Acr1', elsewhere)]), ['Acr1 /spec/template/spec/containers/0/image'], []],
  [
    'of two images the first',
    facts(['a.azurecr.io/x:1', 'a.azurecr.io/y:1'], [registry('a')]),
    ['a /spec/template/spec/containers/0/image'],
    [],
  ],
  ['not used, in another group', facts(['mcr.microsoft.com/web:1'], [registry('acr1', elsewhere)]), [], []],
  ['not used, in the group of the cluster', facts(['docker.io/web:1'], [registry('acr1')]), ['acr1 /id'], []],
  ['named by an image and not read', facts(['acr2.azurecr.io/web:1'], [registry('acr1', elsewhere)]), [], ['acr2.azurecr.io']],
  ['of another cloud and not read', facts(['acr2.azurecr.cn/web:1'], []), [], ['acr2.azurecr.cn']],
  ['an image that nobody can pull', facts(['acr1.azurecr.io/Web:1'], [registry('acr1', elsewhere)]), [], []],
])('registries in use: %s', (_name, given, used, unread) => {
  const { items, gaps } = registriesInUse(given);
  expect(items.map(({ resource, pointer }) => `${resource.name} ${pointer}`)).toEqual(used);
  expect(gaps.map(({ scope }) => scope)).toEqual(unread);
});

test.each<[string, Registry[], string[], number]>([
  ['read', [registry('boot', elsewhere)], ['boot /properties/bootstrapProfile/containerRegistryId'], 0],
  ['not read', [], [], 1],
])('the registry that nodes bootstrap from: %s', (_name, registries, used, gaps) => {
  const containerRegistryId = registry('boot', elsewhere).id.toUpperCase();
  const found = registriesInUse(facts([], registries, { cluster: cluster({ bootstrapProfile: { containerRegistryId } }) }));
  expect(found.items.map(({ resource, pointer }) => `${resource.name} ${pointer}`)).toEqual(used);
  expect(found.gaps).toHaveLength(gaps);
});

const copy = (of: string, region: string): RegistryReplication => ({
  id: `${registry(of).id}/replications/${region}`,
  name: region,
  type: 'Microsoft.ContainerRegistry/registries/replications',
  properties: {},
});
const denied = (scope?: string): Gap => ({ key: 'registryReplications', why: 'failed', message: 'x', ...(scope ? { scope } : {}) });

test.each<[string, RegistryReplication[], Gap[], boolean, number | 'NotSeen']>([
  ['2 of 3 are its own', [copy('a', 'x'), copy('a', 'y'), copy('b', 'x')], [], false, 2],
  ['a name that begins alike is another', [copy('ab', 'x')], [], true, 0],
  ['none was read', [copy('b', 'x')], [], false, 'NotSeen'],
  ['a gap of another counts for nothing', [copy('a', 'x')], [denied(`${registry('b').id}/replications`)], false, 1],
  ['a gap of its list', [copy('a', 'x')], [denied(`${registry('a').id}/replications`)], false, 'NotSeen'],
  ['a gap of all', [copy('a', 'x')], [denied()], true, 'NotSeen'],
])('what hangs on a resource: %s', (_name, items, gaps, mayBeNone, count) => {
  const read = () => below(seen(items, gaps, denied), registry('a'), mayBeNone).all().length;
  if (count === 'NotSeen') expect(read).toThrow(NotSeen);
  else expect(read()).toBe(count);
});
