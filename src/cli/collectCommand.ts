import { type Command, Option } from 'commander';
import { loadCatalogue } from '../catalogue.ts';
import { UserError } from '../errors.ts';
import { time } from './auditCommand.ts';
import { exitCodes } from './gate.ts';
import { addLiveOptions } from './liveOptions.ts';
import { liveRun, type RunFlags } from './liveRun.ts';
import type { Shell } from './program.ts';
import { counted } from '../model/words.ts';

interface CollectFlags extends RunFlags {
  output?: string;
  resume?: string;
  redactIds?: boolean;
}

export function addCollectCommand(program: Command, shell: Shell): void {
  const command = program
    .command('collect')
    .description('read live clusters into a snapshot folder, which audits the same way later and elsewhere')
    .option('-o, --output <folder>', 'a new or empty folder')
    .option('--resume <folder>', 'read only what an earlier run left out; without targets, of the clusters it read')
    .option('--redact-ids', 'write aliases for ids of subscriptions, tenants and identities, host names and public addresses')
    .addOption(new Option('--now <time>', 'the present, for a repeatable run (ISO 8601)').argParser(time))
    .option('-q, --quiet', 'errors only on standard error')
    .option('--debug', 'every request on standard error, and stacks of internal errors');
  addLiveOptions(command);
  command.action((flags: CollectFlags) => run(flags, shell));
}

async function run(flags: CollectFlags, shell: Shell): Promise<void> {
  const folder = flags.output ?? flags.resume;
  if (folder === undefined)
    throw new UserError({ where: '-o', what: 'no folder is named.', todo: 'Give -o <folder>, or --resume <folder> of an earlier run.' });
  if (flags.output !== undefined && flags.resume !== undefined)
    throw new UserError({ where: '-o, --resume', what: 'name two folders.', todo: 'Give one: --resume writes where it resumes.' });
  if (flags.redactIds === true && flags.resume !== undefined)
    throw new UserError({
      where: '--redact-ids, --resume',
      what: 'do not go together: nothing can be read after an alias.',
      todo: 'Collect into a new folder.',
    });
  const { collectFolder } = await import('../collectFolder.ts');
  const { request, unseen, stop } = liveRun(flags, shell, folder, flags.resume !== undefined);
  const again = flags.redactIds === true ? [] : [`'aks-audit collect --resume ${folder}' reads what is missing`];
  shell.interruption.whenInterrupted(['what was read is kept', ...again].join('; '));
  const { targets, unread } = await collectFolder({ ...request, redactIds: flags.redactIds === true }, loadCatalogue().rules).finally(stop);
  const missing = [
    ...unread.map(({ target, reason }) => `${target}: ${reason}`),
    ...(unseen.size > 0 ? [`not all could be read of ${[...unseen.keys()].join(', ')}`] : []),
  ];
  if (missing.length === 0) return shell.done({ code: exitCodes.ok, reasons: [`${counted(targets.length, 'cluster')} in ${folder}`] });
  shell.done({ code: exitCodes.incomplete, reasons: [...missing, ...again] });
}
