import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue.ts';
import { accessOf, dataActionOf, nameOf } from '../../src/collect/permissions.ts';
import { allSources, closure, needsOf, sourcesFor } from '../../src/collect/sources.ts';
import { stateKeys } from '../../src/kinds.ts';
import type { ArmBody } from '../support/fakeArmData.ts';
import { root } from '../support/fixtures.ts';
import { run, startFleet, subscription } from './fleet.ts';

const target = ['-s', subscription];
const { rules } = loadCatalogue();
/** What Azure says that an identity is granted at a scope; such an entry has no id. */
const granted = (...actions: string[]): ArmBody[] => [{ actions, notActions: [] } as unknown as ArmBody];

describe('doctor', () => {
  test('says in order what it saw of everything that live work needs', async () => {
    const fleet = await startFleet({ clusters: 2, kubernetes: (at) => (at === 1 ? { requireToken: () => false } : {}) });
    const { code, stdout, stderr } = await run(fleet, ['doctor', ...target]);
    const { port } = new URL(fleet.arm.url);
    const lines = stdout
      .replaceAll(/127\.0\.0\.1|::1/g, '<address>')
      .replaceAll(port, '<port>')
      .replace(/Node v\S+ aks-audit \S+/, 'Node')
      .split('\n');
    expect(lines.map((line) => line.replace(/within \d+ s/, 'within 0 s'))).toEqual([
      'ok   Node',
      'ok   Cloud: AzureCloud, Azure Resource Manager at https://localhost:<port>',
      'ok   DNS: localhost is <address>',
      'ok   Endpoint: answers; its certificate is issued by aks-audit test CA',
      "ok   Clock: within 0 s of Azure's",
      'ok   Credential: AzureCliCredential answered',
      'ok   Identity: the token does not say',
      `ok   Current subscription: ${subscription}`,
      'ok   Clusters: shop-001, shop-002',
      'ok   Token for API servers: given',
      'ok   shop-001: DNS: localhost is <address>',
      'ok   shop-001: the API server takes the token and lets namespaces be listed',
      'ok   shop-002: DNS: localhost is <address>',
      'FAIL shop-002: The API server does not accept the credentials (401).',
      "     -> See 'aks-audit permissions --check'.",
      '',
    ]);
    expect([code, stderr]).toEqual([3, 'aks-audit: exit 3: not everything can be read from here\n']);
  }, 30_000);

  test('without a credential says why each did not answer, and ends with 4', async () => {
    const fleet = await startFleet({ clusters: 1 });
    const { code, stdout } = await run(fleet, ['doctor', ...target], { environment: { PATH: '/usr/bin:/bin' } });
    expect([code, stdout]).toEqual([
      4,
      expect.stringMatching(/Credential AzureCliCredential: .*\nFAIL Credential: none answered\n {5}-> Run 'az login'/),
    ]);
  }, 30_000);

  test('an endpoint that is not there is told, not thrown', async () => {
    const fleet = await startFleet({ clusters: 1 });
    await fleet.arm.close();
    const { code, stdout } = await run(fleet, ['doctor', ...target]);
    expect([code, stdout]).toEqual([3, expect.stringMatching(/FAIL Endpoint: cannot be reached \(ECONNREFUSED\)/)]);
  }, 60_000);
});

