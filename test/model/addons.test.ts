import { describe, expect, test } from 'vitest';
import { addon, addonSetting, isTrue } from '../../src/model/addons.ts';
import type { ManagedCluster } from '../../src/wire.ts';

const cluster = (addonProfiles: unknown): ManagedCluster => ({
  id: 'x',
  name: 'x',
  type: 'x',
  properties: { addonProfiles } as ManagedCluster['properties'],
});

describe('an add-on by its name', () => {
  test.each([
    ['in another letter case', { azurePolicy: { enabled: true } }, { key: 'azurePolicy', enabled: true, config: {} }],
    ['without configuration', { azurepolicy: { enabled: true, config: null } }, { key: 'azurepolicy', enabled: true, config: {} }],
    [
      'with configuration',
      { azurepolicy: { enabled: true, config: { version: 'v2' } } },
      { key: 'azurepolicy', enabled: true, config: { version: 'v2' } },
    ],
    ['off', { azurepolicy: { enabled: false } }, { key: 'azurepolicy', enabled: false, config: {} }],
    ['null', { azurepolicy: null }, { key: 'azurepolicy', enabled: false, config: {} }],
    [
      'in two spellings',
      { azurepolicy: { enabled: false }, azurePolicy: { enabled: true } },
      { key: 'azurePolicy', enabled: true, config: {} },
    ],
    ['not there', {}, { key: 'azurepolicy', enabled: false, config: {} }],
    ['no add-ons at all', undefined, { key: 'azurepolicy', enabled: false, config: {} }],
    ['add-ons null', null, { key: 'azurepolicy', enabled: false, config: {} }],
  ])('%s', (_name, profiles, expected) => expect(addon(cluster(profiles), 'azurepolicy')).toEqual(expected));
});

describe('a setting of an add-on', () => {
  const { config, ...rest } = { key: 'omsagent', enabled: true, config: { useAADAuth: 'False' } };
  test('in another letter case', () =>
    expect(addonSetting({ ...rest, config }, 'useAadAuth')).toEqual({ key: 'useAADAuth', value: 'False' }));
  test('not there', () => expect(addonSetting({ ...rest, config: {} }, 'constructor')).toEqual({ key: 'constructor', value: undefined }));
  test.each([
    ['true', true],
    ['True', true],
    [true, true],
    ['False', false],
    ['', false],
    [undefined, false],
    [null, false],
  ])('%j is %s', (value, expected) => {
    expect(isTrue(value)).toBe(expected);
  });
});
