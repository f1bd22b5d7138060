/** Computes something once per judging of a snapshot, however many rules ask for it. */
export function once<F extends { readonly snapshot: object }, T>(compute: (facts: F) => T): (facts: F) => T {
  const known = new WeakMap<object, T>();
  return (facts) => {
    const before = known.get(facts.snapshot);
    if (before !== undefined) return before;
    const result = compute(facts);
    known.set(facts.snapshot, result);
    return result;
  };
}
