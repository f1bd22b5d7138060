/** The items of an iterable until the signal is aborted, then its reason is thrown at once, whatever the next item waits for. */
export async function* iterate<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, void> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = await orAborted(iterator.next(), signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a read that hangs would hold up whoever stopped waiting for it.
    iterator.return?.().then(undefined, () => undefined);
  }
}

/** A listener for each wait, not one promise for all of them, which would hold on to every page. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
