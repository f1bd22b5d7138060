import { kinds, kubernetesKeys, stateKeys } from '../kinds.ts';
import type { StateKey, Target } from '../snapshot.ts';

/**
 * The path that stands for a resource without a file: `aks-audit/<cluster>/<azure|kubernetes>/<State key>`, or the
 * name of its type where there is no such key. It is the same on every machine and in every run.
 * @param id of the resource, as subjects have it (result.ts)
 */
export function virtualPath(target: Target, id: string): string {
  return `aks-audit/${segment(target.name)}/${kubernetesPart(target, id) ?? azurePart(id)}`;
}

function kubernetesPart(target: Target, id: string): string | undefined {
  const prefix = `${target.id}/k8s/`;
  if (!id.startsWith(prefix)) return undefined;
  const [group = '', kind = ''] = id.slice(prefix.length).split('/');
  return `kubernetes/${keyOfKind(group, kind) ?? segment(kind)}`;
}

function keyOfKind(group: string, name: string): StateKey | undefined {
  return kubernetesKeys.find((key) => {
    const kind = kinds[key];
    return kind.plane === 'kubernetes' && kind.kind === name && (kind.group === group || (kind.alsoGroups ?? []).includes(group));
  });
}

function azurePart(id: string): string {
  const [namespace, ...rest] = id.slice(id.toLowerCase().lastIndexOf('/providers/') + '/providers/'.length).split('/');
  const types = rest.filter((_, at) => at % 2 === 0);
  const type = [namespace, ...types].join('/').toLowerCase();
  const key = stateKeys.find((each) => {
    const kind = kinds[each];
    return kind.plane === 'azure' && kind.type?.toLowerCase() === type;
  });
  return `azure/${key ?? segment(types.at(-1) ?? '')}`;
}

/** A name as one harmless segment of a path. */
export function segment(name: string): string {
  const harmless = name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 80);
  return harmless === '' ? 'unnamed' : harmless;
}
