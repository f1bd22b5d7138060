import { describe, expect, test } from 'vitest';
import { armOf, cloudNames } from '../../../src/collect/azure/clouds.ts';

describe('the endpoint and whom a token for it is for', () => {
  test.each(cloudNames)('%s: a token of its own endpoint', (cloud) => {
    const { endpoint, scope, authorityHost } = armOf(cloud);
    expect(scope).toBe(`${endpoint}/.default`);
    expect(authorityHost).toMatch(/^https:\/\/login\./);
  });

  test('without a cloud: the public one, and the authority as the environment has it', () => {
    expect(armOf()).toEqual({
      endpoint: 'https://management.azure.com',
      scope: 'https://management.azure.com/.default',
      authorityHost: undefined,
    });
  });

  test.each([
    ['https://arm.example:8443/', 'https://arm.example:8443'],
    ['https://ARM.example', 'https://arm.example'],
  ])('an endpoint of its own: %s', (given, endpoint) => {
    expect(armOf(undefined, given)).toMatchObject({ endpoint, scope: `${endpoint}/.default` });
  });

  test.each([
    'http://arm.example',
    'arm.example',
    '',
    'https://user@arm.example',
    'https://arm.example/path',
    'https://arm.example?x=1',
    'file:///etc',
  ])('refused: %s', (given) => {
    expect(() => armOf(undefined, given)).toThrow('--arm-endpoint');
  });
});
