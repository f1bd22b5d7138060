import { describe, expect, test } from 'vitest';
import { readArm } from '../../src/load/arm.ts';
import { type ArmHarvest, emptyHarvest } from '../../src/load/armHarvest.ts';
import type { Origin } from '../../src/snapshot.ts';

const group = '/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-shop';
const clusterId = `${group}/providers/Microsoft.ContainerService/managedClusters/shop`;
const at = (file: string): Origin => ({ file, start: 0, end: 10, pointer: '' });

function read(value: unknown, file = 'export.json'): ArmHarvest {
  const harvest = emptyHarvest();
  expect(readArm(value, at(file), harvest)).toBe(true);
  return harvest;
}
const one = (value: unknown, file?: string) => {
  const { found } = read(value, file);
  const [only, ...others] = found;
  if (only === undefined || others.length > 0) throw new Error(`${found.length} resources`);
  return only.resource;
};

const wireCluster = {
  id: clusterId,
  name: 'shop',
  type: 'Microsoft.ContainerService/ManagedClusters',
  location: 'westeurope',
  properties: { enableRBAC: true },
};

describe('what is recognised', () => {
  const cases: Record<string, [value: unknown, pointers: string[]]> = {
    'one resource': [wireCluster, ['']],
    'an array': [[wireCluster], ['/0']],
    'a page of REST': [{ value: [wireCluster], nextLink: null }, ['/value/0']],
    'a Resource Graph result': [{ count: 1, data: [wireCluster], total_records: 1, skip_token: null }, ['/data/0']],
    'lists in a list': [[[wireCluster]], ['/0/0']],
    'the type in any letter case': [{ ...wireCluster, type: 'MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS' }, ['']],
    'the type within the id alone': [{ id: clusterId.toLowerCase(), properties: {} }, ['']],
    'what only a cluster has, without id and type': [
      { name: 'shop', properties: { nodeResourceGroup: 'mc', dnsPrefix: 's', networkProfile: {} } },
      [''],
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [value, pointers]) => {
    const { found } = read(value);
    expect(found.map((each) => each.key)).toEqual(pointers.map(() => 'cluster'));
    expect(found.map((each) => each.origin.pointer)).toEqual(pointers);
    expect(found[0]?.resource).toMatchObject({ name: 'shop', type: 'Microsoft.ContainerService/managedClusters' });
  });

  test.each([
    ['a package.json', { name: 'x', version: '1.0.0', dependencies: {} }],
    ['a pod', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }],
    ['a secret of a type with a slash', { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name: 'a' } }],
    ['a number', 5],
    ['null', null],
  ])('nothing of %s', (_, value) => {
    expect(readArm(value, at('x.json'), emptyHarvest())).toBe(false);
  });

  test.each([
    ['extension resources', `${clusterId}/providers/Microsoft.Insights/dataCollectionRuleAssociations/a`, 'dataCollectionRuleAssociations'],
    ['children without a type', `${clusterId}/maintenanceConfigurations/default`, 'maintenanceConfigurations'],
    [
      'assignments of a management group',
      '/providers/Microsoft.Management/managementGroups/g/providers/Microsoft.Authorization/policyAssignments/p',
      'policyAssignments',
    ],
    ['exemptions of a resource group', `${group}/providers/Microsoft.Authorization/policyExemptions/waived`, 'policyExemptions'],
    [
      'features of a provider',
      '/subscriptions/s/providers/Microsoft.Features/providers/Microsoft.ContainerService/features/XPreview',
      'features',
    ],
    [
      'what was found in an image',
      `${group}/providers/Microsoft.ContainerRegistry/registries/r/providers/Microsoft.Security/assessments/k/subassessments/v`,
      'imageVulnerabilities',
    ],
    ['events of a cluster', `${clusterId}/providers/Microsoft.EventGrid/eventSubscriptions/e`, 'eventSubscriptions'],
    ['events of a topic', `${group}/providers/Microsoft.EventGrid/systemTopics/t/eventSubscriptions/e`, 'systemTopicSubscriptions'],
    ['built-in initiatives', '/providers/Microsoft.Authorization/policySetDefinitions/a8640138', 'policySetDefinitions'],
    ['subnets', `${group}/providers/Microsoft.Network/virtualNetworks/v/subnets/s`, 'subnets'],
    ['what no rule reads', `${group}/providers/Microsoft.Network/expressRouteCircuits/r`, undefined],
  ])('%s', (_, id, key) => {
    expect(read({ id, properties: {} }).found[0]?.key).toBe(key);
  });
});

