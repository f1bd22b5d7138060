import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Problem } from '../errors.ts';
import type { Input } from './document.ts';

const readable = /\.((json|ndjson|jsonl|ya?ml|txt)(\.gz)?|bicep|tf)$/i;
/** What a cluster is deployed from, in a language that is not read: it is named, so that nobody takes it for audited. */
export const isSource = (name: string): boolean => /\.(bicep|tf)$/i.test(name);

/**
 * The files that the user named, or that stand in a folder that the user named, sorted by code unit within it; each
 * file once. A path that cannot be opened comes as a refused input.
 * @param options.cwd names are relative to it, `/` separated
 */
export function findInputs(paths: readonly string[], options: { cwd: string }): Input[] {
  const search: Search = { cwd: options.cwd, inputs: [], visited: new Set() };
  for (const path of paths) {
    if (path === '-') addOnce(search, '-', { path, name: 'stdin', root: path, named: true });
    else addNamed(search, path);
  }
  return search.inputs;
}

interface Search {
  cwd: string;
  inputs: Input[];
  /** Real paths of files and folders: links may meet or circle. */
  visited: Set<string>;
}

function addNamed(search: Search, path: string): void {
  const input: Input = { path, name: nameOf(search, path), root: path, named: true };
  if (path === '') {
    // Of an empty variable, most likely; it would be the working directory.
    search.inputs.push({ ...input, refused: { where: "''", what: 'is no path: it is empty.' } });
    return;
  }
  try {
    const real = realpathSync(resolve(search.cwd, path));
    const stats = statSync(real);
    if (stats.isDirectory()) addFolder(search, { path, name: input.name, real, root: path, rootReal: real });
    else addFile(search, { ...input, path: real }, stats);
  } catch (thrown) {
    search.inputs.push({ ...input, refused: systemProblem(thrown, input.name) });
  }
}

interface Folder {
  /** As it was named, as it is shown, and the folder that it really is. */
  path: string;
  name: string;
  real: string;
  root: string;
  rootReal: string;
}

function addFolder(search: Search, folder: Folder): void {
  if (search.visited.has(folder.real)) return;
  search.visited.add(folder.real);
  const entries = readdirSync(folder.real, { withFileTypes: true });
  const shown = entries.filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules');
  for (const entry of shown.sort((a, b) => (a.name < b.name ? -1 : 1))) addEntry(search, folder, entry);
}

function addEntry(search: Search, folder: Folder, entry: Dirent): void {
  const path = below(folder.path, entry);
  // From a folder beside or above the working directory the way may lead into it; below it, names need no second look.
  const name = folder.name.startsWith('.') ? nameOf(search, path) : `${folder.name}/${entry.name}`;
  const input = { path, name, root: folder.root };
  try {
    const link = entry.isSymbolicLink();
    const real = link ? realpathSync(below(folder.real, entry)) : below(folder.real, entry);
    const stats = link ? statSync(real) : entry;
    if (!stats.isDirectory() && !readable.test(entry.name)) return;
    if (!within(real, folder.rootReal)) {
      search.inputs.push({
        ...input,
        refused: {
          where: input.name,
          what: 'is a symbolic link that leaves the given path; it is not opened.',
          todo: 'Name its target on the command line.',
        },
      });
    } else if (stats.isDirectory()) addFolder(search, { ...folder, path, name, real });
    else addFile(search, { ...input, path: real }, stats);
  } catch (thrown) {
    // A dangling link or a folder without the right to read it.
    if (entry.isDirectory() || readable.test(entry.name)) search.inputs.push({ ...input, refused: systemProblem(thrown, input.name) });
  }
}

function addFile(search: Search, input: Input, stats: Stats | Dirent): void {
  if (stats.isFile()) addOnce(search, input.path, input);
  else search.inputs.push({ ...input, refused: notAFile(input.name) });
}

function addOnce(search: Search, real: string, input: Input): void {
  if (search.visited.has(real)) return;
  search.visited.add(real);
  search.inputs.push(input);
}

export const notAFile = (name: string): Problem => ({
  where: name,
  what: 'is a device, a socket or a pipe; it is not opened.',
  todo: "Give a file, or '-' to read standard input.",
});

const below = (folder: string, { name }: Dirent): string => (folder.endsWith(sep) ? folder + name : folder + sep + name);
const within = (real: string, root: string): boolean => real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);

const nameOf = (search: Search, path: string): string => (relative(search.cwd, resolve(search.cwd, path)) || '.').split(sep).join('/');

/** What the file system said, in words. */
export function systemProblem(thrown: unknown, name: string): Problem {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const words: Record<string, string> = {
    ENOENT: 'does not exist.',
    ENOTDIR: 'does not exist.',
    EACCES: 'cannot be read: permission denied.',
    EPERM: 'cannot be read: permission denied.',
    ELOOP: 'is a symbolic link that leads nowhere.',
    EISDIR: 'is a folder.',
  };
  if (code === '') throw thrown;
  return { where: name, what: words[code] ?? `cannot be read (${code}).` };
}
