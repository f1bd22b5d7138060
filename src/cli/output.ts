import { closeSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Problem, UserError } from '../errors.ts';
import { nearest } from '../model/names.ts';
import type { Report } from '../report.ts';
import { reporters } from '../reporters/index.ts';
import type { RenderOptions } from '../reporters/reporter.ts';

export interface Output {
  format: string;
  /** Absent or `-` is standard output. */
  file?: string;
}

/** `-o <format>[=<file>]`, or `-o <file>` with an ending that a format knows. At most one goes to standard output. */
export function parseOutputs(values: readonly string[], terminal: boolean): Output[] {
  const problems: Problem[] = [];
  const outputs = values.flatMap((value) => parseOutput(value, problems) ?? []);
  const toStdout = outputs.filter((output) => output.file === undefined);
  if (toStdout.length > 1)
    problems.push({
      where: '-o',
      what: `${toStdout.map((output) => output.format).join(' and ')} cannot both go to standard output.`,
      todo: `Give one a file: -o ${toStdout[0]?.format}=<file>.`,
    });
  const files = outputs.flatMap((output) => output.file ?? []);
  const places = files.map((file) => resolve(file));
  const twice = files.find((_, index) => places.indexOf(places[index] as string) !== index);
  if (twice !== undefined) problems.push({ where: '-o', what: `two formats go to ${twice}.` });
  if (problems.length > 0) throw new UserError(problems);
  if (values.length === 0 || (toStdout.length === 0 && terminal)) return [{ format: 'table' }, ...outputs];
  return outputs;
}

function parseOutput(value: string, problems: Problem[]): Output | undefined {
  const [format = '', ...rest] = value.split('=');
  const file = rest.join('=');
  if (Object.hasOwn(reporters, format)) {
    if (rest.length > 0 && file === '') {
      problems.push({
        where: `-o ${value}`,
        what: 'names no file.',
        todo: `Write -o ${format} for standard output, or -o ${format}=<file>.`,
      });
      return undefined;
    }
    return rest.length === 0 || file === '-' ? { format } : { format, file };
  }
  const byEnding = Object.entries(reporters).find(([, { endings }]) => endings.some((ending) => value.toLowerCase().endsWith(ending)));
  if (rest.length === 0 && byEnding !== undefined) return { format: byEnding[0], file: value };
  const close = nearest(format, Object.keys(reporters));
  problems.push({
    where: `-o ${value}`,
    what: `'${format}' is not a format.`,
    todo: close === undefined ? `There are ${Object.keys(reporters).join(', ')}.` : `Did you mean '${close}'?`,
  });
  return undefined;
}

/** Renders every output. A file is written beside its place and renamed into it when complete. */
export async function writeOutputs(
  report: Report,
  outputs: readonly Output[],
  options: RenderOptions,
  stdout: NodeJS.WritableStream,
): Promise<void> {
  for (const { format, file } of outputs) {
    const render = await (reporters[format] as (typeof reporters)[string]).load(); // parseOutput let only known formats through
    if (file === undefined) await writeStream(render(report, options), stdout);
    else writeFile(render(report, { ...options, color: false, unicode: true, width: 120 }), file);
  }
}

/** @param stream stays open; when its reader has gone, the rest is not written and nothing is said of it */
async function writeStream(chunks: Iterable<string | Uint8Array>, stream: NodeJS.WritableStream): Promise<void> {
  stream.on('error', () => undefined); // what goes wrong is told by each write, before it is by the stream
  try {
    for (const chunk of gathered(chunks)) await written(stream, chunk);
  } catch (thrown) {
    const gone = thrown instanceof Error && 'code' in thrown && (thrown.code === 'EPIPE' || thrown.code === 'ERR_STREAM_DESTROYED');
    if (gone) return;
    throw cannotWrite('standard output', thrown);
  }
}

const written = (stream: NodeJS.WritableStream, chunk: string | Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => stream.write(chunk, (error) => (error ? reject(error) : resolve())));

/** Reporters yield lines; writing each on its own costs more than making it. */
function* gathered(chunks: Iterable<string | Uint8Array>): Iterable<string | Uint8Array> {
  let text = '';
  for (const chunk of chunks) {
    if (typeof chunk === 'string') text += chunk;
    if (text.length > 0 && (typeof chunk !== 'string' || text.length >= 65_536)) {
      yield text;
      text = '';
    }
    if (typeof chunk !== 'string') yield chunk;
  }
  if (text.length > 0) yield text;
}

/** A pipe or a device is written to as it is: renamed over, `/dev/null` would be a file. A link leads to what is written. */
function writeFile(chunks: Iterable<string | Uint8Array>, file: string): void {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new UserError({ where: file, what: 'is a folder.', todo: 'Name a file.' });
    if (found !== undefined && !found.isFile()) writeTo(file, 'w', chunks);
    else if (found !== undefined) writeBeside(realpathSync(file), chunks);
    else {
      mkdirSync(dirname(file), { recursive: true });
      writeBeside(file, chunks);
    }
  } catch (thrown) {
    throw cannotWrite(file, thrown);
  }
}

/** So that nobody reads half a report. What stood at that name, a leftover or a link that somebody put there, is not followed. */
function writeBeside(file: string, chunks: Iterable<string | Uint8Array>): void {
  const beside = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  try {
    rmSync(beside, { force: true });
    writeTo(beside, 'wx', chunks);
    renameSync(beside, file);
  } catch (thrown) {
    rmSync(beside, { force: true });
    throw thrown;
  }
}

function writeTo(file: string, flags: 'w' | 'wx', chunks: Iterable<string | Uint8Array>): void {
  const handle = openSync(file, flags);
  try {
    for (const chunk of gathered(chunks)) writeAll(handle, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  } finally {
    closeSync(handle);
  }
}

export function cannotWrite(where: string, thrown: unknown): unknown {
  if (thrown instanceof UserError || !(thrown instanceof Error && 'code' in thrown)) return thrown;
  return new UserError({
    where,
    what: `cannot be written (${String(thrown.code)}).`,
    todo: 'Check the place, its permissions and its space.',
  });
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
}
