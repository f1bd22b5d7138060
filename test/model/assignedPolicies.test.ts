import { describe, expect, test } from 'vitest';
import { effectOn, expression, policiesOf } from '../../src/model/assignedPolicies.ts';
import { restrictsImages } from '../../src/model/policyStandings.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { ManagedCluster, PolicyAssignment, PolicySetDefinition } from '../../src/wire.ts';

const cluster: ManagedCluster = {
  id: '/c',
  name: 'c',
  type: 'Microsoft.ContainerService/managedClusters',
  location: 'westeurope',
  properties: {},
};
const assignment = (properties: PolicyAssignment['properties']): PolicyAssignment => ({ id: '/a', name: 'a', type: 't', properties });
const policy = '/providers/Microsoft.Authorization/policyDefinitions/p';
const set = (properties: PolicySetDefinition['properties']): PolicySetDefinition => ({
  id: '/s/policySetDefinitions/own',
  name: 'own',
  type: 't',
  properties,
});

describe('the effect of an assigned policy', () => {
  const override = (value: string, ...selectors: { kind: string; in?: string[]; notIn?: string[] }[]) => ({
    kind: 'policyEffect',
    value,
    selectors,
  });
  const cases: Record<string, [properties: PolicyAssignment['properties'], effect: string]> = {
    'of the definition where nothing is said': [{}, 'deny'],
    'of the parameter, in any letter case': [{ parameters: { Effect: { value: 'Audit' } } }, 'audit'],
    'none where the assignment does not enforce': [
      { enforcementMode: 'DoNotEnforce', parameters: { effect: { value: 'Deny' } } },
      'donotenforce',
    ],
    'of an override for everything': [{ overrides: [override('Disabled')] }, 'disabled'],
    'of an override for the region': [{ overrides: [override('Audit', { kind: 'resourceLocation', in: ['West Europe'] })] }, 'audit'],
    'of an override for all other regions': [
      { overrides: [override('Audit', { kind: 'resourceLocation', notIn: ['westeurope'] })] },
      'deny',
    ],
    'of an override for another member': [
      { overrides: [override('Audit', { kind: 'policyDefinitionReferenceId', in: ['other'] })] },
      'deny',
    ],
    'unsettled where overrides contradict': [{ overrides: [override('Audit'), override('Deny')] }, 'unsettled'],
    'unsettled where a selector asks for what was not read': [
      { overrides: [override('Audit', { kind: 'userPrincipalId', in: ['x'] })] },
      'unsettled',
    ],
    'of what is not an effect, not settled': [{ parameters: { effect: { value: 5 } } }, 'unsettled'],
    'none where the selectors are for another type': [
      { resourceSelectors: [{ selectors: [{ kind: 'resourceType', in: ['Microsoft.Compute/disks'] }] }] },
      'notselected',
    ],
    'one of several selectors is enough': [
      {
        resourceSelectors: [
          { selectors: [{ kind: 'resourceType', in: ['Microsoft.Compute/disks'] }] },
          {
            selectors: [
              { kind: 'resourceType', in: ['microsoft.containerservice/managedclusters'] },
              { kind: 'resourceLocation', notIn: ['eastus'] },
            ],
          },
        ],
      },
      'deny',
    ],
  };
  test.each(Object.entries(cases))('%s', (_, [properties, effect]) => {
    const [only] = policiesOf(assignment({ policyDefinitionId: policy, ...properties }), seen<PolicySetDefinition>([]));
    expect(only && effectOn(only, cluster, 'deny')).toBe(effect);
  });
});

describe('the policies of an initiative', () => {
  const own = '/s/policySetDefinitions/own';
  const members = (parameters: Record<string, { value: unknown }>) => [
    { policyDefinitionId: policy, policyDefinitionReferenceId: 'it', parameters },
  ];
  const effectIn = (parameters: Record<string, { value: unknown }>, given: Record<string, { value: unknown }> = {}) => {
    const initiatives = seen([set({ parameters: { strict: { defaultValue: 'Audit' } }, policyDefinitions: members(parameters) })]);
    return policiesOf(assignment({ policyDefinitionId: own, parameters: given }), initiatives)[0]?.value('effect');
  };
  test('a literal, a parameter, its default, an expression', () => {
    expect(effectIn({ effect: { value: 'Deny' } }, { effect: { value: 'Disabled' } })).toBe('Deny');
    expect(effectIn({ effect: { value: "[parameters('strict')]" } }, { STRICT: { value: 'Deny' } })).toBe('Deny');
    expect(effectIn({ effect: { value: "[parameters('strict')]" } })).toBe('Audit');
    expect(effectIn({ effect: { value: "[if(true(), 'Deny', 'Audit')]" } })).toBe(expression);
    expect(effectIn({})).toBeUndefined();
  });

  test('of one that was not read, those that are known; else not seen', () => {
    const builtIn = (guid: string) => assignment({ policyDefinitionId: `/providers/Microsoft.Authorization/policySetDefinitions/${guid}` });
    const gap = { key: 'policySetDefinitions', why: 'not-collected' } as const;
    const none = seen<PolicySetDefinition>([], [gap]);
    expect(policiesOf(builtIn('A8640138-9B0A-4A28-B8CB-1666C838647D'), none).map(({ reference }) => reference)).toEqual([
      'NoPrivilegedContainers',
    ]);
    expect(() => policiesOf(builtIn('unknown'), none)).toThrow(NotSeen);
  });
});

test.each<[text: unknown, restricts: boolean | undefined]>([
  ['^shop\\.azurecr\\.io/.+$', true],
  ['^([^\\/]+\\.azurecr\\.io|registry\\.io)\\/.+$', true],
  ['^(.+){0}$', true],
  ['.*', false],
  ['^.+/.+$', false],
  ['[a-z0-9./]+', false],
  ['\\w+/.*', false],
  ['shop/.*|.*', false],
  ['.{1,200}', false],
  ['', false],
  [undefined, false],
  [expression, undefined],
])('whether the expression %s holds images back: %s', (text, restricts) => {
  expect(restrictsImages(text)).toBe(restricts);
});