describe('the shape of the wire', () => {
  test('flattened output of az goes back into properties, under the names of the wire, without nulls', () => {
    const cluster = one({
      id: clusterId,
      name: 'shop',
      type: 'Microsoft.ContainerService/ManagedClusters',
      resourceGroup: 'rg-shop',
      tags: { Team: null, enableRbac: 'x' },
      sku: { name: 'Base', tier: 'Free' },
      identity: { type: 'SystemAssigned', userAssignedIdentities: null },
      enableRbac: true,
      privateFqdn: 'a.private',
      fqdnSubdomain: null,
      aadProfile: { enableAzureRbac: true, tenantId: 't', adminGroupObjectIDs: null },
      addonProfiles: { omsAgent: { enabled: true, config: { useAADAuth: 'False', logAnalyticsWorkspaceResourceID: 'w' } } },
      networkProfile: {
        dnsServiceIp: '10.0.0.10',
        loadBalancerProfile: { effectiveOutboundIPs: [], managedOutboundIPs: { countIpv6: 1 } },
      },
      apiServerAccessProfile: { authorizedIpRanges: ['10.1.0.0/16'], privateDnsZone: 'system' },
      autoScalerProfile: { 'scan-interval': '10s', balanceSimilarNodeGroups: 'false' },
      autoUpgradeProfile: { nodeOsUpgradeChannel: 'NodeImage' },
      oidcIssuerProfile: { issuerUrl: 'https://x' },
      agentPoolProfiles: [
        {
          name: 'p',
          type: 'VirtualMachineScaleSets',
          enableFips: true,
          osSku: 'Ubuntu',
          vnetSubnetId: 's',
          nodeLabels: { osSku: 'kept' },
          tags: null,
        },
      ],
    });
    expect(cluster).toEqual({
      id: clusterId,
      name: 'shop',
      type: 'Microsoft.ContainerService/managedClusters',
      resourceGroup: 'rg-shop',
      tags: { Team: null, enableRbac: 'x' },
      sku: { name: 'Base', tier: 'Free' },
      identity: { type: 'SystemAssigned' },
      properties: {
        enableRBAC: true,
        privateFQDN: 'a.private',
        aadProfile: { enableAzureRBAC: true, tenantID: 't' },
        addonProfiles: { omsAgent: { enabled: true, config: { useAADAuth: 'False', logAnalyticsWorkspaceResourceID: 'w' } } },
        networkProfile: {
          dnsServiceIP: '10.0.0.10',
          loadBalancerProfile: { effectiveOutboundIPs: [], managedOutboundIPs: { countIPv6: 1 } },
        },
        apiServerAccessProfile: { authorizedIPRanges: ['10.1.0.0/16'], privateDNSZone: 'system' },
        autoScalerProfile: { 'scan-interval': '10s', 'balance-similar-node-groups': 'false' },
        autoUpgradeProfile: { nodeOSUpgradeChannel: 'NodeImage' },
        oidcIssuerProfile: { issuerURL: 'https://x' },
        agentPoolProfiles: [
          {
            name: 'p',
            type: 'VirtualMachineScaleSets',
            enableFIPS: true,
            osSKU: 'Ubuntu',
            vnetSubnetID: 's',
            nodeLabels: { osSku: 'kept' },
          },
        ],
      },
    });
  });

  test('a body of the wire keeps its nulls', () => {
    expect(one({ ...wireCluster, tags: null, properties: { aadProfile: { adminGroupObjectIDs: null } } })).toMatchObject({
      properties: { aadProfile: { adminGroupObjectIDs: null } },
    });
  });

  test('a pool of az nodepool list has its scale set type and its tags among the properties', () => {
    const pool = one({
      id: `${clusterId}/agentPools/p`,
      name: 'p',
      type: 'Microsoft.ContainerService/managedClusters/agentPools',
      typePropertiesType: 'VirtualMachineScaleSets',
      tags: { a: 'b' },
      count: 3,
    });
    expect(pool).toEqual({
      id: `${clusterId}/agentPools/p`,
      name: 'p',
      type: 'Microsoft.ContainerService/managedClusters/agentPools',
      properties: { type: 'VirtualMachineScaleSets', tags: { a: 'b' }, count: 3 },
    });
  });

  test('nested resources of a flattened network get properties of their own', () => {
    const network = one({
      id: `${group}/providers/Microsoft.Network/virtualNetworks/v`,
      name: 'v',
      subnets: [{ name: 's', id: 'i', addressPrefix: '10.0.0.0/24', delegations: [{ name: 'd', serviceName: 'x' }] }],
    });
    expect(network.properties).toEqual({
      subnets: [
        {
          name: 's',
          id: 'i',
          properties: { addressPrefix: '10.0.0.0/24', delegations: [{ name: 'd', properties: { serviceName: 'x' } }] },
        },
      ],
    });
  });

  test('a flattened gateway has its SKU among its properties, and parts with properties of their own', () => {
    const gateway = one({
      id: `${group}/providers/Microsoft.Network/applicationGateways/g`,
      name: 'g',
      sku: { name: 'WAF_v2', tier: 'WAF_v2' },
      identity: { type: 'UserAssigned' },
      httpListeners: [{ name: 'l', id: 'i', etag: 'W/"1"', protocol: 'Https', hostName: null }],
      urlPathMaps: [{ name: 'm', id: 'j', pathRules: [{ name: 'r', id: 'k', paths: ['/a'] }] }],
    });
    expect(gateway).toMatchObject({ identity: { type: 'UserAssigned' } });
    expect(gateway.properties).toEqual({
      sku: { name: 'WAF_v2', tier: 'WAF_v2' },
      httpListeners: [{ name: 'l', id: 'i', etag: 'W/"1"', properties: { protocol: 'Https' } }],
      urlPathMaps: [{ name: 'm', id: 'j', properties: { pathRules: [{ name: 'r', id: 'k', properties: { paths: ['/a'] } }] } }],
    });
  });

  test('a flattened role assignment has its scope and condition among its properties', () => {
    const assignment = one({
      id: `${clusterId}/providers/Microsoft.Authorization/roleAssignments/a`,
      name: 'a',
      type: 'Microsoft.Authorization/roleAssignments',
      condition: '(x)',
      conditionVersion: '2.0',
      delegatedManagedIdentityResourceId: null,
      principalId: 'p',
      principalType: 'Group',
      roleDefinitionId: 'r',
      scope: clusterId,
    });
    expect(assignment.properties).toEqual({
      condition: '(x)',
      conditionVersion: '2.0',
      principalId: 'p',
      principalType: 'Group',
      roleDefinitionId: 'r',
      scope: clusterId,
    });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'Microsoft.Insights/activityLogAlerts',
      { condition: { allOf: [{ anyOf: null, containsAny: null, equals: 'ResourceHealth', field: 'category' }] }, enabled: true },
      { condition: { allOf: [{ equals: 'ResourceHealth', field: 'category' }] }, enabled: true },
    ],
    [
      'Microsoft.Consumption/budgets',
      { notifications: { Actual_Greater_80: { enabled: true, contactEmails: ['a@b.example'] } } },
      { notifications: { Actual_Greater_80: { enabled: true, contactEmails: ['a@b.example'] } } },
    ],
    [
      'Microsoft.OperationalInsights/workspaces',
      { sku: { name: 'PerGB2018' }, retentionInDays: 30 },
      { sku: { name: 'PerGB2018' }, retentionInDays: 30 },
    ],
  ])('flattened %s', (type, flat, properties) => {
    expect(one({ id: `${group}/providers/${type}/x`, name: 'x', type, location: 'global', ...flat })).toMatchObject({ properties });
  });

  test('a flattened table of a workspace has its plan among its properties', () => {
    const id = `${group}/providers/Microsoft.OperationalInsights/workspaces/w/tables/KubeEvents`;
    expect(one({ id, name: 'KubeEvents', plan: 'Basic', totalRetentionInDays: 90 }).properties).toEqual({
      plan: 'Basic',
      totalRetentionInDays: 90,
    });
  });

  test('a flattened firewall and its rules: collections have properties of their own, the rules in them none', () => {
    const rule = { name: 'any', protocols: ['Any'], sourceAddresses: ['*'], destinationAddresses: ['*'], destinationPorts: ['*'] };
    const firewall = one({
      id: `${group}/providers/Microsoft.Network/azureFirewalls/f`,
      name: 'f',
      threatIntelMode: 'Alert',
      ipConfigurations: [
        { id: 'i', name: 'c', privateIpAddress: '10.2.0.4', publicIpAddress: { id: 'p', resourceGroup: 'rg' }, type: 'x' },
      ],
      networkRuleCollections: [{ name: 'n', id: 'j', priority: 100, action: { type: 'Allow' }, rules: [rule] }],
      firewallPolicy: null,
    });
    expect(firewall.properties).toEqual({
      threatIntelMode: 'Alert',
      ipConfigurations: [
        { id: 'i', name: 'c', type: 'x', properties: { privateIPAddress: '10.2.0.4', publicIPAddress: { id: 'p', resourceGroup: 'rg' } } },
      ],
      networkRuleCollections: [{ name: 'n', id: 'j', properties: { priority: 100, action: { type: 'Allow' }, rules: [rule] } }],
    });
  });

  test('a flattened group of rules, a route table and a security group', () => {
    const collection = {
      name: 'c',
      ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
      priority: 1,
      rules: [{ name: 'r', ruleType: 'NetworkRule' }],
    };
    const of = (type: string, more: object) => one({ id: `${group}/providers/Microsoft.Network/${type}/x`, name: 'x', ...more }).properties;
    expect(of('firewallPolicies/p/ruleCollectionGroups', { priority: 200, ruleCollections: [collection] })).toEqual({
      priority: 200,
      ruleCollections: [collection],
    });
    expect(
      of('routeTables', { disableBgpRoutePropagation: true, routes: [{ name: 'r', addressPrefix: '0.0.0.0/0', nextHopType: 'None' }] }),
    ).toEqual({
      disableBgpRoutePropagation: true,
      routes: [{ name: 'r', properties: { addressPrefix: '0.0.0.0/0', nextHopType: 'None' } }],
    });
    expect(of('networkSecurityGroups', { securityRules: [{ name: 'r', access: 'Allow', priority: 100 }] })).toEqual({
      securityRules: [{ name: 'r', properties: { access: 'Allow', priority: 100 } }],
    });
  });

  test("PSRule's capitals and nested resources", () => {
    const nested = {
      ResourceId: `${clusterId}/maintenanceConfigurations/default`,
      Id: `${clusterId}/maintenanceConfigurations/default`,
      Name: 'default',
      Properties: { timeInWeek: [] },
    };
    const other = {
      Id: `${clusterId}/providers/microsoft.insights/diagnosticSettings/d`,
      Type: 'microsoft.containerservice/managedclusters',
      Properties: {},
    };
    const { found } = read([
      { Id: clusterId, ResourceName: 'shop', Type: 'x', Tags: null, Properties: { enableRBAC: false }, resources: [nested, other] },
    ]);
    expect(found.map((each) => [each.key, each.origin.pointer])).toEqual([
      ['cluster', '/0'],
      ['maintenanceConfigurations', '/0/resources/0'],
      ['diagnosticSettings', '/0/resources/1'],
    ]);
    expect(found[0]?.resource).toMatchObject({ name: 'shop', properties: { enableRBAC: false } });
    expect(found[0]?.resource).not.toHaveProperty('tags');
  });

  test('a key named __proto__ stays data', () => {
    const cluster = one(JSON.parse(`{"id": "${clusterId}", "__proto__": {"polluted": 1}, "properties": {"__proto__": {"polluted": 1}}}`));
    expect((cluster as unknown as { polluted?: number }).polluted).toBeUndefined();
    expect((cluster.properties as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.keys(cluster.properties)).toEqual(['__proto__']);
  });
});

