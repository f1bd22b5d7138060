import type { Flaw } from './flaws.ts';
import { containersOf } from './podSpecs.ts';
import type { Shape } from './workloads.ts';

/** Secrets that containers take into their environment: of each container and Secret the first place. */
export function secretsInEnvironment({ spec, pointer: at }: Shape): Flaw[] {
  return containersOf(spec, at).flatMap(({ container, pointer }) => {
    const single = (container.env ?? []).map((each, index) => ({
      secret: each?.valueFrom?.secretKeyRef?.name,
      pointer: `${pointer}/env/${index}/valueFrom/secretKeyRef`,
    }));
    const whole = (container.envFrom ?? []).map((each, index) => ({
      secret: each?.secretRef?.name,
      pointer: `${pointer}/envFrom/${index}/secretRef`,
    }));
    const first = new Map<string, Flaw>();
    for (const { secret, pointer } of [...single, ...whole])
      if (secret !== undefined && secret !== null && !first.has(secret))
        first.set(secret, { of: container.name ?? '', what: secret, pointer, expected: 'a mounted file' });
    return [...first.values()];
  });
}
