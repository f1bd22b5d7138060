import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bin, compileCache, root } from './support/fixtures.ts';

const folder = join(root, 'test/scenarios');
const environment = {
  PATH: `${join(root, 'test/support/bin')}:${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
  HOME: '/nonexistent',
  AKS_AUDIT_BIN: bin,
  NODE_COMPILE_CACHE: compileCache,
  LC_ALL: 'C.UTF-8',
  COLUMNS: '100',
};

/**
 * test/scenarios/*.txt: a title, then commands that begin with `$ ` and what each printed and how it ended. The
 * commands are what a person writes; 'npm run golden' writes the rest.
 */
test.each(readdirSync(folder).filter((file) => file.endsWith('.txt')))(
  '%s',
  async (file) => {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    const title = lines
      .slice(
        0,
        lines.findIndex((line) => line.startsWith('$ ')),
      )
      .join('\n');
    const commands = lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2));
    const played = commands.map(play).join('\n');
    await expect(`${title}\n${played}`).toMatchFileSnapshot(join(folder, file));
  },
  60_000,
);

function play(command: string): string {
  const { status, signal, stdout, stderr } = spawnSync('bash', ['-c', command], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    timeout: 30_000,
  });
  const shown = (name: string, text: string) =>
    text === ''
      ? ''
      : `${name}:\n${text
          .replaceAll(/^/gm, '  ')
          .replaceAll(/^ {2}$/gm, '')
          .trimEnd()}\n`;
  return `$ ${command}\n${shown('stdout', stdout)}${shown('stderr', stderr)}exit: ${status ?? signal}\n`;
}
