import { normalId, type Seen } from '../seen.ts';
import { gather } from './subnets.ts';

/** The resources with these ids; one that was not seen is a gap. */
export const picked = <T>(list: Seen<T>, ids: readonly string[]): Seen<T> =>
  gather([...new Set(ids.map(normalId))].map((id) => () => list.get(id)));
