import { type KubernetesKind, kinds, kubectlName, kubernetesKeys } from '../../kinds.ts';
import type { StateKey } from '../../snapshot.ts';
import { type KubernetesApi, type Page, ReadFault, type Source } from '../source.ts';

/** One source for each kind of the table: a cluster-wide list. */
export const kubernetesSources: readonly Source[] = kubernetesKeys.flatMap((key) => {
  const kind = kinds[key];
  return kind.plane === 'kubernetes' ? [sourceOf(key, kind)] : [];
});

function sourceOf(key: StateKey, kind: KubernetesKind): Source {
  return {
    key,
    plane: 'kubernetes',
    after: [],
    shared: false,
    permissions: groupsOf(kind).map((group) => ({ verbs: ['list'], group, resource: kind.plural })),
    read: (_target, _known, { kubernetes }) => read(kind, kubernetes),
  };
}

/** No API server that AKS runs serves `extensions`; it stands in old exports. */
function groupsOf({ group, alsoGroups = [] }: KubernetesKind): string[] {
  return [group, ...alsoGroups.filter((each) => each !== 'extensions')];
}

/** An API that the cluster does not have holds nothing: an empty page says that it was looked for. */
async function* read(kind: KubernetesKind, api: KubernetesApi): AsyncGenerator<Page, void, void> {
  const place = await placeOf(kind, api);
  let pages = 0;
  if (place !== undefined) {
    for await (const items of api.list(place.group, place.version, kind.plural, kind.live === 'metadata' ? 'metadata' : undefined)) {
      pages++;
      yield { items };
    }
  }
  if (pages > 0) return;
  if (!kind.optional) throw new ReadFault('failed', `The API server does not serve ${kubectlName(kind)}, which every cluster has.`);
  yield { items: [] };
}

/** The first group that serves it. Where discovery is denied, the list itself tells. */
async function placeOf(kind: KubernetesKind, api: KubernetesApi): Promise<{ group: string; version: string } | undefined> {
  try {
    for (const group of groupsOf(kind)) {
      const served = await api.served(group, kind.plural);
      if (served !== undefined) return { group, version: served.version };
    }
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ReadFault && thrown.why === 'forbidden') return kind;
    throw thrown;
  }
}
