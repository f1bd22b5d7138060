import { plain } from '../reporters/plain.ts';

/** Says on standard error what is going on: on a terminal only, on one line that is rewritten and at last removed; with --verbose, a line a step. */
export function progress(
  stderr: NodeJS.WriteStream,
  options: { quiet: boolean; verbose?: boolean; environment: Readonly<Record<string, string | undefined>> },
): { step: (what: string) => void; stop: () => void } {
  if (options.verbose === true) return { step: (what) => void stderr.write(`${plain(what)}\n`), stop: () => undefined };
  if (stderr.isTTY !== true || options.quiet || options.environment.CI !== undefined)
    return { step: () => undefined, stop: () => undefined };
  let shown = false;
  return {
    step(what) {
      shown = true;
      stderr.write(`\r\u001b[2K${plain(what).slice(0, (stderr.columns ?? 80) - 1)}`);
    },
    stop() {
      if (shown) stderr.write('\r\u001b[2K');
    },
  };
}
