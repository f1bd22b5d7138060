import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LiveRequest } from '../collectFolder.ts';
import type { RequestSeen } from '../collect/source.ts';
import { UserError } from '../errors.ts';
import { plain } from '../reporters/plain.ts';
import type { Gap, Target } from '../snapshot.ts';
import { type LiveFlags, liveChoice } from './liveOptions.ts';
import type { Shell } from './program.ts';
import { progress } from './progress.ts';
import { toolVersion } from './version.ts';
import { counted } from '../model/words.ts';

export interface RunFlags extends LiveFlags {
  now?: string;
  quiet?: boolean;
  debug?: boolean;
}

/** What live work asks for and what it says meanwhile. `unseen` fills while clusters are read. */
export interface LiveRun {
  request: LiveRequest;
  /** By the name of a cluster: what could not be read of it. */
  unseen: Map<string, readonly Gap[]>;
  stop: () => void;
}

/** @param folder to collect into, for good; without it a private one that ends with the process */
export function liveRun(flags: RunFlags, shell: Shell, folder: string | undefined, resume = false): LiveRun {
  const choice = liveChoice(flags);
  shell.interruption.hold();
  const quiet = flags.quiet === true;
  const steps = progress(process.stderr, { quiet, environment: process.env });
  const say = (text: string) => {
    steps.stop();
    process.stderr.write(`${plain(text)}\n`);
  };
  const unseen = new Map<string, readonly Gap[]>();
  let [total, done] = [0, 0];
  const request: LiveRequest = {
    choice,
    environment: process.env,
    signal: shell.interruption.signal,
    ...(flags.debug === true ? { onRequest: (seen) => say(lineOf(seen)) } : {}),
    folder: folder ?? privateFolder(),
    kept: folder !== undefined,
    resume,
    takenAt: flags.now ?? new Date().toISOString(),
    tool: { name: 'aks-audit', version: toolVersion },
    onStart(targets) {
      total = targets.length;
      steps.step(`reading ${counted(total, 'cluster')}`);
    },
    onStep: ({ target, key, state, items }) =>
      steps.step(`${done} of ${counted(total, 'cluster')}  ${target.name}: ${key}${state === 'read' ? ` ${items}` : ''}`),
    onTarget(target, gaps) {
      done += 1;
      const missing = gaps.filter(isMissing);
      if (missing.length > 0) unseen.set(target.name, missing);
      if (!quiet && (missing.length > 0 || process.stderr.isTTY !== true)) say(summary(target, missing));
    },
  };
  return { request, unseen, stop: steps.stop };
}

/** What another run, or another identity, may read; a stopped cluster is as it is. */
const isMissing = ({ why }: Gap): boolean => why === 'forbidden' || why === 'failed' || why === 'unreachable';

/** One line of a cluster: what was not read, by reason. */
function summary({ name }: Target, gaps: readonly Gap[]): string {
  if (gaps.length === 0) return `${name}: read`;
  const byReason = new Map<string, Set<string>>();
  for (const gap of gaps) byReason.set(reasonOf(gap), (byReason.get(reasonOf(gap)) ?? new Set()).add(gap.key));
  const reasons = [...byReason].map(([reason, keys]) => `${some([...keys])}: ${reason}`);
  return `${name}: read, but for ${reasons.join(' | ')}`;
}
const reasonOf = (gap: Gap): string => (gap.why === 'forbidden' ? 'denied' : 'message' in gap ? gap.message : gap.why);
const some = (names: readonly string[]): string =>
  names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
const lineOf = ({ method, host, path, status, milliseconds }: RequestSeen): string =>
  `${method} ${host} ${path} ${status ?? 'no answer'} ${Math.round(milliseconds)} ms`;
/** For --debug, where nothing else is on standard error. */
export const requestLine = (seen: RequestSeen): void => {
  process.stderr.write(`${plain(lineOf(seen))}\n`);
};

/** For its owner alone, and gone with the process, however it ends. */
function privateFolder(): string {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'aks-audit-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    return folder;
  } catch {
    throw new UserError({
      where: tmpdir(),
      what: 'cannot be written: what is read live is put there until it is judged.',
      todo: 'Set TMPDIR to a folder on a volume, or give --keep <folder>.',
    });
  }
}
