import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { parseOutputs, writeOutputs } from '../../src/cli/output.ts';
import type { RenderOptions } from '../../src/reporters/reporter.ts';
import { temporaryFolder } from '../load/support.ts';
import { reportOf } from '../support/sarif.ts';

const folder = temporaryFolder();
const options: RenderOptions = { width: 80, color: false, unicode: true, show: 'worst', sarifProfile: 'github', environment: {} };
const write = (file: string, stdout: Writable = new Writable()) =>
  writeOutputs(reportOf([], []), [{ format: 'json', ...(file === '' ? {} : { file }) }], options, stdout);
const schemaOf = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8')).schema;

test('a file is written where it is meant, and nothing stays beside it', async () => {
  await write(join(folder, 'deep/er/report.json'));
  expect(schemaOf(join(folder, 'deep/er/report.json'))).toBe('aks-audit/report/1');
  expect(readdirSync(join(folder, 'deep/er'))).toEqual(['report.json']);
});

test('a link stays, and what it leads to is written', async () => {
  writeFileSync(join(folder, 'target.json'), 'old');
  symlinkSync('target.json', join(folder, 'link.json'));
  await write(join(folder, 'link.json'));
  expect(lstatSync(join(folder, 'link.json')).isSymbolicLink()).toBe(true);
  expect(schemaOf(join(folder, 'target.json'))).toBe('aks-audit/report/1');
});

test('a pipe or a device is written to, never replaced by a file', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = spawn('cat', [pipe]);
  let read = '';
  reader.stdout.on('data', (chunk) => {
    read += String(chunk);
  });
  const ended = once(reader, 'close');
  await write(pipe);
  await ended;
  expect(JSON.parse(read).schema).toBe('aks-audit/report/1');
  expect(statSync(pipe).isFIFO()).toBe(true);
});

test('what cannot be written is named', async () => {
  mkdirSync(join(folder, 'taken'));
  await expect(write(join(folder, 'taken'))).rejects.toThrow('taken: is a folder. Name a file.');
  await expect(write(join(folder, 'target.json/x.json'))).rejects.toThrow(/target\.json\/x\.json: cannot be written \((ENOTDIR|EEXIST)\)/);
  const full = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error('x'), { code: 'ENOSPC' })) });
  await expect(write('', full)).rejects.toThrow('standard output: cannot be written (ENOSPC)');
});

test('what is asked for in a way that cannot be is named', () => {
  expect(() => parseOutputs(['json=', 'sarif='], false)).toThrow(/-o json=: names no file\..*\n-o sarif=: names no file/);
  for (const other of ['a/r', './a/r', 'a/../a/r', join(process.cwd(), 'a/r')])
    expect(() => parseOutputs(['json=a/r', `sarif=${other}`], false)).toThrow(`-o: two formats go to ${other}.`);
  expect(parseOutputs(['json=-', 'sarif=x'], false)).toEqual([{ format: 'json' }, { format: 'sarif', file: 'x' }]);
  expect(parseOutputs(['json=a=b'], false)).toEqual([{ format: 'json', file: 'a=b' }]);
});
