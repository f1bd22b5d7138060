import type { Command } from 'commander';
import { plain } from '../reporters/plain.ts';
import { exitCodes } from './gate.ts';
import { addLiveOptions, liveChoice } from './liveOptions.ts';
import { type RunFlags, requestLine } from './liveRun.ts';
import type { Shell } from './program.ts';
import { toolVersion } from './version.ts';

export function addDoctorCommand(program: Command, shell: Shell): void {
  const command = program
    .command('doctor')
    .description('look at what live audits need: network, credential, permissions, API servers')
    .option('--debug', 'every request on standard error');
  addLiveOptions(command);
  command.action((flags: RunFlags) => run(flags, shell));
}

async function run(flags: RunFlags, shell: Shell): Promise<void> {
  const choice = liveChoice(flags);
  shell.interruption.hold();
  const say = (mark: string, text: string) => process.stdout.write(`${mark} ${plain(text)}\n`);
  say('ok  ', `Node ${process.version}, aks-audit ${toolVersion}`);
  const { examine } = await import('../collect/index.ts');
  const onRequest = flags.debug === true ? { onRequest: requestLine } : {};
  let code: number = exitCodes.ok;
  for await (const { what, todo, cost = 'nothing' } of examine({
    choice,
    environment: process.env,
    signal: shell.interruption.signal,
    ...onRequest,
  })) {
    say(cost === 'nothing' ? 'ok  ' : 'FAIL', what);
    if (todo !== undefined) say('    ', `-> ${todo}`);
    if (cost !== 'nothing') code = Math.max(code, cost === 'credential' ? exitCodes.authentication : exitCodes.incomplete);
  }
  const reasons = new Map<number, string>([
    [exitCodes.incomplete, 'not everything can be read from here'],
    [exitCodes.authentication, 'no credential, or it is let in nowhere'],
  ]);
  shell.done({ code, reasons: [reasons.get(code) ?? []].flat() });
}
