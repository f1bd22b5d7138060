import { describe, expect, test } from 'vitest';
import { AuthenticationFault } from '../../../src/collect/azure/credentials.ts';
import { discoverTargets, type TargetRequest } from '../../../src/collect/azure/targets.ts';
import { UserError } from '../../../src/errors.ts';
import { baseSubscription, type FakeCluster, fakeCluster } from '../../support/fakeArmData.ts';
import { connect } from './support.ts';

const second = '22222222-3333-4444-5555-666666666666';
const clusters: FakeCluster[] = [
  fakeCluster('alpha', { resourceGroup: 'rg-one', tags: { Environment: 'prod', team: 'a' } }),
  fakeCluster('beta', { resourceGroup: 'rg-two', tags: { environment: 'prod' } }),
  fakeCluster('Gamma', { resourceGroup: 'RG-One', tags: { environment: 'Prod' } }),
  fakeCluster('delta', { subscription: second }),
];
const idOf = (name: string) => clusters.find(({ cluster }) => cluster.name === name)?.cluster.id ?? '';
const denied = (path: RegExp) => ({ at: path, does: { deny: 'Microsoft.ContainerService/managedClusters/read' } as const });
const ask = (request: Partial<TargetRequest>): TargetRequest => ({ environment: {}, ...request });

describe('which clusters are read', () => {
  test.each<[string, Partial<TargetRequest>, string[]]>([
    ['a subscription by id', { subscriptions: [baseSubscription] }, ['alpha', 'Gamma', 'beta']],
    ['by name, in any case', { subscriptions: ['SUB-22222222'] }, ['delta']],
    ['several', { subscriptions: [baseSubscription, second, second.toUpperCase()] }, ['alpha', 'Gamma', 'beta', 'delta']],
    ['all', { allSubscriptions: true }, ['alpha', 'Gamma', 'beta', 'delta']],
    ['of a management group', { managementGroup: 'mg-two' }, ['delta']],
    ['of a resource group', { subscriptions: [baseSubscription], resourceGroups: ['rg-ONE'] }, ['alpha', 'Gamma']],
    ['by name', { subscriptions: [baseSubscription], names: ['BETA', 'alpha'] }, ['alpha', 'beta']],
    ['by tag, the value as written', { subscriptions: [baseSubscription], selectors: ['environment=prod'] }, ['alpha', 'beta']],
    ['by two tags', { allSubscriptions: true, selectors: ['environment=prod', 'team=a'] }, ['alpha']],
    ['by id', { resourceIds: [idOf('delta').toUpperCase(), `${idOf('alpha')}/`] }, ['alpha', 'delta']],
    [
      'by id beside a group',
      { resourceIds: [idOf('delta')], resourceGroups: ['rg-two'], subscriptions: [baseSubscription] },
      ['beta', 'delta'],
    ],
  ])('%s', async (_, request, names) => {
    const { azure } = await connect({ clusters, managementGroups: { 'mg-two': [second] }, pageSize: 2 });
    const { targets, unread } = await discoverTargets(azure, ask(request));
    expect(targets.map(({ name }) => name)).toEqual(names);
    expect(unread).toEqual([]);
  });

  test('a subscription takes one list, and the bodies come with it', async () => {
    const { azure, arm } = await connect({ clusters });
    const { targets } = await discoverTargets(azure, ask({ subscriptions: [baseSubscription] }));
    expect(arm.requests).toHaveLength(1);
    expect(targets[0]).toMatchObject({
      id: idOf('alpha').toLowerCase(),
      subscription: baseSubscription,
      resourceGroup: 'rg-one',
      cluster: clusters[0]?.cluster,
    });
  });

  test('the other clusters of the lists come along', async () => {
    const { azure } = await connect({ clusters });
    const { targets } = await discoverTargets(azure, ask({ subscriptions: [baseSubscription, second], names: ['alpha'] }));
    expect(targets.map(({ others }) => others?.clusters.map(({ name }) => name))).toEqual([['Gamma', 'beta', 'delta']]);
  });

  test('without any: the subscription of az, then that of the environment', async () => {
    const { azure, az } = await connect({ clusters }, {}, { defaultSubscription: second });
    const names = async (environment: TargetRequest['environment'], cloud?: string) =>
      (await discoverTargets(azure, { environment, ...(cloud ? { cloud } : {}) })).targets.map(({ name }) => name);
    expect(await names(az.environment)).toEqual(['delta']);
    expect(await names({ HOME: az.environment.HOME })).toEqual(['delta']);
    expect(await names({ ...az.environment, AZURE_SUBSCRIPTION_ID: baseSubscription })).toEqual(['delta']);
    expect(await names({ HOME: '/nowhere', AZURE_SUBSCRIPTION_ID: baseSubscription })).toEqual(['alpha', 'Gamma', 'beta']);
    await expect(names({ HOME: '/nowhere' })).rejects.toThrow('az account set');
  });
});

