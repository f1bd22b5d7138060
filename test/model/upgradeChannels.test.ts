import { describe, expect, test } from 'vitest';
import { isRebootDaemon, nodeOsChannel, schedulesOf, versionChannel } from '../../src/model/upgradeChannels.ts';
import type { DaemonSet, ManagedCluster } from '../../src/wire.ts';

const cluster = (autoUpgradeProfile: ManagedCluster['properties']['autoUpgradeProfile'], sku = 'Base'): ManagedCluster => ({
  id: '/x',
  name: 'x',
  type: 'Microsoft.ContainerService/managedClusters',
  sku: { name: sku },
  properties: { ...(autoUpgradeProfile === undefined ? {} : { autoUpgradeProfile }) },
});

describe('channels and the windows that they obey', () => {
  test.each([
    [cluster(undefined), 'none', undefined, []],
    [cluster({}), 'none', undefined, []],
    [
      cluster({ upgradeChannel: 'Patch', nodeOSUpgradeChannel: 'NodeImage' }),
      'patch',
      'nodeimage',
      ['aksManagedAutoUpgradeSchedule', 'aksManagedNodeOSUpgradeSchedule'],
    ],
    [cluster({ upgradeChannel: 'rapid', nodeOSUpgradeChannel: 'None' }), 'rapid', 'none', ['aksManagedAutoUpgradeSchedule']],
    [
      cluster({ upgradeChannel: 'node-image', nodeOSUpgradeChannel: 'SecurityPatch' }),
      'node-image',
      'securitypatch',
      ['aksManagedNodeOSUpgradeSchedule'],
    ],
    [cluster({ upgradeChannel: 'none', nodeOSUpgradeChannel: 'Unmanaged' }), 'none', 'unmanaged', []],
    [cluster(undefined, 'automatic'), 'stable', 'nodeimage', ['aksManagedAutoUpgradeSchedule', 'aksManagedNodeOSUpgradeSchedule']],
  ])('%#', (each, version, nodes, schedules) => {
    expect(versionChannel(each)).toBe(version);
    expect(nodeOsChannel(each)).toBe(nodes);
    expect(schedulesOf(each).map(({ name }) => name)).toEqual(schedules);
  });
});

describe('reboot daemons', () => {
  const daemonSet = (name: string, more: Partial<DaemonSet> = {}, labels: Record<string, string> = {}): DaemonSet => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'platform', labels },
    ...more,
  });
  const image = (of: string): Partial<DaemonSet> => ({ spec: { template: { spec: { containers: [{ name: 'main', image: of }] } } } });
  test.each([
    ['by name', daemonSet('kured'), true],
    ['by name of a release', daemonSet('platform-kured'), true],
    ['by label of the chart', daemonSet('a', {}, { 'app.kubernetes.io/name': 'kured' }), true],
    ['by label of the manifest', daemonSet('a', {}, { name: 'kured' }), true],
    ['by image of a mirror', daemonSet('a', image('registry.example.azurecr.io/tools/kured:1')), true],
    ['a name that only sounds alike', daemonSet('securedagent'), false],
    ['an image that only sounds alike', daemonSet('a', image('example.com/kured-exporter:1')), false],
    ['wanted on no node', daemonSet('kured', { status: { desiredNumberScheduled: 0 } }), false],
  ])('%s', (_case, each, expected) => {
    expect(isRebootDaemon(each)).toBe(expected);
  });
});
