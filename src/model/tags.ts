import type { ArmResource } from '../wire.ts';

/** A tag, whose name Azure compares without regard to letter case; `key` is the name as found. */
export function tagOf({ tags }: ArmResource, name: string): { key: string; value: string | undefined } {
  const key = Object.keys(tags ?? {}).find((each) => each.toLowerCase() === name.toLowerCase()) ?? name;
  return { key, value: tags != null && Object.hasOwn(tags, key) ? tags[key] : undefined };
}

/** Whether a tag has one of these values, in any letter case. */
export function isTagged(resource: ArmResource, name: string, values: readonly string[]): boolean {
  const value = tagOf(resource, name).value?.trim().toLowerCase();
  return value !== undefined && values.some((each) => each.toLowerCase() === value);
}
