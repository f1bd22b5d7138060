import { check, computed, fail, pass, see, text, texts, undecided } from '../check.ts';
import { isStandard, plansOf, subscriptionOf } from '../model/defenderPlans.ts';
import { firstFound } from '../model/firstFound.ts';
import { listed } from '../model/words.ts';
import { normalId } from '../seen.ts';
import type { AdvisorRecommendation, EventSubscription, ManagedCluster } from '../wire.ts';

const isIn = (id: string | null | undefined, scope: string): boolean => `${normalId(id ?? '')}/`.startsWith(`${normalId(scope)}/`);

/** The plan of Defender for Containers in the cluster's subscription, and what of it is on. Names of extensions are those of the API. */
export const defenderPlan = check({
  needs: ['cluster', 'securityPricings'],
  params: {
    requiredExtensions: texts(
      'ContainerSensor',
      'AgentlessDiscoveryForKubernetes',
      'ContainerRegistriesVulnerabilityAssessments',
      'AgentlessVmScanning',
    ),
  },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { requiredExtensions }, { securityPricings }) => {
    const { containers: plan, own } = plansOf(cluster, securityPricings);
    if (plan === undefined) return undecided('The plans of its subscription do not hold that for containers.', see(cluster, '/id'));
    const tier = see(plan, '/properties/pricingTier', 'Standard');
    if (!isStandard(plan)) {
      const legacy = own.items.find((each) => each.name.toLowerCase() === 'kubernetesservice' && isStandard(each));
      return fail(
        'The subscription has no plan of Defender for Containers.',
        tier,
        legacy ? { note: 'It has the plan for Kubernetes, which was superseded.' } : {},
      );
    }
    const { extensions } = plan.properties;
    if (extensions == null)
      return undecided('Which extensions of the plan are on is not given.', [tier, see(plan, '/properties/extensions')]);
    const isOn = (name: string) =>
      extensions.some((each) => each.name?.toLowerCase() === name.toLowerCase() && each.isEnabled?.toLowerCase() === 'true');
    const off = requiredExtensions.filter((name) => !isOn(name));
    const on = extensions.filter(({ name = '' }) => isOn(name)).map(({ name }) => name);
    const evidence = [tier, computed(plan, '/properties/extensions', on, requiredExtensions.join(', '))];
    if (off.length > 0) return fail(`Defender for Containers is on without ${listed(off)}.`, evidence);
    return pass('Defender for Containers is on with its extensions.', evidence);
  },
});

/** Whether somebody is told of new versions: a subscription on the cluster, or on a system topic of it. Without a list of types it takes all. */
export const versionEvents = check({
  needs: ['cluster', 'eventSubscriptions', 'eventGridSystemTopics', 'systemTopicSubscriptions'],
  params: { eventType: text('Microsoft.ContainerService.NewKubernetesVersionAvailable') },
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, { eventType }, { eventSubscriptions, eventGridSystemTopics, systemTopicSubscriptions, at }) => {
    const topics = eventGridSystemTopics.filter(({ properties }) => normalId(properties.source ?? '') === normalId(cluster.id));
    const ids = new Set(topics.items.map(({ id }) => normalId(id)));
    const onTopics = systemTopicSubscriptions.filter(({ id }) => ids.has(normalId(id).split('/').slice(0, -2).join('/')));
    const takes = (each: EventSubscription) => isLive(each, at) && takesType(each, eventType);
    const found = firstFound(
      () => eventSubscriptions.find(takes),
      () => onTopics.find(takes),
      () => void topics.find(() => false),
    );
    const show = (each: EventSubscription) => see(each, '/properties/filter/includedEventTypes', eventType);
    if (found !== undefined) {
      const ends = ['ClusterSupportEnding', 'ClusterSupportEnded'].filter(
        (type) => !takesType(found, `Microsoft.ContainerService.${type}`),
      );
      return pass(
        `Subscription ${found.name} takes events on new versions.`,
        show(found),
        ends.length > 0 ? `It does not take ${listed(ends)}.` : undefined,
      );
    }
    const others = [...eventSubscriptions.items, ...onTopics.items].slice(0, 5);
    return fail('No event subscription takes events on new versions.', others.length > 0 ? others.map(show) : see(cluster, '/id'));
  },
});

const isLive = ({ properties: { provisioningState, expirationTimeUtc } }: EventSubscription, at: Date): boolean =>
  provisioningState?.toLowerCase() !== 'failed' && !(expirationTimeUtc != null && Date.parse(expirationTimeUtc) <= at.getTime());
function takesType({ properties }: EventSubscription, type: string): boolean {
  const types = properties.filter?.includedEventTypes ?? [];
  return types.length === 0 || types.some((each) => ['all', type.toLowerCase()].includes(each.toLowerCase()));
}

/** Advice on cost that is open: on the cluster, or on what is in its node resource group. What was dismissed or put off was acted upon. */
export const advisorCost = check({
  needs: ['cluster', 'advisorRecommendations'],
  subjects: ({ cluster }) => [cluster],
  none: 'There is no cluster.',
  judge: (cluster, _params, { advisorRecommendations }) => {
    const open = advisorRecommendations.filter(
      ({ properties }) => properties.category?.toLowerCase() === 'cost' && (properties.suppressionIds ?? []).length === 0,
    );
    const own = open.filter((each) => concerns(each, cluster));
    const problemOf = ({ properties, name }: AdvisorRecommendation) => properties.shortDescription?.problem?.replace(/\.$/, '') ?? name;
    if (own.items.length > 0)
      return fail(
        `Advice on its cost is open: ${listed([...new Set(own.items.map(problemOf))].sort(), 3)}.`,
        own.items.slice(0, 10).map((each) => see(each, '/properties/shortDescription/problem')),
      );
    own.all();
    const general = open.items.filter((each) => targetOf(each) === subscriptionOf(cluster)).length;
    const note = general > 0 ? `${general} on the whole subscription, such as reservations, are open.` : undefined;
    return pass('No advice on its cost is open.', see(cluster, '/id'), note);
  },
});

/** The resource that a recommendation is on: as it says, else what its own id stands on. */
const targetOf = ({ id, properties }: AdvisorRecommendation): string =>
  normalId(properties.resourceMetadata?.resourceId ?? id.replace(/\/providers\/Microsoft\.Advisor\/.*$/i, ''));
function concerns(recommendation: AdvisorRecommendation, cluster: ManagedCluster): boolean {
  const { nodeResourceGroup } = cluster.properties;
  const target = targetOf(recommendation);
  return (
    isIn(target, cluster.id) ||
    (nodeResourceGroup != null && isIn(target, `${subscriptionOf(cluster)}/resourceGroups/${nodeResourceGroup}`))
  );
}
