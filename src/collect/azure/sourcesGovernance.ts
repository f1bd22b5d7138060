import { imageQueries, policyStatesOf } from '../../kindsGovernance.ts';
import type { PolicyAssignment } from '../../wire.ts';
import { kubernetesVersionsOf } from '../../model/offeredVersions.ts';
import { ReadFault, type Source } from '../source.ts';
import { inReach, inSubscription, linked, listOf, listsAt, readBefore, source } from './reading.ts';

/** Azure Policy, and what runs and secures a subscription. */
export const governanceSources: readonly Source[] = [
  // atScope(): at the cluster and above it, not below.
  listOf('policyAssignments', 'providers/Microsoft.Authorization/policyAssignments?$filter=atScope()'),
  listOf('policyExemptions', 'providers/Microsoft.Authorization/policyExemptions?$filter=atScope()'),
  // Built-in initiatives are read too: only their definition says which policy takes its effect from which parameter.
  linked('policySetDefinitions', ['policyAssignments'], (_, known) =>
    readBefore(known, 'policyAssignments').flatMap(assigned).filter(isInitiative),
  ),
  linked('policyDefinitions', ['policyAssignments', 'policySetDefinitions'], (_, known) => {
    const members = (known.policySetDefinitions ?? []).flatMap(({ properties }) => properties.policyDefinitions ?? []);
    const ids = [
      ...readBefore(known, 'policyAssignments').flatMap(assigned),
      ...members.flatMap(({ policyDefinitionId }) => policyDefinitionId ?? []),
    ];
    return ids.filter(isCustomPolicy);
  }),
  source('policyStates', async function* ({ cluster, subscription }, { azure }) {
    for await (const items of azure.graph(policyStatesOf(cluster.id), { subscriptions: [subscription] })) yield { items };
  }),
  source('kubernetesVersions', async function* ({ cluster, subscription }, { azure, apiVersion }) {
    const resource = kubernetesVersionsOf(cluster);
    const answer = await azure.get(`/subscriptions/${subscription}${resource.id.replace(/\/default$/, '')}`, apiVersion);
    if (answer === undefined) throw new ReadFault('failed', `Azure has no list of versions of ${resource.name}.`);
    yield { items: [{ ...resource, properties: answer }] };
  }),
  listsAt('features', [], ({ subscription }) => [
    `/subscriptions/${subscription}/providers/Microsoft.Features/providers/Microsoft.ContainerService/features`,
  ]),
  inSubscription('securityPricings'),
  inReach('securityAssessments', imageQueries.securityAssessments),
  inReach('imageVulnerabilities', imageQueries.imageVulnerabilities),
  listsAt('advisorRecommendations', [], ({ subscription }) => [
    `/subscriptions/${subscription}/providers/Microsoft.Advisor/recommendations?$filter=Category eq 'Cost'`,
  ]),
  listOf('eventSubscriptions', 'providers/Microsoft.EventGrid/eventSubscriptions'),
  inSubscription('eventGridSystemTopics'),
  listsAt('systemTopicSubscriptions', ['eventGridSystemTopics'], (_, known) =>
    readBefore(known, 'eventGridSystemTopics')
      .filter(({ properties }) => /\/managedClusters\/[^/]+$/i.test(properties?.source ?? ''))
      .map(({ id }) => `${id}/eventSubscriptions`),
  ),
];

const assigned = ({ properties }: PolicyAssignment): string[] => [properties?.policyDefinitionId ?? []].flat();
const isInitiative = (id: string): boolean => /\/providers\/Microsoft\.Authorization\/policySetDefinitions\/[^/]+$/i.test(id);
/** Built-in ones belong to no scope, and what they do is known. */
const isCustomPolicy = (id: string): boolean => /^.+\/providers\/Microsoft\.Authorization\/policyDefinitions\/[^/]+$/i.test(id);
