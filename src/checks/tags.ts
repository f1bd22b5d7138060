import { check, fail, pass, pointer, see, texts } from '../check.ts';
import { isPool, poolMode } from '../model/nodePools.ts';
import { nameOfTag } from '../model/tags.ts';
import { seen } from '../seen.ts';
import type { AgentPool, ManagedCluster } from '../wire.ts';

/** Tags of the cluster, which AKS passes on to what it makes for it, and of each pool, which passes them on to its machines. */
export const requiredTags = check({
  needs: ['cluster', 'agentPools'],
  params: { requiredTags: texts('environment', 'owner', 'costCenter') },
  subjects: ({ cluster, agentPools }) =>
    seen<AgentPool | ManagedCluster>([cluster]).concat(agentPools.filter((pool) => poolMode(pool) !== 'managedsystem')),
  none: 'There is no cluster.',
  judge: (subject, { requiredTags }) => {
    const [at, tags] = isPool(subject) ? ['/properties/tags', subject.properties.tags] : ['/tags', subject.tags];
    const isSet = (name: string): boolean => (tags?.[nameOfTag(tags, name) ?? ''] ?? '').trim() !== '';
    const missing = requiredTags.filter((name) => !isSet(name));
    const show = (name: string) => see(subject, `${at}${pointer(nameOfTag(tags, name) ?? name)}`, 'a value');
    if (missing.length === 0) return pass('It has every tag that is asked for.', requiredTags.map(show));
    return fail(`It has no value of ${missing.length === 1 ? 'tag' : 'tags'} ${missing.join(', ')}.`, missing.map(show));
  },
});
