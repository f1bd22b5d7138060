import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { audit } from '../audit.ts';
import { loadCatalogue } from '../catalogue.ts';
import { type Config, readConfig } from '../config.ts';
import { type Problem, UserError } from '../errors.ts';
import { nearest } from '../model/names.ts';
import { plain } from '../reporters/plain.ts';
import type { Severity } from '../result.ts';
import { type Gate, outcome } from './gate.ts';
import { addLiveOptions, liveFlagsGiven } from './liveOptions.ts';
import { liveRun, type RunFlags } from './liveRun.ts';
import type { Shell } from './program.ts';
import { parseOutputs, writeOutputs } from './output.ts';
import { progress } from './progress.ts';
import { selection } from './selection.ts';
import { renderOptions } from './terminal.ts';
import { toolVersion } from './version.ts';

export interface AuditFlags extends GateFlags, RunFlags {
  keep?: string;
  namespace: string[];
  excludeNamespace: string[];
  output: string[];
  chapter: string[];
  rule: string[];
  skipRule: string[];
  complete?: boolean;
  keepGoing?: boolean;
  cluster: { name: string; path: string }[];
  takenAt?: string;
  now?: string;
  config: string | boolean;
  quiet?: boolean;
  verbose?: boolean;
  debug?: boolean;
  color: string;
  show: string;
  sarifProfile?: string;
}
export interface GateFlags {
  failOn?: Severity | 'none';
  failBelow?: number;
  minCoverage?: number;
  incomplete: 'fail' | 'warn';
  exitZero?: boolean;
}

export function addAuditCommand(program: Command, shell: Shell): void {
  const command = program
    .command('audit', { isDefault: true })
    .description('audit clusters: live ones, or exported state in files, folders, snapshot folders, or - for standard input')
    .argument('[path...]', 'exported state; without it, live clusters of the current subscription of az, or of those named')
    .addOption(collected('-o, --output <format[=file]>', 'table, json, html or sarif, to standard output or a file; may be repeated'))
    .addOption(collected('--chapter <name>', 'only the rules of this chapter; may be repeated'))
    .addOption(collected('--rule <name>', 'only this rule; may be repeated'))
    .addOption(collected('--skip-rule <name>', 'not this rule; may be repeated'))
    .option('--complete', 'the input holds every Kubernetes object there is: a kind that is not in it is empty')
    .option('--keep-going', 'leave out files that cannot be read, and end with 3')
    .addOption(
      new Option('--cluster <name=path>', 'which cluster the files under a path are of; may be repeated')
        .argParser(clusterPath)
        .default([], 'from the files'),
    )
    .addOption(new Option('--taken-at <time>', 'when the exports were taken (ISO 8601)').argParser(time))
    .addOption(new Option('--now <time>', 'the present, for a repeatable run (ISO 8601)').argParser(time))
    .option('--config <file>', 'configuration (default: aks-audit.config.yaml in the working directory)')
    .option('--no-config', 'without a configuration')
    .option('-q, --quiet', 'errors only on standard error')
    .option('-v, --verbose', 'every file that is read, on standard error')
    .option('--debug', 'stacks of internal errors, and every request of live work')
    .addOption(collected('--namespace <name>', 'judge only this namespace, * for any characters; may be repeated'))
    .addOption(collected('--exclude-namespace <name>', 'leave out this namespace; may be repeated'));
  addGateOptions(command);
  addRenderOptions(command);
  addLiveOptions(command).option('--keep <folder>', 'keep the state that was read, as a snapshot folder');
  command.action((paths: string[], flags: AuditFlags) => {
    refuseMistyped(
      paths[0],
      program.commands.map((each) => each.name()),
    );
    return run(paths, flags, liveFlagsGiven(command), shell);
  });
}

/** A word that is no path and nearly a command: 'aks-audit colect' would be an audit of a file of that name. */
function refuseMistyped(word: string | undefined, commands: readonly string[]): void {
  const close = word === undefined || existsSync(word) ? undefined : nearest(word, commands);
  if (word === undefined || close === undefined) return;
  throw new UserError({ where: word, what: 'is neither a command nor a path.', todo: `Did you mean '${close}'?` });
}

export function addGateOptions(command: Command): void {
  command
    .addOption(
      new Option('--fail-on <severity>', 'end with 1 when a finding of this severity or worse is open (default: high)').choices([
        'none',
        'low',
        'medium',
        'high',
        'critical',
      ]),
    )
    .addOption(new Option('--fail-below <score>', 'end with 1 when the lower bound of the score is below this').argParser(percentage))
    .addOption(new Option('--min-coverage <percent>', 'end with 3 when less was evaluated (default: 50)').argParser(percentage))
    .addOption(
      new Option('--incomplete <how>', 'whether a refused or failed read that leaves a rule unknown ends with 3')
        .choices(['fail', 'warn'])
        .default('fail'),
    )
    .option('--exit-zero', 'end with 0 where the gate would end with 1');
}

export function addRenderOptions(command: Command): void {
  command
    .addOption(new Option('--color <when>', 'colours on standard output').choices(['auto', 'always', 'never']).default('auto'))
    .addOption(
      new Option('--show <what>', 'of the table: the ten worst rules in full and the others in short, or all')
        .choices(['worst', 'all'])
        .default('worst'),
    )
    .addOption(
      new Option('--sarif-profile <for>', 'what SARIF is for (default: ado in Azure Pipelines, else github)').choices([
        'github',
        'ado',
        'full',
      ]),
    );
}

