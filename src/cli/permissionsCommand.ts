import type { Command } from 'commander';
import { loadCatalogue } from '../catalogue.ts';
import { UserError } from '../errors.ts';
import { plain } from '../reporters/plain.ts';
import type { Rule } from '../rule.ts';
import { collected } from './auditCommand.ts';
import { exitCodes } from './gate.ts';
import { addLiveOptions, liveChoice } from './liveOptions.ts';
import { type RunFlags, requestLine } from './liveRun.ts';
import type { Shell } from './program.ts';
import { counted } from '../model/words.ts';

interface PermissionsFlags extends RunFlags {
  azure?: boolean;
  kubernetes?: boolean;
  chapter: string[];
  check?: boolean;
}

export function addPermissionsCommand(program: Command, shell: Shell): void {
  const command = program
    .command('permissions')
    .description('print the least roles that live audits need, or check what the present identity lacks')
    .option('--azure', 'only the custom role of Azure (JSON)')
    .option('--kubernetes', 'only the ClusterRole (YAML)')
    .addOption(collected('--chapter <name>', 'for the rules of this chapter; may be repeated'))
    .option('--check', 'ask Azure and the API servers what is lacking, and say which rules that loses')
    .option('--debug', 'every request on standard error');
  addLiveOptions(command);
  command.action((flags: PermissionsFlags) => (flags.check === true ? check(flags, shell) : print(flags, shell)));
}

async function print(flags: PermissionsFlags, shell: Shell): Promise<void> {
  const { accessOf, azureRole, clusterRole, dataRole } = await import('../collect/permissions.ts');
  const { sourcesFor } = await import('../collect/sources.ts');
  const access = accessOf(chosenRules(flags), sourcesFor(flags.scanConfigmaps === true), planesOf(flags));
  const parts = [
    ...(flags.kubernetes ? [] : [['Azure: az role definition create --role-definition <file>', azureRole(access)]]),
    ...(flags.azure || flags.kubernetes ? [] : [['Azure, for API servers that it authorizes (enableAzureRBAC)', dataRole(access)]]),
    ...(flags.azure ? [] : [['Kubernetes, for API servers that authorize themselves: kubectl apply -f <file>', clusterRole(access)]]),
  ];
  // One alone is for a file, as it stands.
  const texts = parts.map(([title, text]) => (parts.length === 1 ? text : `# ${title}\n${text}`));
  process.stdout.write(texts.join('\n'));
  shell.done({ code: exitCodes.ok, reasons: [] });
}

const planesOf = ({ azure, kubernetes }: PermissionsFlags): ('azure' | 'kubernetes')[] =>
  kubernetes === true && azure !== true ? ['kubernetes'] : ['azure', 'kubernetes'];

function chosenRules({ chapter }: PermissionsFlags): Rule[] {
  const { rules, chapters } = loadCatalogue();
  const unknown = chapter.filter((name) => !chapters.some((each) => each.name === name));
  if (unknown.length > 0)
    throw new UserError(
      unknown.map((name) => ({
        where: `--chapter ${name}`,
        what: 'there is no such chapter.',
        todo: `There are ${chapters.map((each) => each.name).join(', ')}.`,
      })),
    );
  return rules.filter((rule) => chapter.length === 0 || chapter.includes(rule.chapter));
}

async function check(flags: PermissionsFlags, shell: Shell): Promise<void> {
  const choice = liveChoice({ ...flags, skipAzure: flags.kubernetes === true, skipKubernetes: flags.azure === true });
  shell.interruption.hold();
  const { signal } = shell.interruption;
  const { checkPermissions, openSession, sourcesFor } = await import('../collect/index.ts');
  const onRequest = flags.debug === true ? { onRequest: requestLine } : {};
  const session = await openSession({ choice, environment: process.env, signal, ...onRequest });
  const rules = chosenRules(flags);
  const sources = sourcesFor(choice.scanConfigMaps).filter(({ plane }) => choice.planes.includes(plane));
  let lacking = 0;
  for (const target of session.targets) {
    const lacks = await checkPermissions(target, session, rules, sources, signal);
    lacking += lacks.length > 0 ? 1 : 0;
    process.stdout.write(
      `${plain(target.name)}: ${lacks.length === 0 ? 'nothing is lacking' : `${counted(lacks.length, 'permission')} lacking`}\n`,
    );
    for (const { permission, scope, untold, rules: lost } of lacks) {
      const where = scope === undefined ? '' : ` on ${scope}`;
      process.stdout.write(
        `  ${untold === undefined ? 'lacks' : 'cannot tell'} ${plain(permission + where)}${untold === undefined ? '' : `: ${plain(untold)}`}\n`,
      );
      process.stdout.write(`    ${counted(lost.length, 'rule')}: ${lost.join(', ')}\n`);
    }
  }
  for (const { target, reason } of session.unread) process.stdout.write(`${plain(target)}: ${plain(reason)}\n`);
  session.close();
  if (lacking + session.unread.length === 0) return shell.done({ code: exitCodes.ok, reasons: [] });
  shell.done({
    code: exitCodes.incomplete,
    reasons: [`permissions are lacking for ${counted(lacking, 'cluster')}; 'aks-audit permissions' prints roles that have them`],
  });
}
