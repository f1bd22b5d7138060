import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findInputs } from '../../src/load/inputs.ts';
import { readDocuments } from '../../src/load/read.ts';
import { temporaryFolder, writeAt } from './support.ts';

const folder = temporaryFolder();
const find = async (...paths: string[]) => findInputs(paths, { cwd: folder });
const names = async (...paths: string[]) =>
  (await find(...paths)).map(({ name, refused }) => (refused === undefined ? name : `${name}: ${refused.what}`));

describe('a folder', () => {
  test('is searched in depth, in the order of code units, hidden and foreign files left out', async () => {
    for (const name of [
      'b.json',
      'B.yaml',
      'a/z.ndjson',
      'a/y.yml.gz',
      'notes.md',
      'run.sh',
      '.hidden.json',
      '.git/x.json',
      'node_modules/x.json',
      'table.txt',
      'UPPER.JSON',
      'lines.jsonl',
    ]) {
      await writeAt(folder, `plain/${name}`, '{}');
    }
    expect(await names('plain')).toEqual([
      'plain/B.yaml',
      'plain/UPPER.JSON',
      'plain/a/y.yml.gz',
      'plain/a/z.ndjson',
      'plain/b.json',
      'plain/lines.jsonl',
      'plain/table.txt',
    ]);
  });

  test('holds each file once, however often it is named, and follows links within itself', async () => {
    await writeAt(folder, 'mounted/..2026/pods.json', '{}');
    await symlink('..2026/pods.json', join(folder, 'mounted/pods.json'));
    expect(await names('mounted', 'mounted/pods.json', 'mounted')).toEqual(['mounted/pods.json']);
  });

  test('may hold links in a circle', async () => {
    await writeAt(folder, 'circle/in/pods.json', '{}');
    await symlink('..', join(folder, 'circle/in/back'));
    await symlink('itself.json', join(folder, 'circle/itself.json'));
    expect(await names('circle')).toEqual(['circle/in/pods.json', 'circle/itself.json: is a symbolic link that leads nowhere.']);
  });

  test('does not lead out of itself', async () => {
    await writeAt(folder, 'secret/pods.json', '{}');
    await writeAt(folder, 'given/pods.json', '{}');
    await symlink('../secret', join(folder, 'given/aside'));
    await symlink('../secret/pods.json', join(folder, 'given/linked.json'));
    await symlink('/nowhere', join(folder, 'given/dangling.json'));
    expect(await names('given')).toEqual([
      'given/aside: is a symbolic link that leaves the given path; it is not opened.',
      'given/dangling.json: does not exist.',
      'given/linked.json: is a symbolic link that leaves the given path; it is not opened.',
      'given/pods.json',
    ]);
  });

  test('may be a link itself, as the user named it', async () => {
    await symlink('plain', join(folder, 'chosen'));
    expect((await names('chosen'))[0]).toBe('chosen/B.yaml');
  });
});

test('a named file is read whatever its name, and - is standard input', async () => {
  await writeAt(folder, 'export.out', '{}');
  expect(await find('export.out', '-')).toMatchObject([
    { name: 'export.out', named: true },
    { path: '-', name: 'stdin' },
  ]);
});

test('what cannot be opened is refused, all at once', async () => {
  await mkdir(join(folder, 'odd'));
  execFileSync('mkfifo', [join(folder, 'odd/pipe.json')]);
  const server = createServer().listen(join(folder, 'odd/socket.json'));
  await new Promise((resolve) => server.once('listening', resolve));
  const device = 'is a device, a socket or a pipe; it is not opened.';
  expect(await names('odd', 'missing.json', 'export.out/below.json', '/dev/zero')).toEqual([
    `odd/pipe.json: ${device}`,
    `odd/socket.json: ${device}`,
    'missing.json: does not exist.',
    'export.out/below.json: does not exist.',
    expect.stringContaining(device),
  ]);
  server.close();
});

test('a pipe that took the place of a file does not hang the run', async () => {
  const path = join(folder, 'swapped.json');
  execFileSync('mkfifo', [path]);
  const read = readDocuments({ path, name: 'swapped.json', root: path }).next();
  await expect(read).rejects.toThrow('is a device, a socket or a pipe');
});

test('an empty path, as of an empty variable, is not the working directory', async () => {
  expect(await findInputs([''], { cwd: '' })).toMatchObject([{ refused: { what: 'is no path: it is empty.' } }]);
});
