import { describe, expect, test } from 'vitest';
import { readArm } from '../../src/load/arm.ts';
import { emptyHarvest } from '../../src/load/armHarvest.ts';
import { CannotResolve, evaluateExpression } from '../../src/load/templateExpression.ts';
import { NotSeen } from '../../src/seen.ts';

const names = {
  parameter: (name: string) => ({ cluster: 'shop', count: 3, flags: { on: true }, zones: ['1', '2'] })[name] ?? fail(),
  variable: (name: string) => (name === 'suffix' ? 'prod' : fail()),
  resourceId: (parts: readonly string[]) => parts.join('|'),
};
function fail(): never {
  throw new CannotResolve();
}

describe('expressions', () => {
  test.each([
    ["parameters('cluster')", 'shop'],
    ["concat(parameters('cluster'), '-', variables('suffix'))", 'shop-prod'],
    ["format('{0}/{1}', parameters('cluster'), parameters('count'))", 'shop/3'],
    ["parameters('flags').on", true],
    ["parameters('zones')[1]", '2'],
    ["if(equals(variables('suffix'), 'prod'), 'a', parameters('unknown'))", 'a'],
    ["and(parameters('flags').on, not(empty(parameters('zones'))))", true],
    ["toUpper('it''s')", "IT'S"],
    ["resourceId('A.B/c', 'd')", 'A.B/c|d'],
    ["createObject('a', createArray(1, null()))", { a: [1, null] }],
    ["coalesce(null(), 'x')", 'x'],
  ])('%s', (text, value) => {
    expect(evaluateExpression(text, names)).toEqual(value);
  });

  test.each([
    'resourceGroup().location',
    "parameters('unknown')",
    "uniqueString(parameters('cluster'))",
    "concat('a'",
    "concat('a') b",
    'constructor()',
    "concat('a') $",
  ])('%s is not told', (text) => {
    expect(() => evaluateExpression(text, names)).toThrow(CannotResolve);
  });
});

const template = (resources: unknown, more: object = {}) => ({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  resources,
  ...more,
});
const cluster = (more: object) => ({ type: 'Microsoft.ContainerService/managedClusters', apiVersion: '2025-01-01', name: 'shop', ...more });
const scope = '/subscriptions/template/resourceGroups/azuredeploy/providers';

function read(value: unknown) {
  const harvest = emptyHarvest();
  expect(readArm(value, { file: 'azuredeploy.json', start: 0, end: 1, pointer: '' }, harvest)).toBe(true);
  return harvest.found;
}

function readOne(value: unknown) {
  const [found] = read(value);
  if (found === undefined) throw new Error('no resource');
  return found;
}

