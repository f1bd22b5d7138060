import pLimit, { type LimitFunction } from 'p-limit';
import { permission } from '../kinds.ts';
import { isStopped } from '../model/power.ts';
import type { Gap, Sink, StateKey, Target, Unread } from '../snapshot.ts';
import { iterate } from './iterate.ts';
import { type Api, gapOf, type Known, type LiveTarget, type Page, ReadFault, type Source } from './source.ts';
import { closure } from './sources.ts';

export interface CollectRequest {
  targets: readonly LiveTarget[];
  /** What the rules need. */
  asked: readonly StateKey[];
  /** Of all keys; read is what was asked for, and what that is read after. */
  sources: readonly Source[];
  sink: Sink;
  /** Of which nothing can be read: told to whoever reads the snapshot. */
  unread?: readonly Unread[];
  /** ISO 8601 in UTC. */
  takenAt: string;
  /** What a target is read with, of which every source sees the same; `signal` ends its requests. */
  connect: (target: LiveTarget, signal: AbortSignal) => Connection;
  /** Clusters at a time. */
  concurrency: number;
  /** Milliseconds a cluster may take. */
  timeout: number;
  signal: AbortSignal;
  onStep?: (step: Step) => void;
  /** When a cluster is done. */
  onTarget?: (target: Target, gaps: readonly Gap[]) => void;
}
export interface Connection extends Api {
  close: () => Promise<void>;
}
/** What became of one key of one cluster: `items` were read; with `gap`, not all of it. */
export interface Step {
  target: Target;
  key: StateKey;
  state: 'reading' | 'read';
  items: number;
  gap?: Gap;
}

/** Streams of one cluster that are read at a time: of Azure, and of its API server. */
const streams = { azure: 8, kubernetes: 6 } as const;

interface Run extends CollectRequest {
  /** What several clusters share, by key and id; written at the end, in the order of ids, so that bytes do not depend on time. */
  shared: Map<StateKey, Map<string, object>>;
  /** Keys that another source of the run reads ids from. */
  lookedInto: ReadonlySet<StateKey>;
}

/**
 * Reads what the rules need of every cluster into the sink: clusters and their sources side by side, each behind those
 * it takes ids from. What cannot be read is a gap of its cluster and keeps nothing else from being read.
 * @throws the signal's reason when it is aborted; what was whole by then stays in the sink
 */
export async function collect(request: CollectRequest): Promise<void> {
  const { sink, targets, asked, unread, takenAt, signal } = request;
  const sources = closure(asked, request.sources);
  const run: Run = { ...request, sources, shared: new Map(), lookedInto: new Set(sources.flatMap(({ after }) => after)) };
  const limit = pLimit(request.concurrency);
  const ended = await Promise.allSettled(targets.map((target) => limit(() => collectTarget(target, run))));
  signal.throwIfAborted();
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  for (const [key, items] of run.shared) {
    const file = sink.open(undefined, key);
    await file.write([...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item));
    await file.done();
  }
  await sink.finish({ takenAt, targets, asked, ...(unread === undefined ? {} : { unread }) });
}

/** One cluster being read. */
interface Reading {
  target: LiveTarget;
  api: Api;
  /** Aborted when the run is, or when the cluster took too long. */
  signal: AbortSignal;
  limits: Record<Source['plane'], LimitFunction>;
  gaps: Gap[];
  /** By key: what was seen of it, once it is read. */
  values: Map<StateKey, Promise<unknown>>;
}

async function collectTarget(target: LiveTarget, run: Run): Promise<void> {
  run.signal.throwIfAborted();
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(tooSlow(run.timeout)), run.timeout);
  const signal = AbortSignal.any([run.signal, timer.signal]);
  const connection = run.connect(target, signal);
  try {
    const limits = { azure: pLimit(streams.azure), kubernetes: pLimit(streams.kubernetes) };
    const reading: Reading = { target, api: connection, signal, limits, gaps: [], values: new Map() };
    // In the order of the sources, so that those a source is read after have their promise by then.
    for (const source of run.sources) reading.values.set(source.key, readSource(source, reading, run));
    const ended = await Promise.allSettled(reading.values.values());
    const failed = ended.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    run.onTarget?.(target, reading.gaps);
  } finally {
    clearTimeout(timeout);
    await connection.close();
  }
}

