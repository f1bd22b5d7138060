import type { Gap, State, StateKey, Target } from '../snapshot.ts';

/** One key of the state: where it comes from, what it needs first, and the least permission that reads it. */
export interface Source {
  key: StateKey;
  plane: 'azure' | 'kubernetes';
  /** Keys whose values tell what to read: ids come from there. */
  after: readonly StateKey[];
  /** Read once for all clusters of a run, and looked up by id. */
  shared: boolean;
  permissions: readonly Permission[];
  /** Pages of items, and what was not seen; a throw of ReadFault is a gap of the whole key. */
  read: (target: LiveTarget, known: Known, api: Api) => AsyncIterable<Page>;
}
export type Page = { items: readonly object[] } | { gap: Gap };

/** ARM action or data action, or a Kubernetes verb on a resource. `onlyFor` names the rules' reason in generated docs. */
export type Permission = { action: string } | { dataAction: string } | { verbs: readonly string[]; group: string; resource: string };

/** What was read before: only keys of `after`. Undefined when it was not seen. */
export type Known = { readonly [K in StateKey]?: State[K] };

/** A cluster to read: its id and what the one list call said of it. */
export interface LiveTarget extends Target {
  subscription: string;
  resourceGroup: string;
  cluster: State['cluster'];
  /** Clusters that the same lists named and that are not read, for what clusters share; and lists that were refused. */
  others?: { clusters: readonly State['cluster'][]; gaps: readonly Gap[] };
}

/** What sources read with. Every read throws ReadFault and nothing else. */
export interface Api {
  azure: AzureApi;
  /** Of this target; a read throws ReadFault where its API server cannot be used, with the reason. */
  kubernetes: KubernetesApi;
}

export interface AzureApi {
  /** One resource by ARM id or path, as it stands on the wire; undefined when there is none (404). */
  get(path: string, apiVersion: string): Promise<object | undefined>;
  /** Pages of a list, as they stand on the wire. A link that leads to another origin is refused. */
  list(path: string, apiVersion: string): AsyncIterable<readonly object[]>;
  /** A whole list, read once for all clusters that ask for it; a path may carry a query. */
  whole(path: string, apiVersion: string): Promise<readonly object[]>;
  /** All that a query of Resource Graph finds, asked once for all clusters. @param subscription in which; empty is all that the caller may read */
  found(query: string, subscription: string): Promise<readonly object[]>;
  /** Resource Graph, a thousand resources a page. */
  graph(
    query: string,
    scope: { subscriptions?: readonly string[]; managementGroups?: readonly string[] },
  ): AsyncIterable<readonly object[]>;
}

export interface KubernetesApi {
  /** Whether discovery lists this resource, and the version it is served in. */
  served(group: string, plural: string): Promise<{ version: string } | undefined>;
  /** Pages of a cluster-wide list, in the shape of the wire; apiVersion and kind filled in. @param only metadata and type: no value leaves the server */
  list(group: string, version: string, plural: string, only?: 'metadata'): AsyncIterable<readonly object[]>;
}

/** Why a read brought nothing, or not all. */
export class ReadFault extends Error {
  override readonly name = 'ReadFault';
  readonly why: 'forbidden' | 'unreachable' | 'failed';
  /** Of `forbidden`: the missing action or verb, and its scope. */
  readonly permission: string | undefined;
  /** Of `failed`: there is no such path (404), which for some lists means that they are empty. */
  readonly missing: boolean;
  constructor(why: ReadFault['why'], message: string, permission?: string, missing = false) {
    super(message);
    this.why = why;
    this.permission = permission;
    this.missing = missing;
  }
}

/** The gap that a failed read leaves. */
export function gapOf(key: StateKey, fault: ReadFault, permission: string, scope?: string): Gap {
  const where = scope === undefined ? {} : { scope };
  if (fault.why === 'forbidden') return { key, ...where, why: 'forbidden', permission: fault.permission ?? permission };
  return { key, ...where, why: fault.why, message: fault.message };
}

/** One request, as --debug and progress show it: no token, no query secret. */
export interface RequestSeen {
  method: string;
  host: string;
  path: string;
  status: number | undefined;
  milliseconds: number;
}
