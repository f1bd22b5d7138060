import type { RenderOptions } from '../reporters/reporter.ts';

type Environment = Readonly<Record<string, string | undefined>>;
export interface Terminal {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

/** How standard output can be written to: width, colour and letters, from the flags, the environment and the terminal. */
export function renderOptions(
  stdout: Terminal,
  environment: Environment,
  flags: { color?: string; show?: string; sarifProfile?: string },
): RenderOptions {
  const columns = Number(environment.COLUMNS);
  return {
    width: stdout.columns ?? (Number.isInteger(columns) && columns > 0 ? columns : 80),
    color: wantsColor(stdout, environment, flags.color ?? 'auto'),
    unicode: isUnicode(environment),
    show: flags.show === 'all' ? 'all' : 'worst',
    sarifProfile:
      flags.sarifProfile === 'ado' || flags.sarifProfile === 'full' || flags.sarifProfile === 'github'
        ? flags.sarifProfile
        : environment.TF_BUILD === 'True'
          ? 'ado'
          : 'github',
    environment,
  };
}

/** The flag overrides all; then NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE; then whether it is a terminal that is not dumb. */
export function wantsColor(stream: Terminal, environment: Environment, flag: string): boolean {
  if (flag !== 'auto') return flag === 'always';
  if (environment.NO_COLOR) return false;
  const forced = environment.FORCE_COLOR ?? environment.CLICOLOR_FORCE;
  if (forced !== undefined && forced !== '') return forced !== '0';
  return stream.isTTY === true && environment.TERM !== 'dumb';
}

function isUnicode(environment: Environment): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG;
  return locale === undefined ? environment.OS === 'Windows_NT' || environment.CI !== undefined : /utf-?8/i.test(locale);
}