const tooSlow = (milliseconds: number): ReadFault =>
  new ReadFault('failed', `The cluster was not read within ${Math.round(milliseconds / 1000)} s; --timeout gives it longer.`);

async function readSource(source: Source, reading: Reading, run: Run): Promise<unknown> {
  const { target } = reading;
  const owner = source.shared ? undefined : target;
  if (run.sink.has(owner, source.key)) return run.lookedInto.has(source.key) ? run.sink.read(owner, source.key) : undefined;
  const known: Partial<Record<StateKey, unknown>> = {};
  for (const key of source.after) known[key] = await reading.values.get(key);
  return reading.limits[source.plane](async () => {
    run.onStep?.({ target, key: source.key, state: 'reading', items: 0 });
    const seen = await readPages(source, known as Known, reading, run); // each under its own key
    run.onStep?.({ target, key: source.key, state: 'read', items: seen.items, ...(seen.gap === undefined ? {} : { gap: seen.gap }) });
    return seen.value;
  });
}

/** Takes one source's pages as they come; keeps their items only where another source looks into them. */
async function readPages(source: Source, known: Known, reading: Reading, run: Run): Promise<{ items: number; gap?: Gap; value?: unknown }> {
  const { key } = source;
  const into = source.shared ? sharedFile(key, run) : run.sink.open(reading.target, key);
  const kept: object[] = [];
  let [items, pages, whole] = [0, 0, true];
  const gaps: Gap[] = [];
  try {
    for await (const page of pagesOf(source, known, reading, run)) {
      if ('gap' in page) {
        gaps.push(page.gap);
        reading.gaps.push(page.gap);
        whole &&= page.gap.scope !== undefined;
        run.sink.gap(reading.target, page.gap);
      } else {
        await into.write(page.items);
        items += page.items.length;
        pages += 1;
        if (run.lookedInto.has(key)) kept.push(...page.items);
      }
    }
  } catch (thrown) {
    await into.discard();
    throw thrown;
  }
  const seen = { items, ...(gaps[0] === undefined ? {} : { gap: gaps[0] }) };
  if (pages === 0 && !whole) {
    await into.discard();
    return seen;
  }
  // What came before a fault is seen; the rest of the list has the gap.
  await into.done();
  return run.lookedInto.has(key) ? { ...seen, value: key === 'cluster' ? kept[0] : kept } : seen;
}

/** A source's pages; its throw is a gap, unless the whole run is to end. */
async function* pagesOf(source: Source, known: Known, { target, api, signal }: Reading, run: Run): AsyncGenerator<Page, void, void> {
  const { key } = source;
  if (source.plane === 'kubernetes' && isStopped(target.cluster))
    return yield { gap: { key, why: 'cluster-stopped', message: 'The cluster is stopped: its API server cannot be read.' } };
  try {
    yield* iterate(source.read(target, known, api), signal);
  } catch (thrown) {
    run.signal.throwIfAborted();
    yield { gap: gapOf(key, faultOf(thrown), permission(key)) };
  }
}

/** A source that throws anything but a ReadFault is wrong; its cluster is read all the same. */
function faultOf(thrown: unknown): ReadFault {
  if (thrown instanceof ReadFault) return thrown;
  return new ReadFault(
    'failed',
    `A fault of aks-audit, please report it: ${thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'not an error'}.`,
  );
}

/** Items of all clusters under one key, each once. */
function sharedFile(key: StateKey, { shared }: Run): Pick<ReturnType<Sink['open']>, 'write' | 'done' | 'discard'> {
  return {
    async write(items) {
      const all = shared.get(key) ?? new Map<string, object>();
      for (const item of items) all.set('id' in item && typeof item.id === 'string' ? item.id.toLowerCase() : JSON.stringify(item), item);
      shared.set(key, all);
    },
    async done() {
      if (!shared.has(key)) shared.set(key, new Map());
    },
    discard: async () => undefined,
  };
}
