import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { Document } from '../../src/load/document.ts';
import { readDocuments } from '../../src/load/read.ts';

/** A folder of this test file, gone at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'aks-audit-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function writeAt(folder: string, name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** The documents of a file that the user named. */
export async function documentsOf(path: string, name: string): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of readDocuments({ path, name, root: path, named: true })) documents.push(document);
  return documents;
}

/** What a person is told of a file that cannot be read. */
export async function refusalOf(path: string, name: string): Promise<string> {
  try {
    await documentsOf(path, name);
  } catch (thrown) {
    if (thrown instanceof UserError) return thrown.message;
    throw thrown;
  }
  throw new Error('it was read');
}

export async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}
