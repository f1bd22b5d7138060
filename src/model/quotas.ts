import { any, type Seen } from '../seen.ts';
import type { ManagedNamespace, ResourceQuota } from '../wire.ts';
import { parseQuantity } from './quantities.ts';

/** What bounds a namespace; `cpu` and `memory` are other names of the requests. */
export const quotaKeys = ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'] as const;
export type QuotaKey = (typeof quotaKeys)[number];

const managedKeys = {
  'requests.cpu': 'cpuRequest',
  'requests.memory': 'memoryRequest',
  'limits.cpu': 'cpuLimit',
  'limits.memory': 'memoryLimit',
} as const;

const isSet = (value: unknown): boolean => value !== undefined && value !== null;

/** A quota of scopes bounds the pods of these scopes, not the namespace. */
const isScoped = ({ spec }: ResourceQuota): boolean => !!spec?.scopes?.length || !!spec?.scopeSelector?.matchExpressions?.length;

const bounds = (quota: ResourceQuota, key: QuotaKey): boolean =>
  [key, key.replace(/^requests\./, '')].some((name) => !isScoped(quota) && isSet(quota.spec?.hard?.[name]));

/** Whether a quota of the namespace, or the default one of the managed namespace of its name, bounds a resource. */
export function isBoundedBy(key: QuotaKey, quotas: Seen<ResourceQuota>, managed: Seen<ManagedNamespace>): boolean {
  return any(
    () => quotas.some((quota) => bounds(quota, key)),
    () => managed.some(({ properties }) => isSet(properties.defaultResourceQuota?.[managedKeys[key]])),
  );
}

/** Bounds that are more than nine tenths used, in words; undefined when none is. */
export function nearlyUsed(quotas: readonly ResourceQuota[]): string | undefined {
  const near = quotas.flatMap(({ spec, status }) =>
    Object.entries(spec?.hard ?? {}).filter(([key, hard]) => {
      const [used, bound] = [parseQuantity(status?.used?.[key]), parseQuantity(hard)];
      return used !== undefined && bound !== undefined && used > bound * 0.9;
    }),
  );
  return near.length === 0 ? undefined : `More than nine tenths used: ${[...new Set(near.map(([key]) => key))].sort().join(', ')}.`;
}
