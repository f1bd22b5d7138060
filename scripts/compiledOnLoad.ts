import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyNode, type Node, parse } from 'acorn';
import MagicString from 'magic-string';

// V8 compiles a function when it is first called, and Node's compile cache keeps only what was compiled when a file was loaded: every run
// would compile the same three thousand functions anew, which is a third of the time of a small audit. A function in parentheses V8 takes
// for one that is called at once, and compiles on loading.

/** Makes V8 compile on loading, and so Node's cache keep, what these runs of a command call of the files of a folder. */
export function compileOnLoad(folder: string, runs: readonly (readonly string[])[]): void {
  for (const [file, called] of calledBy(runs, folder)) {
    const path = join(folder, file);
    writeFileSync(path, inParentheses(readFileSync(path, 'utf8'), called));
  }
}

type Called = (node: Node) => boolean;

/** Which functions runs call, by file: V8's own account of them (`NODE_V8_COVERAGE`). */
function calledBy(runs: readonly (readonly string[])[], folder: string): Map<string, Called> {
  const accounts = mkdtempSync(join(tmpdir(), 'aks-audit-build-'));
  try {
    for (const run of runs) {
      const { status, stderr } = spawnSync(process.execPath, run, {
        env: { ...process.env, NODE_V8_COVERAGE: accounts },
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`${run.join(' ')} ended with ${status}: ${stderr}`);
    }
    const scripts = readdirSync(accounts).flatMap(
      (account) => (JSON.parse(readFileSync(join(accounts, account), 'utf8')) as Coverage).result,
    );
    const files = Map.groupBy(
      scripts.filter(({ url }) => url.startsWith(`${pathToFileURL(folder)}/`)),
      ({ url }) => url.slice(url.lastIndexOf('/') + 1),
    );
    return new Map([...files].map(([file, seen]) => [file, calledIn(seen)]));
  } finally {
    rmSync(accounts, { recursive: true, force: true });
  }
}

/** What V8 writes of a run: of each function first its whole range, in UTF-16 units of the file. */
interface Coverage {
  result: Script[];
}
interface Script {
  url: string;
  functions: { ranges: [{ startOffset: number; endOffset: number; count: number }] }[];
}

function calledIn(scripts: readonly Script[]): Called {
  const functions = scripts.flatMap((script) => script.functions.map(({ ranges: [whole] }) => whole)).filter(({ count }) => count > 0);
  const places = new Set(functions.map(({ startOffset, endOffset }) => `${startOffset} ${endOffset}`));
  return ({ start, end }) => places.has(`${start} ${end}`);
}

/**
 * The same module with functions in parentheses. Declarations of its own level become variables at its top, as which they are there
 * before anything is evaluated, like declarations; those within functions, and methods, stay as they are.
 */
function inParentheses(code: string, called: Called): string {
  const text = new MagicString(code);
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  const visit = (node: AnyNode, parent?: AnyNode): void => {
    if (isFunctionExpression(node, parent) && called(node)) text.appendRight(node.start, '(').prependLeft(node.end, ')');
    // The bundler writes all but these in ASCII, and one other character doubles what V8 reads, hashes and keeps of a file.
    if (node.type === 'Literal' && node.regex !== undefined && !isAscii(node.regex.pattern))
      text.update(node.start, node.end, escaped(code.slice(node.start, node.end)));
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(program);
  for (const node of program.body) {
    if (node.type !== 'FunctionDeclaration' || !called(node)) continue;
    text.appendRight(node.start, `var ${node.id.name}=(`).appendLeft(node.end, ');').move(node.start, node.end, 0);
  }
  return text.toString();
}

const isFunctionExpression = (node: AnyNode, parent: AnyNode | undefined): boolean =>
  node.type === 'ArrowFunctionExpression' ||
  (node.type === 'FunctionExpression' &&
    parent?.type !== 'MethodDefinition' &&
    !(parent?.type === 'Property' && (parent.method || parent.kind !== 'init')));

const childrenOf = (node: AnyNode): AnyNode[] =>
  Object.values(node).flatMap((value: unknown) => (Array.isArray(value) ? value : [value]).filter(isNode));
const isNode = (value: unknown): value is AnyNode => typeof value === 'object' && value !== null && 'type' in value && 'start' in value;

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
const escaped = (text: string): string =>
  text.replaceAll(/[^\0-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
