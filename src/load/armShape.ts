import { kinds, stateKeys } from '../kinds.ts';
import type { StateKey } from '../snapshot.ts';
import type { ArmResource } from '../wire.ts';
import { nameOfId, typeOfId } from './armId.ts';
import { armNames } from './armNames.ts';
import { isObject } from '../model/objects.ts';

/** One ARM resource in the shape of wire.ts: `properties` holds what is not common to all resources. */
export interface WireResource extends ArmResource {
  properties: Record<string, unknown>;
}

/** Maps whose keys are data, so they are kept as they are. */
const freeMaps = new Set(
  [
    'config',
    'identityProfile',
    'kubeDNSOverrides',
    'metadata',
    'nodeLabels',
    'notifications',
    'parameters',
    'patchVersions',
    'policyRule',
    'tags',
    'userAssignedIdentities',
    'vnetDNSOverrides',
  ].map((name) => name.toLowerCase()),
);
/** What stands beside `properties`; in flattened output everything else belongs inside. */
const commonNames = new Set(
  [
    'apiVersion',
    'condition',
    'copy',
    'dependsOn',
    'extendedLocation',
    'eTag',
    'etag',
    'id',
    'identity',
    'kind',
    'location',
    'managedBy',
    'name',
    'plan',
    'resourceGroup',
  ]
    .concat([
      'resourceId',
      'resourceName',
      'resourceType',
      'resources',
      'scope',
      'sku',
      'subscriptionId',
      'systemData',
      'tags',
      'tenantId',
      'type',
      'zones',
    ])
    .map((name) => name.toLowerCase()),
);
/** Nested resources that have `properties` of their own on the wire and none in flattened output. */
const nestedResources = new Set(
  ['defaultSecurityRules', 'delegations', 'routes', 'securityRules', 'subnets', 'virtualNetworkPeerings'].concat([
    'authenticationCertificates',
    'manualPrivateLinkServiceConnections',
    'privateDnsZoneConfigs',
    'privateEndpointConnections',
    'privateLinkServiceConnections',
    'backendAddressPools',
    'backendHttpSettingsCollection',
    'frontendIPConfigurations',
    'frontendPorts',
    'gatewayIPConfigurations',
    'httpListeners',
    'pathRules',
    'redirectConfigurations',
    'requestRoutingRules',
    'sslCertificates',
    'sslProfiles',
    'trustedClientCertificates',
    'trustedRootCertificates',
    'urlPathMaps',
    'applicationRuleCollections',
    'ipConfigurations',
    'natRuleCollections',
    'networkRuleCollections',
  ]),
);
/** Deeper than any ARM body; what is below is left as it is. */
const deepest = 100;

/** A property by its name in any letter case: PSRule and PowerShell write `Properties`, `Name`. */
export function field(object: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const key = Object.keys(object).find((each) => each.toLowerCase() === name);
  return key === undefined ? undefined : object[key];
}