export function collected(flags: string, description: string): Option {
  return new Option(flags, description).argParser((value: string, before: readonly string[]) => [...before, value]).default([], 'none');
}

async function run(paths: readonly string[], flags: AuditFlags, given: readonly string[], shell: Shell): Promise<void> {
  const outputs = parseOutputs(flags.output, process.stdout.isTTY === true);
  const isLive = paths.length + flags.cluster.length === 0;
  const contradiction = isLive ? offlineFlags(flags) : given;
  if (contradiction.length > 0) throw new UserError(mixed(contradiction, isLive));
  const catalogue = loadCatalogue();
  const source = flags.config === false ? null : flags.config === true ? undefined : (flags.config as string);
  const { config, warnings } = await readConfig(
    { file: source, folder: process.cwd(), audited: paths.filter((path) => path !== '-') },
    catalogue,
  );
  const { only, chosen } = selection(flags, catalogue);
  const steps = progress(process.stderr, { quiet: flags.quiet === true, verbose: flags.verbose === true, environment: process.env });
  const live = isLive ? liveRun(flags, shell, flags.keep) : undefined;
  const large = setTimeout(sparing, largeAfter).unref();
  const { report, warnings: loadWarnings } = await audit({
    paths,
    ...(live === undefined ? {} : { live: live.request }),
    catalogue,
    config,
    only,
    namespaces: { only: flags.namespace, excluded: flags.excludeNamespace },
    chosen,
    complete: flags.complete === true,
    clusters: flags.cluster,
    keepGoing: flags.keepGoing === true,
    ...(flags.takenAt === undefined ? {} : { takenAt: flags.takenAt }),
    now: flags.now ?? live?.request.takenAt ?? new Date().toISOString(),
    tool: { name: 'aks-audit', version: toolVersion },
    onProgress: steps.step,
  }).finally(() => {
    clearTimeout(large);
    live?.stop();
    steps.stop();
  });
  if (flags.verbose === true)
    for (const { target, score } of report.clusters) process.stderr.write(`${plain(`${target.name}: ${tallied(score.counts)}`)}\n`);
  if (flags.quiet !== true) for (const warning of [...warnings, ...loadWarnings]) process.stderr.write(`warning: ${plain(warning)}\n`);
  await writeOutputs(report, outputs, renderOptions(process.stdout, process.env, flags), process.stdout);
  shell.done(outcome(report, gateOf(flags, config)));
}

/**
 * The heap may grow by a third between two collections of all of it, not double: of two hundred thousand pods that keeps
 * five hundred megabytes free, at no cost in time that could be measured. Set behind the loading of code, whose cache asks for the same
 * flags, and of large audits alone: those that take a second.
 */
const largeAfter = 1000; // milliseconds
const sparing = (): void => setFlagsFromString('--heap-growing-percent=30');

/** What says something of files, where there are none. */
const offlineFlags = ({ complete, keepGoing, takenAt }: AuditFlags): string[] =>
  [complete && '--complete', keepGoing && '--keep-going', takenAt !== undefined && '--taken-at'].filter((flag) => typeof flag === 'string');

const mixed = (flags: readonly string[], isLive: boolean): Problem =>
  isLive
    ? { where: flags.join(', '), what: 'for files only, and no path is given.', todo: 'Name files or folders to audit, or leave it out.' }
    : { where: flags.join(', '), what: 'for live clusters only, and paths are given.', todo: 'Audit one or the other.' };

/** How many rules ended how. */
const tallied = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');

export function gateOf(flags: GateFlags, config: Pick<Config, 'failOn' | 'failBelow' | 'minCoverage'>): Gate {
  const failBelow = flags.failBelow ?? config.failBelow;
  return {
    failOn: flags.failOn ?? config.failOn ?? 'high',
    ...(failBelow === undefined ? {} : { failBelow }),
    minCoverage: flags.minCoverage ?? config.minCoverage ?? 50,
    incomplete: flags.incomplete,
    exitZero: flags.exitZero === true,
  };
}

function clusterPath(value: string, before: readonly { name: string; path: string }[]): { name: string; path: string }[] {
  const at = value.indexOf('=');
  if (at <= 0 || at === value.length - 1) throw new InvalidArgumentError('It is written <name>=<path>.');
  return [...before, { name: value.slice(0, at), path: value.slice(at + 1) }];
}

function percentage(value: string): number {
  const number = Number(value);
  if (!/^\d{1,3}$/.test(value) || number > 100) throw new InvalidArgumentError('It is a whole number from 0 to 100.');
  return number;
}

export function time(value: string): string {
  const parsed = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(value) ? new Date(value) : undefined;
  // Date takes 30 February for the second of March.
  const [year = 0, month = 0, day = 0] = value.slice(0, 10).split('-').map(Number);
  if (parsed === undefined || Number.isNaN(parsed.getTime()) || new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day)
    throw new InvalidArgumentError('It is a time such as 2026-11-20T08:00:00Z, or a date.');
  return parsed.toISOString();
}
