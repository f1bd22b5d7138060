import type { Seen } from '../seen.ts';

/** The things to find fault with or, where there are none, what is free of them; a gap of the first concerns the second too. */
export const orElse = <T, U>(things: Seen<T>, free: Seen<U>): Seen<T | U> => (things.items.length > 0 ? things : things.concat(free));
