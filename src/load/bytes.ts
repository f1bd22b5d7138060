import { closeSync, constants, createReadStream, fstatSync, openSync, read, readFileSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { UserError } from '../errors.ts';
import type { Input } from './document.ts';
import { notAFile, systemProblem } from './inputs.ts';

const MiB = 1024 * 1024;
/** A value larger than this is read in pieces: the elements of its array, one by one. */
export const wholeLimit = 32 * MiB;
/** One item, line or YAML document may be as large as this; what is larger is refused, so that memory stays bounded. */
export const itemLimit = 64 * MiB;
/** Nesting of a value. Kubernetes allows 10,000 and uses some 20; a deeper one is an attack or a mistake. */
export const maxDepth = 1000;
/**
 * Streaming is what protects memory from a gzip bomb; these two protect the user's time. Repetitive NDJSON of pods
 * reaches 40:1 and gzip at most 1,032:1.
 */
const maxUnzipped = 8 * 1024 * MiB;
const maxRatio = 200;
const ratioCountsFrom = 16 * MiB;
const chunkSize = 256 * 1024;

export interface ReadOptions {
  /** Each chunk of a large file is read over the last one: memory outside the heap that grows makes the collector go over all of it. */
  reuse?: boolean;
}

/**
 * The content of a file as UTF-8: unzipped when it is gzip, whatever its name, and converted when it is UTF-16, with
 * or without a byte order mark. Offsets (Origin.start and end) count the bytes of this stream; a UTF-8 mark is three of them.
 */
export async function* openBytes(input: Input, options: ReadOptions = {}): AsyncGenerator<Buffer, void, void> {
  if (input.refused !== undefined) throw new UserError(input.refused);
  try {
    yield* asUtf8(unzipped(openRaw(input, options), input.name));
  } catch (thrown) {
    if (thrown instanceof UserError) throw thrown;
    throw new UserError(systemProblem(thrown, input.name));
  }
}

/** Small files are read in one go, without leaving the thread: to stream one costs more than what is in it. */
const smallFile = 1 * MiB;

function openRaw(input: Input, { reuse = false }: ReadOptions): AsyncIterable<Buffer> {
  if (input.path === '-') return standardInput();
  if (input.bytes !== undefined) return oneChunk(input.bytes);
  // Not to hang on a pipe, nor to follow a link, that took the file's place since it was found. Windows has neither flag.
  const file = openSync(input.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  const found = fstatSync(file);
  if (found.isFile() && found.size > smallFile) return reuse && !isZipped(file) ? overOneBuffer(file) : streamOf(file);
  try {
    if (found.isFile()) return oneChunk(readFileSync(file));
  } finally {
    closeSync(file);
  }
  if (found.isDirectory()) throw new UserError({ where: input.name, what: 'is a folder.', todo: 'Name a file.' });
  throw new UserError(notAFile(input.name));
}

const streamOf = (fd: number): AsyncIterable<Buffer> => createReadStream('', { fd, highWaterMark: chunkSize }) as AsyncIterable<Buffer>; // no encoding is set

/** gzip is unzipped by another thread, which keeps what it was given. */
function isZipped(file: number): boolean {
  const head = Buffer.alloc(2);
  readSync(file, head, 0, 2, 0);
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* overOneBuffer(file: number): AsyncGenerator<Buffer, void, void> {
  const buffer = Buffer.allocUnsafeSlow(chunkSize);
  try {
    for (let position = 0; ; ) {
      const { bytesRead } = await readSome(file, buffer, 0, chunkSize, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    closeSync(file);
  }
}

/** Any import of `node:process` sets the pipe to non-blocking; where it is empty for the moment, a stream of the descriptor would end. */
async function* standardInput(): AsyncGenerator<Buffer, void, void> {
  while (true) {
    try {
      const { bytesRead, buffer } = await readSome(0, Buffer.allocUnsafe(chunkSize), 0, chunkSize, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    } catch (thrown) {
      const code = codeOf(thrown);
      if (code === 'EOF') return; // Windows says so of a pipe that was closed.
      if (code !== 'EAGAIN') throw thrown;
      await setTimeout(pause);
    }
  }
}
const readSome = promisify(read);
/** Milliseconds between looks at an empty pipe. */
const pause = 5;

const codeOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '');

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer, void, void> {
  if (bytes.length > 0) yield bytes;
}

async function* unzipped(raw: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer, void, void> {
  const { first, all } = await peek(raw, 2);
  if (first[0] !== 0x1f || first[1] !== 0x8b) return yield* all;
  let zipped = 0;
  let plain = 0;
  const counted = async function* (): AsyncGenerator<Buffer, void, void> {
    for await (const chunk of all) {
      zipped += chunk.length;
      yield chunk;
    }
  };
  const { createGunzip } = await import('node:zlib');
  const gunzip = createGunzip({ chunkSize });
  // An error of either side ends the reading below; here it only must not go unhandled.
  const fed = pipeline(counted(), gunzip).catch(() => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      plain += chunk.length;
      if (plain > maxUnzipped || (plain > ratioCountsFrom && plain > zipped * maxRatio)) {
        throw new UserError({
          where: name,
          what: 'unzips to far more than a cluster can hold; it is not read further.',
          todo: 'Unzip it and give the plain file if it is meant.',
        });
      }
      yield chunk;
    }
  } catch (thrown) {
    if (!codeOf(thrown).startsWith('Z_')) throw thrown;
    throw new UserError({ where: name, what: 'is not a whole gzip file.', todo: 'Export it again.' });
  } finally {
    gunzip.destroy();
    await fed;
  }
}

async function* asUtf8(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const { first, all } = await peek(chunks, 2);
  const encoding = encodingOf(first);
  if (encoding === 'utf-8') return yield* all;
  const decoder = new TextDecoder(encoding);
  for await (const chunk of all) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

/** By the byte order mark; without one, ASCII beside a zero byte, which no JSON or YAML holds, is UTF-16 (RFC 4627, section 3). */
function encodingOf([first, second]: Buffer): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || (first && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second)) return 'utf-16be';
  return 'utf-8';
}

/** The first chunks, joined until they hold `length` bytes (or all there is), and the whole stream again. */
export async function peek(
  chunks: AsyncIterable<Buffer>,
  length: number,
): Promise<{ first: Buffer; all: AsyncGenerator<Buffer, void, void> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const parts: Buffer[] = [];
  let held = 0;
  let done = false;
  while (held < length && !done) {
    const next = await iterator.next();
    if (next.done) done = true;
    else {
      parts.push(next.value);
      held += next.value.length;
    }
  }
  const first = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  const all = async function* (): AsyncGenerator<Buffer, void, void> {
    try {
      if (first.length > 0) yield first;
      while (!done) {
        const next = await iterator.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  };
  return { first, all: all() };
}
