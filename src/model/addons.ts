import type { ManagedCluster } from '../wire.ts';

/** An add-on of the cluster, under the key that the API happened to write: `azurepolicy` or `azurePolicy`. */
export interface Addon {
  /** As found; the name asked for when there is none, so that a pointer still says where it would stand. */
  readonly key: string;
  readonly enabled: boolean;
  readonly config: Readonly<Record<string, string | undefined>>;
}

type Profile = { enabled?: boolean; config?: Record<string, string | undefined> | null } | null | undefined;

/** The add-on of this name in any letter case. Where two spellings stand, the enabled one. */
export function addon({ properties: { addonProfiles } }: ManagedCluster, name: string): Addon {
  const profiles: readonly [string, Profile][] = Object.entries(addonProfiles ?? {});
  const spelled = profiles.filter(([key]) => sameKey(key, name));
  const [key, profile] = spelled.find(([, each]) => each?.enabled === true) ?? spelled[0] ?? [name, null];
  return { key, enabled: profile?.enabled === true, config: profile?.config ?? {} };
}

/** A setting of an add-on in any letter case of its key, and the key as found. Values are strings: `"true"`, `"False"`. */
export function addonSetting({ config }: Addon, name: string): { key: string; value: string | undefined } {
  const key = Object.keys(config).find((each) => sameKey(each, name)) ?? name;
  return { key, value: Object.hasOwn(config, key) ? config[key] : undefined };
}

/** Whether a setting says true; JSON booleans are taken too, as templates hold them. */
export const isTrue = (value: unknown): boolean => String(value).toLowerCase() === 'true';

const sameKey = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
