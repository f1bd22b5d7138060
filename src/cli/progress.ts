/** Says on standard error what is going on: on a terminal only, on one line that is rewritten and at last removed. */
export function progress(
  stderr: NodeJS.WriteStream,
  options: { quiet: boolean; environment: Readonly<Record<string, string | undefined>> },
): { step: (what: string) => void; stop: () => void } {
  if (stderr.isTTY !== true || options.quiet || options.environment.CI !== undefined)
    return { step: () => undefined, stop: () => undefined };
  let shown = false;
  return {
    step(what) {
      shown = true;
      stderr.write(`\r\u001b[2K${what.slice(0, (stderr.columns ?? 80) - 1)}`);
    },
    stop() {
      if (shown) stderr.write('\r\u001b[2K');
    },
  };
}
