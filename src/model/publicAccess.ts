import type { CosmosAccount, FlexibleServer, NetworkRules, Registry, SqlServer, StorageAccount, Vault } from '../wire.ts';
import { parseRange } from './ranges.ts';

/** Who gets to the public address of a service: nobody, those whom its rules name, those whom rules of its own let in that are not read here, or anyone. */
export interface PublicAccess {
  to: 'nobody' | 'named' | 'ruled' | 'anyone';
  /** JSON pointers, inside the service, of what says so. */
  pointers: readonly string[];
  /** Of `named`: the ranges of addresses that are let in. */
  ranges: readonly string[];
}
type Service = Registry | Vault | StorageAccount | SqlServer | CosmosAccount | FlexibleServer;

/** Reads a service by the properties that its kind has. Not set, public access is on, and lets in anyone but to servers of databases. */
export function publicAccess(service: Service): PublicAccess {
  if (isFlexibleServer(service)) return ofServer(service);
  const { properties } = service;
  const pointers = ['/properties/publicNetworkAccess'];
  // A perimeter lets in what its own rules name.
  if (['disabled', 'securedbyperimeter'].includes(properties.publicNetworkAccess?.toLowerCase() ?? ''))
    return { to: 'nobody', pointers, ranges: [] };
  if ('networkRuleSet' in properties) return ruled(properties.networkRuleSet, [...pointers, '/properties/networkRuleSet/defaultAction']);
  if ('networkAcls' in properties) return ruled(properties.networkAcls, [...pointers, '/properties/networkAcls/defaultAction']);
  if ('ipRules' in properties || 'isVirtualNetworkFilterEnabled' in properties) return ofCosmos(properties, pointers);
  return { to: isSqlServer(service) ? 'ruled' : 'anyone', pointers, ranges: [] };
}

/** Servers of databases deny by default; their firewall rules are resources of their own (Azure SQL, "IP firewall rules"). */
const isSqlServer = ({ type }: Service): boolean => /^microsoft\.sql\/servers$/i.test(type);
const isFlexibleServer = (service: Service): service is FlexibleServer => /\/flexibleServers$/i.test(service.type);

/** A flexible server in a subnet of its own has no public address. */
function ofServer({ properties: { network } }: FlexibleServer): PublicAccess {
  if (network?.delegatedSubnetResourceId) return { to: 'nobody', pointers: ['/properties/network/delegatedSubnetResourceId'], ranges: [] };
  const to = network?.publicNetworkAccess?.toLowerCase() === 'disabled' ? 'nobody' : 'ruled';
  return { to, pointers: ['/properties/network/publicNetworkAccess'], ranges: [] };
}

function ruled(rules: NetworkRules | undefined, pointers: readonly string[]): PublicAccess {
  const ranges = (rules?.ipRules ?? []).map((rule) => rule.value ?? rule.ipAddressOrRange ?? '');
  const open = rules?.defaultAction?.toLowerCase() !== 'deny' || ranges.some(isEverything);
  return { to: open ? 'anyone' : 'named', pointers, ranges };
}

/** Cosmos DB lets in anyone until it has a rule; its rule 0.0.0.0 stands for all of Azure, other customers' included. */
function ofCosmos(
  { ipRules, isVirtualNetworkFilterEnabled: filter }: CosmosAccount['properties'],
  pointers: readonly string[],
): PublicAccess {
  const ranges = (ipRules ?? []).map((rule) => rule.ipAddressOrRange ?? '');
  const open = (filter !== true && ranges.length === 0) || ranges.some((range) => range === '0.0.0.0' || isEverything(range));
  return {
    to: open ? 'anyone' : 'named',
    pointers: [...pointers, '/properties/isVirtualNetworkFilterEnabled', '/properties/ipRules'],
    ranges,
  };
}

/** All addresses, or half of them. */
const isEverything = (range: string): boolean => (parseRange(range)?.prefix ?? 32) <= 1;