describe('empty lists and refusals', () => {
  test.each([
    ['maintenanceConfigurations.json', [], 'maintenanceConfigurations'],
    ['in/PolicyAssignments.prod.json', { value: [] }, 'policyAssignments'],
    ['managednamespaces.json', { data: [], count: 0, total_records: 0 }, 'managedNamespaces'],
  ])('%s says what is empty', (file, value, key) => {
    expect(read(value, file)).toEqual({ found: [], problems: [], warnings: [], statements: [{ key, file }] });
  });

  test('an empty list in a file of another name is named', () => {
    const { statements, warnings } = read([], 'list.json');
    expect(statements).toEqual([]);
    expect(warnings[0]).toMatchObject({ where: 'list.json', what: expect.stringContaining('empty list') });
  });

  test('a denied read is a gap with the action that is missing', () => {
    const action = 'Microsoft.ContainerService/managedClusters/maintenanceConfigurations/read';
    const denied = {
      error: {
        code: 'AuthorizationFailed',
        message: `The client 'x' does not have authorization to perform action '${action}' over scope '${clusterId}' or the scope is invalid.`,
      },
    };
    const statement = {
      key: 'maintenanceConfigurations',
      file: 'a.json',
      about: clusterId,
      gap: { key: 'maintenanceConfigurations', why: 'forbidden', permission: action },
    };
    expect(read(denied, 'a.json').statements).toEqual([statement]);
    expect(read({ ...denied.error, details: null, subcode: '' }, 'a.json').statements).toEqual([statement]);
  });

  test('an error of an unnamed thing is a warning, of a named file a gap', () => {
    const error = { error: { code: 'GatewayTimeout', message: 'The gateway did not receive a response.' } };
    expect(read(error, 'a.json')).toMatchObject({ statements: [], warnings: [{ where: 'a.json' }] });
    expect(read(error, 'agentPools.json').statements).toEqual([
      { key: 'agentPools', file: 'agentPools.json', gap: { key: 'agentPools', why: 'failed', message: 'Azure answered GatewayTimeout.' } },
    ]);
  });

  test('an error that names a resource is of its kind', () => {
    const message =
      "The Resource 'Microsoft.ContainerService/managedClusters/shop/managedNamespaces/n' under resource group 'rg' was not found.";
    const [statement] = read({ error: { code: 'ResourceNotFound', message } }, 'a.json').statements;
    expect(statement?.gap).toEqual({ key: 'managedNamespaces', why: 'failed', message: 'Azure answered ResourceNotFound.' });
  });

  test('a page that says that more follows is not the whole', () => {
    const page = { value: [{ id: `${clusterId}/agentPools/p`, properties: {} }], nextLink: 'https://management.azure.com/next' };
    expect(read(page)).toMatchObject({ statements: [{ key: 'agentPools', gap: { why: 'failed' } }], warnings: [{ where: 'export.json' }] });
  });
});

