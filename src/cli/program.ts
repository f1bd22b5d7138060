import { Command, CommanderError } from 'commander';
import { describeProblem, NothingRead, UserError } from '../errors.ts';
import { plain } from '../reporters/plain.ts';
import { addAuditCommand } from './auditCommand.ts';
import { addCollectCommand } from './collectCommand.ts';
import { addDoctorCommand } from './doctorCommand.ts';
import { exitCodes, type Outcome } from './gate.ts';
import { type Interruption, listen } from './interruption.ts';
import { addPermissionsCommand } from './permissionsCommand.ts';
import { cannotWrite } from './output.ts';
import { addReportCommand } from './reportCommand.ts';
import { addRulesCommand } from './rulesCommand.ts';
import { addSchemaCommand } from './schemaCommand.ts';
import { toolVersion } from './version.ts';

/** What a command needs of the process, and where it says how it ended. */
export interface Shell {
  done: (outcome: Outcome) => void;
  interruption: Interruption;
}

/** The whole run of a command line, to its end. */
export async function main(): Promise<void> {
  process.stdout.on('error', quietWhenClosed);
  process.stderr.on('error', quietWhenClosed);
  const interruption = listen(process);
  // Else Node would end with 1, which says that a gate failed.
  process.on('uncaughtException', (thrown) => {
    fail(thrown);
    process.exit();
  });
  try {
    const command = program({ done: finish, interruption }, process.argv[2]);
    // A word is asked for before anything of the user's is reached: 'aks-audit audit' audits the current subscription.
    if (process.argv.length <= 2) return command.help({ error: true });
    await command.parseAsync(process.argv);
  } catch (thrown) {
    const code = interruption.code();
    if (code === undefined) fail(thrown);
    else finish({ code, reasons: ['interrupted', ...(interruption.words() === undefined ? [] : [interruption.words() ?? ''])] });
  }
}

const commands: Readonly<Record<string, (program: Command, shell: Shell) => void>> = {
  audit: addAuditCommand,
  collect: addCollectCommand,
  permissions: addPermissionsCommand,
  doctor: addDoctorCommand,
  report: addReportCommand,
  rules: addRulesCommand,
  schema: addSchemaCommand,
};

/** @param asked the first word of the command line: of a command, that one alone is made with its options; of anything else, all are */
export function program(shell: Shell, asked = ''): Command {
  const command = new Command('aks-audit')
    .description('Audits AKS clusters and their Azure network for security, reliability and operations. Read-only.')
    .version(toolVersion, '--version')
    .helpOption('-h, --help')
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(`${text.trimEnd().split('\n').map(plain).join('\n')}\n`) })
    .exitOverride()
    .addHelpText('after', footer);
  for (const [name, add] of Object.entries(commands)) if (asked === name || !Object.hasOwn(commands, asked)) add(command, shell);
  return command;
}

const footer = `
Examples:
  aks-audit audit ./exports                           what a folder of exported files says
  aks-audit audit ./exports -o json=report.json       the same, kept as JSON; -o sarif=aks.sarif for code scanning
  aks-audit report report.json                        the report again, without the exports
  aks-audit audit -s <subscription>                   every cluster of a subscription, live
  aks-audit collect -g <group> -n <cluster> -o state  a live cluster's state, to audit later or elsewhere
  aks-audit rules show private-api-server             what a rule demands, and why

Exit codes: 0 ok, 1 gate failed, 2 usage or bad input, 3 incomplete, 4 authentication, 5 internal error.`;

/** The last line on standard error says which exit code and why. */
function finish({ code, reasons }: Outcome): void {
  process.exitCode = code;
  if (code !== 0 || reasons.length > 0)
    process.stderr.write(`aks-audit: exit ${code}${reasons.length > 0 ? `: ${plain(reasons.join('; '))}` : ''}\n`);
}

function fail(thrown: unknown): void {
  if (thrown instanceof CommanderError) {
    const helpOrVersion = thrown.exitCode === 0;
    if (helpOrVersion) return;
    finish({ code: exitCodes.usage, reasons: ["usage; 'aks-audit --help' shows it"] });
    return;
  }
  if (thrown instanceof UserError) {
    for (const problem of thrown.problems) process.stderr.write(`error: ${plain(describeProblem(problem))}\n`);
    finish({
      code: exitCodes.usage,
      reasons: [`${thrown.problems.length} ${thrown.problems.length === 1 ? 'error' : 'errors'} in the input`],
    });
    return;
  }
  if (thrown instanceof NothingRead) {
    process.stderr.write(`error: ${plain(thrown.message)}${thrown.todo === undefined ? '' : ` ${thrown.todo}`}\n`);
    finish(
      thrown.refused
        ? { code: exitCodes.authentication, reasons: ['no credential, or it is let in nowhere'] }
        : { code: exitCodes.incomplete, reasons: ['no cluster could be read'] },
    );
    return;
  }
  const debug = process.argv.includes('--debug');
  process.stderr.write(`${debug && thrown instanceof Error ? thrown.stack : plain(String(thrown))}\n`);
  finish({ code: exitCodes.internal, reasons: [`this is a bug; please report it${debug ? '' : ' with the output of --debug'}`] });
}

function quietWhenClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw cannotWrite('standard output', error);
}

/**
 * All that was said is handed over, and the process ends there: left to itself, Node would wait for what its other threads compile
 * and clear up for a run that goes on, which costs a small audit a tenth of its time.
 */
export async function end(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((written) => stream.write('', written))));
  process.exit();
}
