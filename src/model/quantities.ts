/** apimachinery `resource.Quantity`: a signed decimal number with a binary suffix, a decimal suffix or an exponent. */
const grammar = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:([KMGTPE]i)|([numkMGTPE])|[eE]([+-]?\d+))?$/;
const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const powers: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/**
 * A Kubernetes quantity as a number: cores, bytes or items. A number, which YAML may hold in place of a string, is itself.
 * @returns undefined when it is malformed or too large for a number; suffixes are case-sensitive (`K` and `mi` are malformed)
 */
export function parseQuantity(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return finite(quantity);
  if (typeof quantity !== 'string') return undefined;
  const [matched, number, two, ten, exponent] = grammar.exec(quantity) ?? [];
  if (matched === undefined) return undefined;
  if (two !== undefined) return finite(Number(number) * 1024 ** (binary.indexOf(two) + 1));
  // Read as one decimal literal, so that 100m is the number nearest to 0.1 and not a product of roundings.
  return finite(Number(`${number}e${ten === undefined ? (exponent ?? 0) : powers[ten]}`));
}

const finite = (number: number): number | undefined => (Number.isFinite(number) ? number : undefined);