const stringField = (object: Record<string, unknown>, name: string): string | undefined => {
  const value = field(object, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/** The resource type that an object states, by its id or else its `type`; undefined when it is no ARM resource. */
export function statedType(object: Record<string, unknown>): string | undefined {
  const id = stringField(object, 'id') ?? stringField(object, 'resourceid');
  const byId = id?.startsWith('/') ? typeOfId(id) : undefined;
  return (
    byId ??
    [stringField(object, 'type'), stringField(object, 'resourcetype')].find(
      (type) => type !== undefined && /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/[a-z0-9-]+)+$/i.test(type),
    )
  );
}

/** The key of State under which resources of a type stand, in any letter case. */
export const keyOfType = (type: string): StateKey | undefined => byType.get(type.toLowerCase());

/** The first key of a type, as several keys may read parts of one. */
const byType: ReadonlyMap<string, StateKey> = new Map(
  [...stateKeys].reverse().flatMap((key): [string, StateKey][] => {
    const kind = kinds[key];
    return kind.plane === 'azure' && kind.type !== undefined ? [[kind.type.toLowerCase(), key]] : [];
  }),
);

/** Subnets and peerings have no key of their own: they stand in their virtual network. */
export const networkParts: Readonly<Record<string, 'subnets' | 'virtualNetworkPeerings'>> = {
  'microsoft.network/virtualnetworks/subnets': 'subnets',
  'microsoft.network/virtualnetworks/virtualnetworkpeerings': 'virtualNetworkPeerings',
};

/**
 * Brings one resource into the shape of the wire: hoisted properties go back into `properties`, names get the wire's
 * spelling. Explicit nulls mean "not set" in flattened output and are dropped; on the wire they stay.
 */
export function toWireResource(object: Record<string, unknown>, type: string, id: string): WireResource {
  const own = field(object, 'properties');
  const flat = !isObject(own);
  const name = stringField(object, 'name') ?? stringField(object, 'resourcename') ?? nameOfId(id);
  const common: [string, unknown][] = [];
  const hoisted: [string, unknown][] = [];
  for (const [key, value] of Object.entries(object)) {
    const lower = key.toLowerCase();
    if (lower === 'properties' || lower === 'resources') continue;
    if (isCommon(lower, type)) common.push([camelCase(key), value]);
    else if (flat) hoisted.push([renamed(key, type), value]);
  }
  const key = keyOfType(type);
  const kind = key === undefined ? undefined : kinds[key];
  return {
    ...(Object.fromEntries(
      common.filter(([, value]) => value !== null).map(([key, value]) => [key, toWire(value, key, flat)]),
    ) as Partial<ArmResource>),
    id,
    name: name.includes('/') ? nameOfId(name) : name,
    type: kind?.plane === 'azure' && kind.type ? kind.type : type,
    properties: (flat ? toWire(Object.fromEntries(hoisted), 'properties', true) : toWire(own, 'properties', false)) as Record<
      string,
      unknown
    >,
  };
}

/** What some types have among their properties, where others have it beside them. */
const ownNames: readonly (readonly [type: RegExp, name: string])[] = [
  [/\/agentpools$/i, 'tags'],
  [/\/(?:policy|role)assignments$/i, 'scope'],
  [/\/roleassignments$/i, 'condition'],
  [/\/microsoft\.kubernetesconfiguration\/\w+$/i, 'scope'],
  [/\/applicationgateways$/i, 'sku'],
  [/\/activitylogalerts$/i, 'condition'],
  [/\/workspaces$/i, 'sku'],
  [/\/workspaces\/tables$/i, 'plan'],
];
const isCommon = (lower: string, type: string): boolean =>
  commonNames.has(lower) && !ownNames.some(([of, name]) => lower === name && of.test(type));

/** Where az, by the SDK's models, calls a property otherwise than the wire. */
const renamed = (key: string, type: string): string => (key === 'networkRuleSet' && /\/storageaccounts$/i.test(type) ? 'networkAcls' : key);

/** Gives the names inside a value the wire's spelling. @param flat the value is of flattened output: nulls go, nested resources get `properties` */
export function toWire(value: unknown, within: string, flat: boolean, depth = 0): unknown {
  if (Array.isArray(value))
    return value.map((item) => toWire(flat && nestedResources.has(within) ? unhoist(item) : item, within, flat, depth + 1));
  if (!isObject(value) || depth > deepest || freeMaps.has(within.toLowerCase())) return value;
  const entries = Object.entries(value).filter(([, inner]) => !(flat && inner === null));
  const taken = new Set(Object.keys(value));
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      const name = wireName(key, within);
      // The wire's own spelling wins over another of the same name.
      return [name !== key && taken.has(name) ? key : name, toWire(inner, name, flat, depth + 1)];
    }),
  );
}

/** The wire's spelling of a property inside the property `within`. */
export function wireName(key: string, within: string): string {
  if (within === 'addonProfiles') return key;
  if (key === 'typePropertiesType') return 'type';
  const folded = key.toLowerCase().replaceAll(/[-_]/g, '');
  if (folded === 'tenantid') return within === 'aadProfile' ? 'tenantID' : 'tenantId';
  // Of a cluster's private link it is spelt so, of a private endpoint's connection otherwise.
  if (folded === 'privatelinkserviceid') return within === 'privateLinkResources' ? 'privateLinkServiceID' : 'privateLinkServiceId';
  return Object.hasOwn(armNames, folded) ? (armNames[folded] ?? key) : camelCase(key);
}

function unhoist(item: unknown): unknown {
  if (!isObject(item) || isObject(item.properties)) return item;
  const beside = new Set(['id', 'name', 'type', 'etag', 'resourceGroup']);
  const entries = Object.entries(item);
  const properties = Object.fromEntries(entries.filter(([key]) => !beside.has(key)));
  if (Object.keys(properties).length === 0) return item;
  return { ...Object.fromEntries(entries.filter(([key]) => beside.has(key))), properties };
}

/** `NetworkProfile` as PowerShell writes it, `network_profile` as Steampipe; no wire name is like either. */
const camelCase = (key: string): string => {
  if (/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(key)) return key.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return /^[A-Z]/.test(key) ? key.charAt(0).toLowerCase() + key.slice(1) : key;
};
