/** A number with its noun in the plural where it wants one. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Facts in one sentence: `SSH is open, Secure Boot is off and the vTPM is off` with a capital and a period. */
export function sentence(facts: readonly string[]): string {
  const text = facts.length > 1 ? `${facts.slice(0, -1).join(', ')} and ${facts.at(-1)}` : (facts[0] ?? '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Names in one line: the first few, and how many more there are. */
export function listed(names: readonly string[], most = 5): string {
  const more = names.length - most;
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