describe('templates', () => {
  test('defaults of parameters and variables are filled in, [[ is an escape', () => {
    const found = read(
      template(
        [
          cluster({
            name: "[variables('name')]",
            properties: { kubernetesVersion: "[parameters('version')]", dnsPrefix: '[[x]', enableRbac: true },
          }),
        ],
        {
          parameters: { version: { type: 'string', defaultValue: '1.33' } },
          variables: { name: "[concat('shop-', parameters('version'))]" },
        },
      ),
    );
    expect(found[0]).toMatchObject({
      key: 'cluster',
      origin: { pointer: '/resources/0' },
      resource: {
        id: `${scope}/Microsoft.ContainerService/managedClusters/shop-1.33`,
        name: 'shop-1.33',
        properties: { kubernetesVersion: '1.33', dnsPrefix: '[x]', enableRBAC: true },
      },
    });
  });

  test('what stays unresolved is a gap of that property and never a value', () => {
    const found = readOne(
      template([
        cluster({
          properties: {
            dnsPrefix: "[parameters('none')]",
            apiServerAccessProfile: { authorizedIPRanges: ["[parameters('none')]"] },
            disableLocalAccounts: true,
          },
        }),
      ]),
    );
    const properties = found.resource.properties as {
      dnsPrefix: string;
      apiServerAccessProfile: { authorizedIPRanges: string[] };
      disableLocalAccounts: boolean;
    };
    expect(properties.disableLocalAccounts).toBe(true);
    expect(Object.keys(properties)).toContain('dnsPrefix');
    expect(() => properties.dnsPrefix).toThrow(NotSeen);
    expect(properties.apiServerAccessProfile.authorizedIPRanges).toHaveLength(1);
    expect(() => properties.apiServerAccessProfile.authorizedIPRanges.some(() => true)).toThrow(NotSeen);
    expect(() => JSON.stringify(properties)).toThrow(NotSeen);
    try {
      void properties.dnsPrefix;
    } catch (thrown) {
      expect((thrown as NotSeen).gaps).toMatchObject([{ key: 'cluster', scope: found.resource.id, why: 'not-collected' }]);
    }
  });

  test('children, nested or beside, and references to them get the same ids', () => {
    const found = read(
      template([
        cluster({
          name: "[parameters('none')]",
          properties: { x: "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')]" },
          resources: [{ type: 'agentPools', name: 'user', properties: { count: 2 } }],
        }),
        { type: 'Microsoft.Network/virtualNetworks/subnets', name: 'v/s', properties: {} },
        { type: 'Microsoft.Compute/disks', name: 'd' },
      ]),
    );
    expect(found.map((each) => [each.key, each.resource.id])).toEqual([
      ['cluster', `${scope}/Microsoft.ContainerService/managedClusters/azuredeploy`],
      ['agentPools', `${scope}/Microsoft.ContainerService/managedClusters/azuredeploy/agentPools/user`],
      ['subnets', `${scope}/Microsoft.Network/virtualNetworks/v/subnets/s`],
    ]);
    expect(found[0]?.resource.properties.x).toBe(found[2]?.resource.id);
  });

  const setting = (more: object) => ({ name: 'logs', properties: { logs: [] }, ...more });
  const settings = 'Microsoft.ContainerService/managedClusters/providers/diagnosticSettings';
  test.each([
    [
      'a scope in the manner of Bicep',
      setting({ type: 'Microsoft.Insights/diagnosticSettings', scope: "[format('{0}/shop', parameters('type'))]" }),
    ],
    [
      'a scope that is an id',
      setting({ type: 'Microsoft.Insights/diagnosticSettings', scope: "[resourceId(parameters('type'), 'shop')]" }),
    ],
    ['a type below the one that it extends', setting({ type: settings, name: "[concat('shop', '/Microsoft.Insights/logs')]" })],
    [
      'among the resources of the one that it extends',
      cluster({ properties: {}, resources: [setting({ type: 'providers/diagnosticSettings', name: 'Microsoft.Insights/logs' })] }),
    ],
    [
      'there with its whole type and name',
      cluster({ properties: {}, resources: [setting({ type: settings, name: 'shop/Microsoft.Insights/logs' })] }),
    ],
  ])('what extends a resource lies below it: %s', (_, resource) => {
    const found = read(template([resource], { parameters: { type: { defaultValue: 'Microsoft.ContainerService/managedClusters' } } })).find(
      (each) => each.key !== 'cluster',
    );
    expect(found).toMatchObject({
      key: 'diagnosticSettings',
      resource: {
        id: `${scope}/Microsoft.ContainerService/managedClusters/shop/providers/Microsoft.Insights/diagnosticSettings/logs`,
        name: 'logs',
        type: 'Microsoft.Insights/diagnosticSettings',
      },
    });
  });

  test("what extends another resource is not the cluster's; of what it is stays open when a parameter says so", () => {
    const extension = (of: string) => setting({ type: 'Microsoft.Insights/diagnosticSettings', scope: of });
    const harvest = emptyHarvest();
    const value = template([extension('Microsoft.KeyVault/vaults/v'), extension("[parameters('none')]")]);
    readArm(value, { file: 'azuredeploy.json', start: 0, end: 1, pointer: '' }, harvest);
    expect(harvest.found.map((each) => each.key)).toEqual(['resourceDiagnosticSettings']);
    expect(harvest.statements).toMatchObject([{ key: 'diagnosticSettings', gap: { why: 'not-collected' } }]);
  });

  test('resources by symbolic name; existing ones and false conditions are not there', () => {
    const found = read(
      template({
        a: cluster({ properties: {} }),
        b: cluster({ name: 'other', existing: true }),
        c: cluster({ name: 'third', condition: "[equals('a', 'b')]" }),
      }),
    );
    expect(found.map((each) => each.resource.name)).toEqual(['shop']);
    expect(found[0]?.origin.pointer).toBe('/resources/a');
  });

  test('nested deployments with names of their own', () => {
    const inner = {
      parameters: { tier: { type: 'string' } },
      resources: [cluster({ sku: { tier: "[parameters('tier')]" }, properties: {} })],
    };
    const properties = {
      expressionEvaluationOptions: { scope: 'inner' },
      parameters: { tier: { value: "[parameters('plan')]" } },
      template: inner,
    };
    const found = read(
      template([{ type: 'Microsoft.Resources/deployments', name: 'd', properties }], {
        parameters: { plan: { defaultValue: 'Standard' } },
      }),
    );
    expect(found[0]?.resource).toMatchObject({ sku: { tier: 'Standard' } });
  });

  test('names that refer to themselves or double without end stay unresolved', () => {
    const variables = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`v${at + 1}`, `[concat(variables('v${at}'), variables('v${at}'))]`]),
    );
    const arrays = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [`a${at + 1}`, `[createArray(variables('a${at}'), variables('a${at}'))]`]),
    );
    const found = readOne(
      template([cluster({ properties: { a: "[variables('loop')]", b: "[variables('v60')]", c: "[variables('a60')]" } })], {
        variables: { ...variables, ...arrays, v0: 'x', a0: 'x', loop: "[variables('loop')]" },
      }),
    );
    const properties = found.resource.properties;
    for (const name of ['a', 'b', 'c']) expect(() => properties[name]).toThrow(NotSeen);
  });
});
