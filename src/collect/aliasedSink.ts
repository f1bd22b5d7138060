import type { Sink, Target } from '../snapshot.ts';

/**
 * A sink that writes aliases, and is never read from: what another source takes ids from must be the ids themselves.
 * @param alias of model/aliases.ts
 */
export function aliasedSink(sink: Sink, alias: <T>(value: T) => T): Sink {
  const named = (target: Target | undefined) => (target === undefined ? undefined : alias({ id: target.id, name: target.name }));
  return {
    has: () => false,
    read: async () => undefined,
    open(target, key) {
      const file = sink.open(named(target), key);
      return { ...file, write: (items) => file.write(alias(items)) };
    },
    gap: (target, gap) => sink.gap(named(target), alias(gap)),
    finish: ({ targets, unread, ...info }) =>
      sink.finish({
        ...info,
        targets: alias(targets.map(({ id, name }) => ({ id, name }))),
        ...(unread === undefined ? {} : { unread: alias(unread) }),
      }),
  };
}