describe('what was asked for and is not there', () => {
  test.each<[string, Partial<TargetRequest>, string]>([
    ['no cluster', { subscriptions: ['33333333-3333-3333-3333-333333333333'] }, 'There is no AKS cluster in subscription 3333'],
    ['no cluster anywhere', { managementGroup: 'mg-empty' }, 'There is no AKS cluster in any subscription that you can see'],
    ['none that fits', { subscriptions: [baseSubscription], selectors: ['team=z'] }, 'None of the 3 AKS clusters'],
    ['one name of two', { subscriptions: [baseSubscription], names: ['alpha', 'omega'] }, 'no cluster omega'],
    ['one id of two', { resourceIds: [idOf('alpha'), `${idOf('alpha')}x`] }, 'no cluster /subscriptions/'],
    ['no such subscription', { subscriptions: ['nobody'] }, 'No subscription that you can see is called nobody'],
    ['an id that is none', { resourceIds: ['alpha'] }, 'not the ARM id'],
    ['a selector that is none', { subscriptions: [baseSubscription], selectors: ['prod'] }, 'tag=value'],
  ])('%s: a usage error', async (_, request, said) => {
    const empty = '/subscriptions/33333333-3333-3333-3333-333333333333/providers/Microsoft.ContainerService/managedClusters';
    const { azure } = await connect({ clusters, resources: { [empty]: [] }, managementGroups: { 'mg-empty': [] } });
    const thrown = await discoverTargets(azure, ask(request)).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(UserError);
    expect(String(thrown)).toContain(said);
  });

  test('a name that two subscriptions have', async () => {
    const twins = [baseSubscription, second].map((id) => ({
      id: `/subscriptions/${id}`,
      name: id,
      subscriptionId: id,
      displayName: 'twin',
    }));
    const { azure } = await connect({ clusters, resources: { '/subscriptions': twins } });
    await expect(discoverTargets(azure, ask({ subscriptions: ['twin'] }))).rejects.toThrow(second);
  });
});

describe('what is refused', () => {
  test('one subscription among several is told, and the rest is read', async () => {
    const { azure } = await connect({ clusters, faults: [denied(new RegExp(second))] });
    const { targets, unread } = await discoverTargets(azure, ask({ subscriptions: [baseSubscription, second] }));
    expect(targets).toHaveLength(3);
    expect(unread).toMatchObject([{ scope: `/subscriptions/${second}`, fault: { why: 'forbidden' } }]);
    expect(targets[0]?.others?.gaps).toMatchObject([{ key: 'neighbours', scope: `/subscriptions/${second}`, why: 'forbidden' }]);
  });

  test('all of them: the run has no access', async () => {
    const { azure } = await connect({ clusters, faults: [denied(/managedClusters/)] });
    await expect(discoverTargets(azure, ask({ subscriptions: [baseSubscription, second] }))).rejects.toBeInstanceOf(AuthenticationFault);
  });

  test('the token is refused everywhere', async () => {
    const { azure } = await connect({ clusters, faults: [{ at: /./, does: { expire: true } }] });
    await expect(discoverTargets(azure, ask({ subscriptions: [baseSubscription] }))).rejects.toBeInstanceOf(AuthenticationFault);
  });

  test('who may read only a resource group, or one cluster, reads that', async () => {
    const faults = [denied(/^GET \/subscriptions\/[^/]+\/providers/)];
    const { azure } = await connect({ clusters, faults });
    const byGroup = await discoverTargets(azure, ask({ subscriptions: [baseSubscription], resourceGroups: ['rg-two'] }));
    expect(byGroup.targets.map(({ name }) => name)).toEqual(['beta']);
    const byId = await discoverTargets(azure, ask({ resourceIds: [idOf('alpha')] }));
    expect(byId.targets.map(({ name }) => name)).toEqual(['alpha']);
    expect(byId.targets[0]?.others?.gaps).toHaveLength(1);
  });

  test('a list that breaks on its second page is not a whole one', async () => {
    const { azure } = await connect({ clusters, pageSize: 2, faults: [{ at: /skipToken/, does: { html: true } }] });
    await expect(discoverTargets(azure, ask({ subscriptions: [baseSubscription] }))).rejects.toMatchObject({
      name: 'ReadFault',
      why: 'failed',
    });
  });
});
