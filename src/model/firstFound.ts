import { NotSeen } from '../seen.ts';
import type { Gap } from '../snapshot.ts';

/** Three-valued find over several readings: what one of them finds stands, whatever the others did not see. NotSeen when none finds and one is blind. */
export function firstFound<T>(...readings: readonly (() => T | undefined)[]): T | undefined {
  const gaps: Gap[] = [];
  let blind = false;
  for (const read of readings) {
    try {
      const found = read();
      if (found !== undefined) return found;
    } catch (thrown) {
      if (!(thrown instanceof NotSeen)) throw thrown;
      blind = true;
      gaps.push(...thrown.gaps);
    }
  }
  if (blind) throw new NotSeen(gaps);
  return undefined;
}

/** All that several readings find. NotSeen when none finds anything and one is blind. */
export function allFound<T>(...readings: readonly (() => readonly T[])[]): readonly T[] {
  const found: T[] = [];
  const keepAll = readings.map((read) => (): undefined => {
    found.push(...read());
  });
  try {
    firstFound(...keepAll);
  } catch (thrown) {
    if (!(thrown instanceof NotSeen) || found.length === 0) throw thrown;
  }
  return found;
}
