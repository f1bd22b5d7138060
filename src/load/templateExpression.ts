/**
 * Expressions of ARM templates, as far as they can be told without a deployment: parameters with a default, variables
 * and functions of literals. Everything else throws CannotResolve.
 */
export class CannotResolve extends Error {
  override readonly name = 'CannotResolve';
}

/** What an expression may refer to. */
export interface Names {
  parameter: (name: string) => unknown;
  variable: (name: string) => unknown;
  resourceId: (parts: readonly string[]) => string;
}

type Thunk = () => unknown;
/** No name or id is longer; a string that doubles with every variable ends here. */
const longestString = 65_536;

/** @param text what stands between the brackets of `[...]` */
export function evaluateExpression(text: string, names: Names): unknown {
  const tokens = tokenize(text);
  const [thunk, end] = parse(tokens, 0, names);
  if (end !== tokens.length) throw new CannotResolve();
  return thunk();
}

function tokenize(text: string): string[] {
  const tokens = text.match(/'(?:[^']|'')*'|-?\d+|\w+|[().,[\]]/g) ?? [];
  const kept = tokens.reduce((length, token) => length + token.length, 0);
  // Whatever was skipped must have been white space.
  if (kept !== text.replaceAll(/'(?:[^']|'')*'|\s+/g, (part) => (part.startsWith("'") ? part : '')).length || tokens.length > 5000)
    throw new CannotResolve();
  return tokens;
}

/** One value with its trailing `.name` and `[index]`. @returns its thunk and the place after it */
function parse(tokens: readonly string[], at: number, names: Names, depth = 0): [Thunk, number] {
  if (depth > 50) throw new CannotResolve();
  let [thunk, next] = parseHead(tokens, at, names, depth);
  for (;;) {
    const [base, token] = [thunk, tokens[next]];
    if (token === '.') {
      const name = tokens[next + 1] ?? '';
      thunk = () => member(base(), name);
      next += 2;
    } else if (token === '[') {
      const [index, close] = parse(tokens, next + 1, names, depth + 1);
      if (tokens[close] !== ']') throw new CannotResolve();
      thunk = () => member(base(), index());
      next = close + 1;
    } else return [thunk, next];
  }
}

function parseHead(tokens: readonly string[], at: number, names: Names, depth: number): [Thunk, number] {
  const token = tokens[at];
  if (token === undefined) throw new CannotResolve();
  if (token.startsWith("'")) return [() => token.slice(1, -1).replaceAll("''", "'"), at + 1];
  if (/^-?\d+$/.test(token)) return [() => Number(token), at + 1];
  if (tokens[at + 1] !== '(') throw new CannotResolve();
  const thunks: Thunk[] = [];
  let next = at + 2;
  while (tokens[next] !== ')') {
    const [thunk, end] = parse(tokens, next, names, depth + 1);
    thunks.push(thunk);
    if (tokens[end] !== ',' && tokens[end] !== ')') throw new CannotResolve();
    next = tokens[end] === ',' ? end + 1 : end;
  }
  return [() => call(token.toLowerCase(), thunks, names), next + 1];
}

function member(value: unknown, key: unknown): unknown {
  if (Array.isArray(value) && typeof key === 'number' && key in value) return value[key];
  if (typeof value !== 'object' || value === null || typeof key !== 'string') throw new CannotResolve();
  const own = Object.keys(value).find((each) => each.toLowerCase() === key.toLowerCase());
  if (own === undefined) throw new CannotResolve();
  return (value as Record<string, unknown>)[own];
}

function call(name: string, thunks: readonly Thunk[], names: Names): unknown {
  const value = (at: number): unknown => {
    const thunk = thunks[at];
    if (thunk === undefined) throw new CannotResolve();
    return thunk();
  };
  // These read only the arguments that they need.
  if (name === 'if') return truth(value(0)) ? value(1) : value(2);
  if (name === 'and') return thunks.every((thunk) => truth(thunk()));
  if (name === 'or') return thunks.some((thunk) => truth(thunk()));
  if (name === 'coalesce') return thunks.map((thunk) => thunk()).find((each) => each !== null) ?? null;
  if (name === 'parameters') return names.parameter(string(value(0)));
  if (name === 'variables') return names.variable(string(value(0)));
  if (name === 'resourceid') return names.resourceId(thunks.map((thunk) => string(thunk())));
  const own = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (own === undefined) throw new CannotResolve();
  return own(thunks.map((thunk) => thunk()));
}

const functions: Readonly<Record<string, (values: readonly unknown[]) => unknown>> = {
  true: () => true,
  false: () => false,
  null: () => null,
  concat: (values) => (values.every(Array.isArray) ? values.flat() : short(values.map(string).join(''))),
  format: ([pattern, ...values]) => short(string(pattern).replaceAll(/\{(\d+)\}/g, (_, at: string) => string(values[Number(at)]))),
  tolower: ([text]) => string(text).toLowerCase(),
  toupper: ([text]) => string(text).toUpperCase(),
  string: ([text]) => string(text),
  int: ([value]) => whole(value),
  bool: ([value]) => truth(typeof value === 'string' ? value.toLowerCase() === 'true' : value),
  not: ([value]) => !truth(value),
  equals: ([left, right]) => plain(left) === plain(right),
  empty: ([value]) => value === null || sizeOf(value) === 0,
  length: ([value]) => sizeOf(value),
  createarray: (values) => [...values],
  createobject: (values) => Object.fromEntries(values.flatMap((key, at) => (at % 2 === 0 ? [[string(key), values[at + 1]]] : []))),
};

function string(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new CannotResolve();
}

function short(text: string): string {
  if (text.length > longestString) throw new CannotResolve();
  return text;
}

function truth(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new CannotResolve();
  return value;
}

function whole(value: unknown): number {
  const number = Number(string(value));
  if (!Number.isInteger(number)) throw new CannotResolve();
  return number;
}

/** Only plain values are compared; ARM compares strings with regard to letter case. */
function plain(value: unknown): unknown {
  if ((typeof value === 'object' && value !== null) || typeof value === 'symbol') throw new CannotResolve();
  return value;
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (typeof value !== 'object' || value === null) throw new CannotResolve();
  return Object.keys(value).length;
}
