import type { ArmResource } from '../wire.ts';

/** The name of a tag as it was written: Azure compares them without regard to letter case. */
export const nameOfTag = (tags: Readonly<Record<string, string | undefined>> | null | undefined, name: string): string | undefined =>
  Object.keys(tags ?? {}).find((each) => each.toLowerCase() === name.toLowerCase());

/** A tag; `key` is its name as found. */
export function tagOf({ tags }: ArmResource, name: string): { key: string; value: string | undefined } {
  const key = nameOfTag(tags, name) ?? name;
  return { key, value: tags != null && Object.hasOwn(tags, key) ? tags[key] : undefined };
}

/** Whether a tag has one of these values, in any letter case. */
export function isTagged(resource: ArmResource, name: string, values: readonly string[]): boolean {
  const value = tagOf(resource, name).value?.trim().toLowerCase();
  return value !== undefined && values.some((each) => each.toLowerCase() === value);
}