describe('what is no input is named with what to use instead', () => {
  test.each([
    [
      'parameters',
      {
        $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
        contentVersion: '1.0.0.0',
        parameters: {},
      },
      'parameters file',
    ],
    ['a Helm chart', { apiVersion: 'v2', name: 'shop', version: '1.0.0' }, 'Helm'],
    ['a Terraform plan', { format_version: '0.1', planned_values: {} }, 'Terraform'],
  ])('%s', (_, value, words) => {
    expect(read(value).warnings[0]?.what).toContain(words);
  });
});

test('versions of a region, whose file says which one it is', () => {
  const values = [{ version: '1.34', patchVersions: { '1.34.4': { upgrades: [] } } }];
  expect(one({ values }, 'in/kubernetesVersions.westeurope.json')).toEqual({
    id: '/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions/default',
    name: 'westeurope',
    type: 'Microsoft.ContainerService/locations/kubernetesVersions',
    properties: { values },
  });
  const { found, warnings } = read({ values }, 'versions.json');
  expect([found, warnings]).toMatchObject([[], [{ where: 'versions.json' }]]);
});

describe('what Microsoft.Compute lists', () => {
  const restrictions = [{ type: 'Zone', reasonCode: 'NotAvailableForSubscription', restrictionInfo: { zones: ['2'] } }];
  const sku = { name: 'Standard_D4s_v5', resourceType: 'virtualMachines', family: 'standardDSv5Family', locations: ['westeurope'] };
  const properties = { family: 'standardDSv5Family', capabilities: [{ name: 'vCPUs', value: '4' }], restrictions };
  test('sizes, which say their region', () => {
    const whole = { ...sku, ...properties, apiVersions: null, capacity: null, kind: null, size: 'D4s_v5', tier: 'Standard' };
    const disk = { ...sku, name: 'Premium_LRS', resourceType: 'disks', capabilities: [] };
    expect(read([whole, disk], 'in/vmSkus.json').found.map(({ key, resource }) => [key, resource])).toEqual([
      [
        'vmSkus',
        {
          id: '/subscriptions/unknown/providers/Microsoft.Compute/locations/westeurope/skus/Standard_D4s_v5',
          name: 'Standard_D4s_v5',
          type: 'Microsoft.Compute/locations/skus',
          properties,
        },
      ],
    ]);
  });
  const usage = {
    currentValue: '4',
    limit: '10',
    localName: 'Total Regional vCPUs',
    name: { localizedValue: 'Total Regional vCPUs', value: 'cores' },
  };
  test('quotas, whose file says the region', () => {
    expect(read([usage], 'in/computeUsages.westeurope.json').found.map(({ key, resource }) => [key, resource])).toEqual([
      [
        'computeUsages',
        {
          id: '/subscriptions/unknown/providers/Microsoft.Compute/locations/westeurope/usages/cores',
          name: 'cores',
          type: 'Microsoft.Compute/locations/usages',
          properties: { currentValue: '4', limit: '10' },
        },
      ],
    ]);
  });
  test('quotas of no one knows which region are not read', () => {
    const { found, warnings } = read([usage, usage], 'in/quotas.json');
    expect([found, warnings.map(({ todo }) => todo)]).toEqual([
      [],
      ['Name it computeUsages.<region>.json, for example computeUsages.westeurope.json.'],
    ]);
  });
});
