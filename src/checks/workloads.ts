import { check, count, fail, ifSeen, pass, see, undecided } from '../check.ts';
import { budgetFor } from '../model/budgets.ts';
import { drainOf } from '../model/disruption.ts';
import { desiredReplicas, isNaked, isReplicated, type Replicated } from '../model/replicas.ts';
import type { Deployment } from '../wire.ts';

/** Replicas that a Deployment or StatefulSet is meant to keep; a pod that no controller owns keeps none. */
export const multipleReplicas = check({
  needs: ['deployments', 'statefulSets', 'pods', 'horizontalPodAutoscalers'],
  params: { minReplicas: count(2, 1) },
  subjects: ({ deployments, statefulSets, pods, inScope }) =>
    deployments
      .concat(statefulSets)
      .filter((controller) => inScope(controller.metadata.namespace) && controller.spec?.replicas !== 0)
      .concat(pods.filter((pod) => inScope(pod.metadata.namespace) && isNaked(pod))),
  none: 'No Deployment, StatefulSet or pod of its own runs in scope.',
  judge: (subject, { minReplicas }, { horizontalPodAutoscalers }) => {
    if (!isReplicated(subject))
      return fail('No controller replaces this pod when it ends.', see(subject, '/metadata/ownerReferences', 'a controller'));
    const { replicas, from, pointer } = desiredReplicas(subject, horizontalPodAutoscalers);
    const evidence = see(from, pointer, `at least ${minReplicas}`);
    if (replicas >= minReplicas)
      return pass(
        `Keeps ${replicas} replicas.`,
        evidence,
        recreates(subject) ? 'Strategy Recreate stops every replica during a rollout.' : undefined,
      );
    return fail(
      replicas === 1 ? 'Keeps one replica.' : `Keeps ${replicas} replicas.`,
      evidence,
      subject.kind === 'StatefulSet' ? { severity: 'medium' } : {},
    );
  },
});

const recreates = (controller: Replicated): boolean =>
  controller.kind === 'Deployment' && (controller as Deployment).spec?.strategy?.type === 'Recreate'; // kind tells the type

/** A budget of the same namespace that selects the pods (policy/v1: an empty selector selects all, an absent one none). */
export const disruptionBudget = check({
  needs: ['deployments', 'statefulSets', 'horizontalPodAutoscalers', 'podDisruptionBudgets'],
  subjects: ({ deployments, statefulSets, horizontalPodAutoscalers, inScope }) =>
    deployments
      .concat(statefulSets)
      .filter(
        (each) => inScope(each.metadata.namespace) && (ifSeen(() => desiredReplicas(each, horizontalPodAutoscalers).replicas) ?? 2) >= 2,
      ),
  none: 'No Deployment or StatefulSet in scope keeps two replicas or more.',
  judge: (controller, _params, facts) => {
    const { from, pointer } = desiredReplicas(controller, facts.horizontalPodAutoscalers);
    const budget = budgetFor(facts, controller.metadata.namespace, controller.spec?.template?.metadata?.labels ?? {});
    if (budget !== undefined) return pass(`PodDisruptionBudget ${budget.metadata.name} selects its pods.`, see(budget, '/spec'));
    return fail('No PodDisruptionBudget selects its pods.', [
      see(controller, '/spec/template/metadata/labels', 'selected by a PodDisruptionBudget'),
      see(from, pointer),
    ]);
  },
});

/** Whether a node can be drained under a budget, from what is desired and not from a passing status. */
export const budgetAllowsDrain = check({
  needs: [
    'podDisruptionBudgets',
    'pods',
    'deployments',
    'statefulSets',
    'replicaSets',
    'replicationControllers',
    'horizontalPodAutoscalers',
  ],
  subjects: ({ podDisruptionBudgets, inScope }) => podDisruptionBudgets.filter((budget) => inScope(budget.metadata.namespace)),
  none: 'There is no PodDisruptionBudget in scope.',
  judge: (budget, _params, facts) => {
    const drain = drainOf(budget, facts);
    if (drain.verdict === 'idle')
      return pass('No pod is there to be evicted.', see(budget, '/spec/selector'), 'It selects no pod that is meant to run.');
    const evidence = [...drain.reads.map(({ resource, pointer }) => see(resource, pointer)), see(budget, '/status/disruptionsAllowed')];
    if (drain.verdict === 'undecided') return undecided(drain.why, evidence);
    if (drain.verdict === 'blocked') return fail(drain.why, evidence);
    const note = drain.desired === 0 ? 'It protects nothing: every pod may be evicted at once.' : undefined;
    return pass(`${drain.desired} of ${drain.expected} expected pods must stay healthy.`, evidence, note);
  },
});
