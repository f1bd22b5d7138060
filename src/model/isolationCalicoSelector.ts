/** Whether a selector holds of what `lookup` knows; undefined when that depends on labels that are not known. */
export type CalicoSelector = (lookup: Lookup) => boolean | undefined;
/** The value of a label, undefined when it is not set, `unknown` when nobody can say. */
export type Lookup = (key: string) => string | undefined | typeof unknown;
export const unknown = Symbol('unknown');

// Calico's selector syntax, as its reference has it: all(), global(), has(k), k == 'v', k != 'v', k in {..}, k not in {..},
// k contains 'v', k starts with 'v', k ends with 'v', joined by &&, ||, ! and brackets.
const token = /\s*(?:(&&|\|\||==|!=|[!(){},])|'([^']*)'|"([^"]*)"|([\w./-]+))/y;

interface Token {
  type: 'sign' | 'text' | 'word';
  value: string;
}

/** @returns undefined when Calico would refuse the selector; an empty one is all() */
export function parseCalicoSelector(text: string): CalicoSelector | undefined {
  const tokens = tokensOf(text);
  if (tokens === undefined) return undefined;
  if (tokens.length === 0) return () => true;
  const reader = { tokens, at: 0, depth: 0 };
  const selector = disjunction(reader);
  return reader.at === tokens.length ? selector : undefined;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    if (match === null) return undefined;
    const [, sign, single, double, word] = match;
    tokens.push(
      sign !== undefined
        ? { type: 'sign', value: sign }
        : word !== undefined
          ? { type: 'word', value: word }
          : { type: 'text', value: single ?? double ?? '' },
    );
  }
  return tokens;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}
/** Deeper nesting is nobody's selector. */
const deepest = 100;

/** Takes these signs or words if they come next. */
function take(reader: Reader, ...values: readonly string[]): boolean {
  const comes = values.every((value, index) => {
    const next = reader.tokens[reader.at + index];
    return next !== undefined && next.type !== 'text' && next.value === value;
  });
  if (comes) reader.at += values.length;
  return comes;
}

function disjunction(reader: Reader): CalicoSelector | undefined {
  return joined(reader, '||', conjunction, true);
}

function conjunction(reader: Reader): CalicoSelector | undefined {
  return joined(reader, '&&', term, false);
}

/** `decisive`: the value of one side that settles the whole; else one unknown side makes it unknown. */
function joined(
  reader: Reader,
  sign: string,
  side: (reader: Reader) => CalicoSelector | undefined,
  decisive: boolean,
): CalicoSelector | undefined {
  const sides: CalicoSelector[] = [];
  do {
    const one = side(reader);
    if (one === undefined) return undefined;
    sides.push(one);
  } while (take(reader, sign));
  const [only] = sides;
  if (sides.length === 1) return only;
  return (lookup) => {
    let open = false;
    for (const each of sides) {
      const holds = each(lookup);
      if (holds === decisive) return decisive;
      open ||= holds === undefined;
    }
    return open ? undefined : !decisive;
  };
}

function term(reader: Reader): CalicoSelector | undefined {
  if (reader.depth > deepest) return undefined;
  if (take(reader, '!')) {
    const inner = deeper(reader, term);
    return inner && ((lookup) => negated(inner(lookup)));
  }
  if (take(reader, '(')) {
    const inner = deeper(reader, disjunction);
    return take(reader, ')') ? inner : undefined;
  }
  if (take(reader, 'all', '(', ')')) return () => true;
  if (take(reader, 'global', '(', ')')) return () => false; // what is in a namespace is not global
  if (take(reader, 'has', '(')) {
    const key = word(reader);
    return key !== undefined && take(reader, ')') ? (lookup) => test(lookup(key), () => true) : undefined;
  }
  const key = word(reader);
  return key === undefined ? undefined : comparison(reader, key);
}

function deeper(reader: Reader, read: (reader: Reader) => CalicoSelector | undefined): CalicoSelector | undefined {
  reader.depth += 1;
  const inner = read(reader);
  reader.depth -= 1;
  return inner;
}

function comparison(reader: Reader, key: string): CalicoSelector | undefined {
  const forms: readonly [words: readonly string[], make: (value: string) => CalicoSelector][] = [
    [['=='], (value) => (lookup) => test(lookup(key), (label) => label === value)],
    [['!='], (value) => (lookup) => negated(test(lookup(key), (label) => label === value))],
    [['contains'], (value) => (lookup) => test(lookup(key), (label) => label.includes(value))],
    [['starts', 'with'], (value) => (lookup) => test(lookup(key), (label) => label.startsWith(value))],
    [['ends', 'with'], (value) => (lookup) => test(lookup(key), (label) => label.endsWith(value))],
  ];
  for (const [words, make] of forms) {
    if (!take(reader, ...words)) continue;
    const value = literal(reader);
    return value === undefined ? undefined : make(value);
  }
  const not = take(reader, 'not', 'in');
  if (!not && !take(reader, 'in')) return undefined;
  const values = set(reader);
  return (
    values &&
    ((lookup) => (not ? negated(test(lookup(key), (label) => values.has(label))) : test(lookup(key), (label) => values.has(label))))
  );
}

function set(reader: Reader): ReadonlySet<string> | undefined {
  const values = new Set<string>();
  if (!take(reader, '{')) return undefined;
  while (!take(reader, '}')) {
    if (values.size > 0 && !take(reader, ',')) return undefined;
    const value = literal(reader);
    if (value === undefined) return undefined;
    values.add(value);
  }
  return values;
}

const word = (reader: Reader): string | undefined => next(reader, 'word');
const literal = (reader: Reader): string | undefined => next(reader, 'text');

function next(reader: Reader, type: Token['type']): string | undefined {
  const found = reader.tokens[reader.at];
  if (found?.type !== type) return undefined;
  reader.at += 1;
  return found.value;
}

/** A label that is not set fulfils no comparison. */
const test = (value: ReturnType<Lookup>, holds: (label: string) => boolean): boolean | undefined =>
  value === unknown ? undefined : value !== undefined && holds(value);
const negated = (holds: boolean | undefined): boolean | undefined => (holds === undefined ? undefined : !holds);
