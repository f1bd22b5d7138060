/** What ends a run from outside, and with which exit code. */
export interface Interruption {
  /** Aborted by the first Ctrl-C or SIGTERM, once something holds. */
  signal: AbortSignal;
  /** 130 or 143 after a signal. */
  code: () => number | undefined;
  /** Work that closes what it opened when the signal is aborted; without it, and after a second signal, the process ends at once. */
  hold: () => void;
  /** What is to be said of work that was interrupted. */
  whenInterrupted: (words: string) => void;
  words: () => string | undefined;
}

/** Milliseconds that work has to close what it opened. */
const grace = 800;

export function listen(source: NodeJS.Process): Interruption {
  const controller = new AbortController();
  let held = false;
  let code: number | undefined;
  let said: string | undefined;
  for (const [signal, its] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    source.on(signal, () => {
      if (!held || code !== undefined) source.exit(its);
      code = its;
      setTimeout(() => source.exit(its), grace).unref();
      controller.abort(new Error('The run was interrupted.'));
    });
  return {
    signal: controller.signal,
    code: () => code,
    hold() {
      held = true;
    },
    whenInterrupted(words) {
      said = words;
    },
    words: () => said,
  };
}
