import type { Origin } from '../snapshot.ts';

/**
 * What the reader hands on, in order, a file at a time: whole values (a JSON value or a YAML document), or, from a
 * file with a top-level array too large to hold, the items one by one and then what stood around them.
 */
export type Document =
  | { form: 'value'; value: unknown; origin: Origin }
  | { form: 'item'; value: unknown; origin: Origin }
  | { form: 'end'; envelope: Record<string, unknown>; origin: Origin };

/** A file to read: `path` opens it, `name` is shown to people and stands in reports; `-` is standard input. */
export interface Input {
  path: string;
  name: string;
  /** The folder or file that the user named, through which it was found. */
  root: string;
}
