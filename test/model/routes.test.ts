import { describe, expect, test } from 'vitest';
import { internetRoutes, routesOf } from '../../src/model/routes.ts';
import type { Route, RouteTable } from '../../src/wire.ts';

const table = (...routes: NonNullable<Route['properties']>[]): RouteTable => ({
  id: '/t',
  name: 't',
  type: 'Microsoft.Network/routeTables',
  properties: { routes: routes.map((properties, index) => ({ name: `r${index}`, properties })) },
});
const to = (addressPrefix: string, nextHopType = 'VirtualAppliance') => ({ addressPrefix, nextHopType, nextHopIpAddress: '10.2.0.4' });
const all = (prefix: number) => [0, 64, 128, 192].map((first) => to(`${first}.0.0.0/${prefix}`));

describe('the way to the internet', () => {
  test.each<[string, ReturnType<typeof to>[], string[], boolean]>([
    ['no routes', [], [], true],
    ['the default route', [to('0.0.0.0/0')], ['r0'], false],
    ['two halves', [to('0.0.0.0/1'), to('128.0.0.0/1')], ['r0', 'r1'], false],
    ['one half', [to('0.0.0.0/1')], ['r0'], true],
    ['four quarters', all(2), ['r0', 'r1', 'r2', 'r3'], false],
    ['four eighths of the address space leave the rest', all(3), ['r0', 'r1', 'r2', 'r3'], true],
    ['halves take all from the default route', [to('0.0.0.0/0', 'Internet'), to('0.0.0.0/1'), to('128.0.0.0/1')], ['r1', 'r2'], false],
    ['a half takes half of it', [to('0.0.0.0/0', 'Internet'), to('0.0.0.0/1')], ['r0', 'r1'], false],
    ['an exception', [to('0.0.0.0/0'), to('203.0.113.0/24', 'Internet')], ['r0', 'r1'], false],
    [
      'an exception that is taken back',
      [to('0.0.0.0/0'), to('203.0.113.0/31', 'Internet'), to('203.0.113.0/32'), to('203.0.113.1/32')],
      ['r0', 'r2', 'r3'],
      false,
    ],
    ['private routes are no way out', [to('10.0.0.0/8', 'Internet'), to('10.244.1.0/24'), to('0.0.0.0/0')], ['r2'], false],
    ['a service tag', [to('0.0.0.0/0'), to('AzureMonitor', 'Internet')], ['r0', 'r1'], false],
    ['IPv6 alone', [to('::/0')], [], true],
  ])('%s', (_name, routes, taken, unrouted) => {
    const found = internetRoutes(routesOf(table(...routes)));
    expect({ taken: found.taken.map(({ name }) => name), unrouted: found.unrouted }).toEqual({ taken, unrouted });
  });
});

test('next hops: one, several, none', () => {
  const routes = routesOf(
    table(
      { addressPrefix: '0.0.0.0/0', nextHopType: 'VirtualApplianceEcmp', nextHop: { nextHopIpAddresses: ['10.2.0.4', '10.2.0.5'] } },
      { addressPrefix: '1.1.1.1/32', nextHopType: 'Internet' },
      to('2.2.2.2/32'),
    ),
  );
  expect(routes.map(({ hop, addresses }) => [hop, addresses])).toEqual([
    ['virtualapplianceecmp', ['10.2.0.4', '10.2.0.5']],
    ['internet', []],
    ['virtualappliance', ['10.2.0.4']],
  ]);
});
