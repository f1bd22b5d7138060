import type { Node } from '../wire.ts';

/** kured's annotations of a node that it is about to reboot, with the time since when, as it names them now and named them before. */
const annotations = ['kured.dev/kured-reboot-in-progress', 'weave.works/kured-reboot-in-progress'];

const annotationOf = ({ metadata }: Node): string =>
  annotations.find((key) => metadata.annotations?.[key] !== undefined) ?? annotations[0] ?? '';

/** JSON pointer of the annotation. */
export const rebootAt = (node: Node): string => `/metadata/annotations/${annotationOf(node).replaceAll('/', '~1')}`;

/** Since when a node waits for its reboot, in milliseconds since 1970; undefined when it does not, or gives no time. */
export function rebootSince(node: Node): number | undefined {
  const since = Date.parse(node.metadata.annotations?.[annotationOf(node)] ?? '');
  return Number.isNaN(since) ? undefined : since;
}
