import type { StateKey } from '../snapshot.ts';

/** What an exported discovery says that a cluster serves, from the sources that were read. */
export interface Discovery {
  /** `/apis`: every group, with its versions. Undefined when it was not read. */
  groups: Map<string, Set<string>> | undefined;
  /** `/apis/<group>/<version>`: kinds by group and version. */
  resources: Map<string, Set<string>>;
  /** `kubectl api-resources` or aggregated discovery: every `group/kind`. */
  kinds: Set<string> | undefined;
  /** The list of CustomResourceDefinitions: every `group/kind`. */
  custom: Set<string> | undefined;
  /** kubectl said that there is no such type. */
  denied: Set<StateKey>;
}
export const noDiscovery = (): Discovery => ({
  groups: undefined,
  resources: new Map(),
  kinds: undefined,
  custom: undefined,
  denied: new Set(),
});

/** A kind, in every group that may serve it. */
export interface Served {
  key: StateKey;
  groups: readonly string[];
  kind: { kind: string; optional: boolean };
}

/** Is it proven that the cluster serves the kind in none of its groups? Only then is it empty without having been read. */
export function isNotServed({ key, groups, kind: { kind, optional } }: Served, discovery: Discovery): boolean {
  if (discovery.denied.has(key)) return true;
  const listed = isWhole(discovery) ? discovery.groups : undefined;
  return groups.every((group) => {
    if (discovery.kinds !== undefined) return !discovery.kinds.has(`${group}/${kind}`);
    if (group !== '' && listed?.has(group) === false) return true;
    // Of optional kinds only those of built-in groups are not defined by a CRD.
    if (optional && discovery.custom !== undefined && !builtIn.has(group)) return !discovery.custom.has(`${group}/${kind}`);
    const versions = discovery.groups?.get(group);
    return (
      versions !== undefined &&
      versions.size > 0 &&
      [...versions].every((version) => discovery.resources.get(`${group}/${version}`)?.has(kind) === false)
    );
  });
}

/** Every cluster serves these; a list of groups without them is a part of one, and proves nothing. */
const everywhere = ['apps', 'batch', 'rbac.authorization.k8s.io'];
export const isWhole = ({ groups }: Discovery): boolean => groups !== undefined && everywhere.every((group) => groups.has(group));

const builtIn: ReadonlySet<string> = new Set(['networking.k8s.io']);

/** `kubectl api-resources` may be filtered by group, verb or scope: only a table with these is taken for the whole. */
const marks = ['/Pod', '/Node', 'apps/Deployment', '/Namespace'];
export function addKinds(discovery: Discovery, served: readonly { group: string; kind: string }[]): boolean {
  const names = new Set(served.map(({ group, kind }) => `${group}/${kind}`));
  if (!marks.every((mark) => names.has(mark))) return false;
  discovery.kinds = new Set([...(discovery.kinds ?? []), ...names]);
  return true;
}

type Members = Record<string, unknown>;
const list = (value: unknown): Members[] =>
  Array.isArray(value) ? value.filter((each): each is Members => typeof each === 'object' && each !== null) : [];
const word = (value: unknown): string => (typeof value === 'string' ? value : '');

/** A document of the discovery API. @returns false when it is of another kind */
export function readDiscovery(value: Members, discovery: Discovery): boolean {
  if (value.kind === 'APIGroupList') {
    discovery.groups ??= new Map();
    for (const group of list(value.groups))
      discovery.groups.set(word(group.name), new Set(list(group.versions).map(({ version }) => word(version))));
  } else if (value.kind === 'APIResourceList') {
    // Subresources such as `pods/log` have the kind of something else.
    const kinds = list(value.resources)
      .filter(({ name }) => !word(name).includes('/'))
      .map(({ kind }) => word(kind));
    discovery.resources.set(word(value.groupVersion), new Set(kinds));
  } else if (value.kind === 'APIGroupDiscoveryList') readAggregated(value, discovery);
  else return value.kind === 'APIGroup' || value.kind === 'APIVersions';
  return true;
}

/** apidiscovery.k8s.io: `/api` and `/apis` each hold a part, so it proves groups and their resources, not the whole. */
function readAggregated(value: Members, discovery: Discovery): void {
  for (const item of list(value.items)) {
    const group = word((item.metadata as Members | undefined)?.name);
    const versions = list(item.versions);
    if (group !== '') {
      discovery.groups ??= new Map();
      discovery.groups.set(group, new Set(versions.map(({ version }) => word(version))));
    }
    for (const { version, resources } of versions) {
      const kinds = list(resources).map(({ responseKind }) => word((responseKind as Members | undefined)?.kind));
      discovery.resources.set(group === '' ? word(version) : `${group}/${word(version)}`, new Set(kinds));
    }
  }
}

/** CustomResourceDefinitions of a whole list: objects from a server, not manifests, which have no uid. */
export function addDefinitions(discovery: Discovery, definitions: readonly object[]): boolean {
  const fromServer = definitions.every((each) => typeof ((each as Members).metadata as Members | undefined)?.uid === 'string');
  if (!fromServer) return false;
  discovery.custom ??= new Set();
  for (const definition of definitions) {
    const spec = (definition as Members).spec as { group?: unknown; names?: { kind?: unknown } } | undefined;
    discovery.custom.add(`${word(spec?.group)}/${word(spec?.names?.kind)}`);
  }
  return true;
}
