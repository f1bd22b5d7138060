/** A metric of a PromQL expression, with what its labels must be. */
export interface Selector {
  metric: string;
  labels: readonly Matcher[];
}
export interface Matcher {
  name: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/.source;
const selector = new RegExp(`(${quoted})|([A-Za-z_:][\\w:]*)?\\s*(\\{(?:[^{}"'\`]|${quoted})*\\})|([A-Za-z_:][\\w:]*)`, 'g');
const matcher = new RegExp(`([A-Za-z_]\\w*)\\s*(=~|!~|!=|=)\\s*(${quoted})`, 'g');
/** Longer than any alert that a person writes; the rest is not read. */
const longest = 20_000;

/** The metrics of an expression; functions and keywords are among them, without labels. */
export function selectorsOf(expression: string): Selector[] {
  const code = expression.slice(0, longest).replaceAll(/^\s*#.*$/gm, '');
  return [...code.matchAll(selector)].flatMap(([, text, named, braces, bare]) => {
    if (text !== undefined) return [];
    const labels = braces === undefined ? [] : matchersOf(braces);
    const called = labels.find(({ name, operator }) => name === '__name__' && operator === '=')?.value;
    const metric = named ?? bare ?? called;
    return metric === undefined ? [] : [{ metric, labels }];
  });
}

const matchersOf = (braces: string): Matcher[] =>
  [...braces.matchAll(matcher)].map(([, name = '', operator = '=', value = '""']) => ({
    name,
    operator: operator as Matcher['operator'], // one of the four that the expression allows
    value: value.slice(1, -1).replaceAll('\\\\', '\\'),
  }));

/** Whether a series with this value of a label can be among those selected. A pattern that is not understood lets it be. */
export function admits({ labels }: Selector, label: string, value: string): boolean {
  return labels
    .filter(({ name }) => name === label)
    .every(({ operator, value: wanted }) => {
      if (operator === '=') return wanted === value;
      if (operator === '!=') return wanted !== value;
      const matched = matches(wanted, value);
      return matched === undefined || matched === (operator === '=~');
    });
}

/** Whether a selector says anything of a label. */
export const names = ({ labels }: Selector, label: string): boolean => labels.some(({ name }) => name === label);

/** Alternatives of words, dots, digits and `.*`, which is what alerts use; never a pattern that could take long. */
function matches(pattern: string, value: string): boolean | undefined {
  const bare = pattern.replace(/^\^?\((?:\?:)?([^()]*)\)\$?$/, '$1');
  if (bare.length > 500 || !/^(?:[\w\s:/@%,.|-]|\.[*+]|\\[d.]|\[0-9\]|[\^$])*$/.test(bare) || (bare.match(/[*+]/g) ?? []).length > 8)
    return undefined;
  return bare.split('|').some((each) => new RegExp(`^(?:${each.replaceAll(/[\^$]/g, '')})$`).test(value.slice(0, 100)));
}

/** The last comparison with a number, by which an expression ends: `... > 0.8`. */
export function limitOf(expression: string): { operator: string; value: number } | undefined {
  const found = [
    ...expression.slice(0, longest).matchAll(/(>=|<=|==|!=|>|<)\s*(?:bool\s+)?(-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(?![\w.])/gi),
  ].at(-1);
  return found?.[1] === undefined ? undefined : { operator: found[1], value: Number(found[2]) };
}
