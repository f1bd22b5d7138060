import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { bin } from '../support/fixtures.ts';

const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });

/** Importing `node:process`, as chalk does, makes Node set its standard input to non-blocking: a pause must not end the reading. */
test.each([
  ['JSON', Buffer.from(namespace)],
  ['gzip', gzipSync(namespace)],
])(
  '%s that comes with pauses',
  async (_, bytes) => {
    const run = spawn(process.execPath, [bin, 'audit', '-', '-o', 'json', '--exit-zero', '--min-coverage', '0'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let printed = '';
    let said = '';
    run.stdout.on('data', (chunk) => {
      printed += String(chunk);
    });
    run.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    const ended = once(run, 'close');
    await setTimeout(1500);
    for (let at = 0; at < bytes.length; at += 40) {
      run.stdin.write(bytes.subarray(at, at + 40));
      await setTimeout(100);
    }
    run.stdin.end();
    const [code] = await ended;
    expect({ code, said: said.split('\n')[0] }).toEqual({ code: 0, said: expect.stringContaining('exit 0') });
    expect(JSON.parse(printed).clusters).toHaveLength(1);
  },
  30_000,
);
