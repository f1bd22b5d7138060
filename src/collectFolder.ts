import type { CollectRequest } from './collect/collect.ts';
import { aliasedSink, askedOf, collect, needsOf, openSession, sourcesFor } from './collect/index.ts';
import type { Session, SessionRequest } from './collect/session.ts';
import { earlierTargets, openSink } from './load/sink.ts';
import { createAliases } from './model/aliases.ts';
import type { Report } from './report.ts';
import type { Rule } from './rule.ts';
import type { Target } from './snapshot.ts';

/** Clusters to collect: which, how, and into what folder. */
export interface LiveRequest extends SessionRequest {
  folder: string;
  /** The folder stays: what it holds has places that a report can name. */
  kept: boolean;
  /** Reads only what an earlier run left out; without a choice of clusters, of those that it read. */
  resume: boolean;
  /** Writes aliases in the place of ids, host names and public addresses. */
  redactIds?: boolean;
  /** ISO 8601 in UTC. */
  takenAt: string;
  tool: Report['tool'];
  onStart?: (targets: readonly Target[]) => void;
  onStep?: NonNullable<CollectRequest['onStep']>;
  onTarget?: NonNullable<CollectRequest['onTarget']>;
}

/** Reads what these rules need of the chosen clusters into a snapshot folder, which is what a live audit judges. */
export async function collectFolder(request: LiveRequest, rules: readonly Rule[]): Promise<Pick<Session, 'targets' | 'unread'>> {
  const { folder, resume, tool, signal } = request;
  const earlier = await earlierTargets(folder, resume);
  const session = await openSession({ ...request, choice: chosenOrEarlier(request.choice, earlier) });
  const { targets, unread, connect } = session;
  try {
    request.onStart?.(targets);
    const redacted = request.redactIds === true;
    const opened = await openSink(folder, { tool, takenAt: request.takenAt, resume, redacted });
    const [secret = ''] = targets.map(({ subscription }) => subscription).sort();
    const sink = redacted ? aliasedSink(opened, createAliases(secret)) : opened;
    const { planes, concurrency, timeout, scanConfigMaps } = request.choice;
    const sources = sourcesFor(scanConfigMaps);
    const asked = askedOf(needsOf(rules), planes).filter((key) => sources.some((source) => source.key === key));
    const { takenAt } = opened;
    await collect({
      targets,
      unread,
      asked,
      sources,
      sink,
      takenAt,
      connect,
      concurrency,
      timeout,
      signal,
      ...stepsOf(request),
    });
    return { targets, unread };
  } finally {
    session.close();
  }
}

const stepsOf = ({ onStep, onTarget }: LiveRequest) => ({
  ...(onStep === undefined ? {} : { onStep }),
  ...(onTarget === undefined ? {} : { onTarget }),
});

function chosenOrEarlier(choice: LiveRequest['choice'], earlier: readonly Target[]): LiveRequest['choice'] {
  const { subscriptions, resourceGroups, names, resourceIds, managementGroup, allSubscriptions } = choice;
  const says =
    subscriptions.length + resourceGroups.length + names.length + resourceIds.length > 0 ||
    allSubscriptions ||
    managementGroup !== undefined;
  return says ? choice : { ...choice, resourceIds: earlier.map(({ id }) => id) };
}
