import { policyStatesOf } from '../../kindsGovernance.ts';
import type { State, StateKey } from '../../snapshot.ts';
import type { PolicyAssignment } from '../../wire.ts';
import { type Known, ReadFault, type Source } from '../source.ts';
import { linked, listOf, source } from './reading.ts';

/** What is assigned, exempted and found by Azure Policy. atScope(): at the cluster and above it, not below. */
export const governanceSources: readonly Source[] = [
  listOf('policyAssignments', 'providers/Microsoft.Authorization/policyAssignments?$filter=atScope()'),
  listOf('policyExemptions', 'providers/Microsoft.Authorization/policyExemptions?$filter=atScope()'),
  // Built-in initiatives are read too: only their definition says which policy takes its effect from which parameter.
  linked('policySetDefinitions', ['policyAssignments'], (_, known) =>
    of(known, 'policyAssignments').flatMap(assigned).filter(isInitiative),
  ),
  linked('policyDefinitions', ['policyAssignments', 'policySetDefinitions'], (_, known) => {
    const members = (known.policySetDefinitions ?? []).flatMap(({ properties }) => properties.policyDefinitions ?? []);
    const ids = [
      ...of(known, 'policyAssignments').flatMap(assigned),
      ...members.flatMap(({ policyDefinitionId }) => policyDefinitionId ?? []),
    ];
    return ids.filter(isCustomPolicy);
  }),
  source('policyStates', async function* ({ cluster, subscription }, { azure }) {
    for await (const items of azure.graph(policyStatesOf(cluster.id), { subscriptions: [subscription] })) yield { items };
  }),
];

const assigned = ({ properties }: PolicyAssignment): string[] => [properties?.policyDefinitionId ?? []].flat();
const isInitiative = (id: string): boolean => /\/providers\/Microsoft\.Authorization\/policySetDefinitions\/[^/]+$/i.test(id);
/** Built-in ones belong to no scope, and what they do is known. */
const isCustomPolicy = (id: string): boolean => /^.+\/providers\/Microsoft\.Authorization\/policyDefinitions\/[^/]+$/i.test(id);

/** What was read before. Throws ReadFault, as nothing can be told of what it would have named. */
function of<K extends StateKey>(known: Known, key: K): State[K] {
  const value = known[key];
  if (value === undefined) throw new ReadFault('failed', `${key}, which tell what to read, were not read.`);
  return value as State[K]; // undefined is gone; Known holds the state's own types
}
