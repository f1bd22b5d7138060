import type { Problem } from '../errors.ts';
import type { Origin } from '../snapshot.ts';

/**
 * What the reader hands on, in order, a file at a time: whole values (a JSON value or a YAML document), or, from a
 * file with a top-level array too large to hold, the items one by one and then what stood around them. No value is
 * nested deeper than `maxDepth` (bytes.ts).
 */
export type Document =
  | { form: 'value'; value: unknown; origin: Origin }
  /** `head`: the envelope's members that stood before the array (a typed list's kind), empty when it is the top. */
  | { form: 'item'; value: unknown; head: Readonly<Record<string, unknown>>; origin: Origin }
  /** After the last item: all that stood around the array, which is empty here; `[]` for an array without envelope. */
  | { form: 'end'; envelope: Record<string, unknown> | []; origin: Origin }
  /** What kubectl or az printed in place of JSON: an error, or the table of `kubectl api-resources`. See text.ts. */
  | { form: 'text'; text: string; origin: Origin }
  | { form: 'warning'; problem: Problem };

/** A file to read: `path` opens it, `name` is shown to people and stands in reports; `-` is standard input. */
export interface Input {
  path: string;
  name: string;
  /** The folder or file that the user named, through which it was found. */
  root: string;
  /** The user named this very file: it is meant, whatever its extension. */
  named?: boolean;
  /** Its content, where a small file was read to verify it: what is judged is what was verified. */
  bytes?: Buffer;
  /** Why it will not be opened: readDocuments throws it, so that a run names all its bad files in one way. */
  refused?: Problem;
}
