import type { Document, Node } from 'yaml';
import { yamlNodes, type YamlQuestions } from '../schema.ts';
import { type Inner, lazily, membersOf, type Positioned } from './positions.ts';

/** The places of what stands in a text of one YAML document; undefined when nothing stands in it. */
export function yamlPositions(text: string): Positioned | undefined {
  const parsed = yamlNodes(text);
  return parsed?.document.contents == null ? undefined : placed(parsed.document.contents, parsed);
}

interface Parsed {
  document: Document;
  ask: YamlQuestions;
}

function placed(node: Node, parsed: Parsed, key?: Node): Positioned {
  const [start, end] = rangeOf(node);
  return {
    ...(key === undefined ? {} : { key: rangeOf(key)[0] }),
    start,
    opened: openedOf(node, key, parsed.ask),
    end,
    inner: lazily(() => innerOf(node, parsed)),
  };
}

/** A flow collection opens with its bracket; a block with the name that it has, or else with its own first name. */
function openedOf(node: Node, key: Node | undefined, ask: YamlQuestions): number {
  const [start, end] = rangeOf(node);
  if (!ask.isCollection(node)) return end;
  if (node.flow === true) return start + 1;
  if (key !== undefined) return rangeOf(key)[1];
  const first = ask.isMap(node) ? node.items[0]?.key : undefined;
  return ask.isScalar(first) ? rangeOf(first)[1] : start + 1;
}

/** An alias is looked through at the node that it names: only the way that a pointer takes, so that nothing is expanded. */
function innerOf(node: Node, parsed: Parsed): Inner {
  const { ask, document } = parsed;
  const real = ask.isAlias(node) ? node.resolve(document) : node;
  if (ask.isSeq<Node>(real)) return { form: 'array', items: real.items.map((item) => placed(item, parsed)) };
  if (!ask.isMap<Node, Node | null>(real)) return { form: 'scalar' };
  // `key:` without a value is there, as null.
  const members = real.items.flatMap(({ key, value }) =>
    ask.isScalar(key) ? [[key.source ?? String(key.value), placed(value ?? key, parsed, key)] as const] : [],
  );
  return membersOf(new Map(members));
}

/** Start and end; a node that the parser made up stands where it was missing. */
const rangeOf = (node: Node): [number, number] => [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