describe('permissions', () => {
  test('every kind of state has a source, every source a permission, and docs/permissions.md all of them', () => {
    expect(allSources.map(({ key }) => key).sort()).toEqual([...stateKeys].sort());
    const page = readFileSync(join(root, 'docs/permissions.md'), 'utf8');
    for (const source of closure(needsOf(rules), sourcesFor(false)))
      for (const permission of source.permissions) expect(page).toContain(nameOf(permission));
  });

  test('nothing writes, nothing reads Secrets, no wildcard but one', () => {
    const { actions, dataActions, lists } = accessOf(rules, allSources);
    expect(actions.filter((action) => !/\/(read|listClusterUserCredential\/action)$/.test(action))).toEqual([]);
    expect(lists.filter(({ verbs, resource }) => verbs.join() !== 'list' || resource === 'secrets')).toEqual([]);
    expect(dataActions.filter((action) => action.includes('*') || action.includes('secrets'))).toEqual([
      'Microsoft.ContainerService/managedClusters/networking.k8s.io/*/read',
    ]);
    expect(dataActionOf({ verbs: ['list'], group: 'cilium.io', resource: 'ciliumnetworkpolicies' })).toMatch(/customresources\/read$/);
  });

  test('roles let ConfigMaps be listed only where they are to be read', async () => {
    const [without, scanning] = [false, true].map((scan) => accessOf(rules, sourcesFor(scan)));
    const lists = (access = without) => access?.lists.filter(({ resource }) => resource === 'configmaps');
    expect([lists(), lists(scanning)]).toEqual([[], [{ verbs: ['list'], group: '', resource: 'configmaps' }]]);
    expect(scanning?.dataActions).toContain('Microsoft.ContainerService/managedClusters/configmaps/read');
    expect(JSON.stringify([without?.dataActions, [...(without?.rules.keys() ?? [])]])).not.toContain('configmaps');
    const fleet = await startFleet({ clusters: 1, kubernetes: () => ({ faults: [{ at: /configmaps/, forbidden: true }] }) });
    const check = ['permissions', '--check', '--kubernetes', '--chapter', 'workload-security', ...target];
    expect((await run(fleet, check)).stdout).not.toContain('configmaps');
    expect((await run(fleet, [...check, '--scan-configmaps'])).stdout).toContain('list configmaps\n    1 rule: configmap-credentials\n');
  }, 30_000);

  test('--check says what is lacking and which rules that loses', async () => {
    const fleet = await startFleet({ clusters: 2 });
    const [id, other] = fleet.clusters.map(({ cluster }) => cluster.id);
    const network = `/subscriptions/${subscription}/resourceGroups/rg-base/providers/Microsoft.Network/virtualNetworks/vnet-base`;
    const at = (scope: string | undefined) => `${scope}/providers/Microsoft.Authorization/permissions`;
    const resources = {
      [at(id)]: granted('*/read', 'Microsoft.ContainerService/managedClusters/listClusterUserCredential/action'),
      [at(other)]: granted('Microsoft.ContainerService/*'),
      [at(`/subscriptions/${subscription}`)]: granted('*/read'),
      [at(network)]: granted('Microsoft.Compute/*'),
    };
    const fleetWith = await startFleet({
      clusters: 2,
      arm: { resources, clusters: fleet.clusters },
      kubernetes: (at) => (at === 0 ? {} : {}),
    });
    const { code, stdout, stderr } = await run(fleetWith, ['permissions', '--check', '--azure', ...target]);
    expect(code).toBe(3);
    expect(stdout).toContain(`shop-001: 1 permission lacking\n  lacks Microsoft.Network/virtualNetworks/read on ${network}\n`);
    expect(stdout).toMatch(/shop-002: \d+ permissions lacking[\s\S]*lacks Microsoft\.Insights\/dataCollectionRuleAssociations\/read/);
    expect(stdout).toContain('subnet-ip-capacity');
    expect(stderr).toContain('permissions are lacking for 2 clusters');
  }, 30_000);

  test('--check asks API servers by SelfSubjectAccessReview alone', async () => {
    const fleet = await startFleet({ clusters: 1, kubernetes: () => ({ faults: [{ at: /\/pods\?/, forbidden: true }] }) });
    const { code, stdout } = await run(fleet, ['permissions', '--check', '--kubernetes', ...target]);
    expect([code, stdout]).toEqual([3, expect.stringContaining('lacks list pods\n')]);
    const asked = fleet.servers[0]?.requests.filter(({ method }) => method !== 'GET') ?? [];
    expect(new Set(asked.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set(['POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews']),
    );
    expect(fleet.servers[0]?.requests.filter(({ path }) => /limit=/.test(path))).toEqual([]);
  }, 30_000);
});
