import type { Route, RouteTable } from '../wire.ts';
import { addressesIn, type Span, spanOf, without } from './addressSpans.ts';
import { isPrivate, parseRange, type Range } from './ranges.ts';

/** A route of a user's own, and where it stands in its table. */
export interface PlacedRoute {
  name: string;
  /** As written: a range, or a service tag. */
  prefix: string;
  /** undefined for a service tag. */
  range: Range | undefined;
  /** In lower case: `internet`, `none`, `virtualappliance`, `virtualapplianceecmp`, `virtualnetworkgateway`, `vnetlocal`. */
  hop: string;
  /** Addresses of the appliance, or of several between which traffic is spread. */
  addresses: readonly string[];
  pointer: string;
}

export function routesOf({ properties }: RouteTable): PlacedRoute[] {
  return (properties.routes ?? []).map(({ name = '', properties: route = {} }: Route, index) => ({
    name,
    prefix: route.addressPrefix ?? '',
    range: parseRange(route.addressPrefix),
    hop: route.nextHopType?.toLowerCase() ?? '',
    addresses: [route.nextHopIpAddress ?? [], route.nextHop?.nextHopIpAddresses ?? []].flat(),
    pointer: `/properties/routes/${index}/properties`,
  }));
}

/** How IPv4 traffic to the internet leaves a subnet by the routes of its table. */
export interface InternetRoutes {
  /** Routes by which some of it goes, the longest prefix first asked; of those for a service tag no other takes the traffic. */
  taken: readonly PlacedRoute[];
  /** Whether part of it has no route of the user's, and so goes as Azure has it. */
  unrouted: boolean;
}

/** Ranges that no public address is in: private, this network, loopback, multicast and beyond. */
const notPublic: readonly Range[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '224.0.0.0/3',
].flatMap((text) => parseRange(text) ?? []);
const internet: readonly Span[] = without([{ family: 4, first: 0n, last: (1n << 32n) - 1n }], notPublic);

/** Longest prefix match, without a walk over addresses: a route keeps what no longer one takes of it. */
export function internetRoutes(routes: readonly PlacedRoute[]): InternetRoutes {
  const ranged = routes.flatMap((route) => (route.range?.family === 4 ? [{ ...route, range: route.range }] : []));
  const taken = ranged.filter(({ range }) => {
    if (isPrivate(range)) return false;
    const longer = ranged.filter((other) => other.range.prefix > range.prefix).map((other) => other.range);
    return addressesIn(without([spanOf(range)], [...longer, ...notPublic]), 4) > 0n;
  });
  const left = without(
    internet,
    ranged.map(({ range }) => range),
  );
  const tagged = routes.filter(({ range, prefix }) => range === undefined && prefix !== '');
  return { taken: [...taken, ...tagged], unrouted: addressesIn(left, 4) > 0n };
}
