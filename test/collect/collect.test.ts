import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CollectRequest, collect, type Step } from '../../src/collect/collect.ts';
import { type Api, type LiveTarget, type Page, ReadFault, type Source } from '../../src/collect/source.ts';
import { closure } from '../../src/collect/sources.ts';
import { load } from '../../src/load/load.ts';
import { openSink } from '../../src/load/sink.ts';
import type { StateKey } from '../../src/snapshot.ts';
import { clusterBody, clusterId, folderOf, networkId } from '../load/files.ts';

const tool = { name: 'aks-audit', version: '0.0.0' };
const takenAt = '2026-11-20T08:00:00.000Z';
const target = (name: string, properties: object = {}): LiveTarget => ({
  id: clusterId(name).toLowerCase(),
  name,
  subscription: '11111111-1111-1111-1111-111111111111',
  resourceGroup: 'rg-shop',
  cluster: clusterBody(name, { agentPoolProfiles: [], ...properties }) as unknown as LiveTarget['cluster'],
});

type Read = Source['read'];
const source = (key: StateKey, plane: Source['plane'], read: Read, more: Partial<Source> = {}): Source => ({
  key,
  plane,
  after: [],
  shared: false,
  permissions: [],
  read,
  ...more,
});
async function* pages(...all: readonly (Page | Error)[]): AsyncGenerator<Page> {
  for (const each of all) {
    if (each instanceof Error) throw each;
    yield each;
  }
}
const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' } });
const clusterSource = source('cluster', 'azure', ({ cluster }) => pages({ items: [cluster] }));
const podSource = (read: Read = () => pages({ items: [pod('a')] }, { items: [pod('b')] })) => source('pods', 'kubernetes', read);
const hub = { id: networkId, name: 'hub', type: 'Microsoft.Network/virtualNetworks', properties: { subnets: [] } };

interface Options extends Partial<Omit<CollectRequest, 'sink'>> {
  folder?: string;
  resume?: boolean;
}
/** Collects into a folder, and loads it again. */
async function collected({ folder = folderOf({}), resume = false, ...options }: Options) {
  const sink = await openSink(folder, { tool, takenAt, resume });
  const sources = options.sources ?? [clusterSource, podSource()];
  const steps: Step[] = [];
  const run = collect({
    targets: [target('a')],
    asked: sources.map(({ key }) => key),
    takenAt: sink.takenAt,
    connect: () => ({ close: async () => undefined }) as unknown as Api & { close: () => Promise<void> },
    concurrency: 4,
    timeout: 60_000,
    signal: new AbortController().signal,
    onStep: (step) => steps.push(step),
    ...options,
    sources,
    sink,
  });
  await run;
  const { snapshots, warnings } = await load([folder], { complete: false, clusters: [], keepGoing: false, cwd: folder });
  return { folder, steps, snapshots, warnings, state: snapshots[0]?.state };
}
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

describe('collecting', () => {
  test('writes what sources yield into a snapshot folder for its owner alone, which load takes for what it is', async () => {
    const { folder, state, warnings, snapshots } = await collected({});
    expect(warnings).toEqual([]);
    expect(state?.pods?.value?.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(state?.cluster?.value?.name).toBe('a');
    expect(snapshots[0]?.takenAt).toBe(takenAt);
    expect(filesIn(folder)).toEqual(['cluster.json', 'manifest.json', 'pods.ndjson']);
    expect([statSync(folder).mode & 0o777, statSync(join(folder, 'manifest.json')).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  test('reads a source only after those it takes ids from, and each cluster on its own', async () => {
    const known: unknown[] = [];
    const after = source(
      'virtualNetworks',
      'azure',
      (of, seen) => {
        known.push([of.name, seen.cluster?.name, seen.agentPools?.length]);
        return pages({ items: [hub] });
      },
      { after: ['cluster', 'agentPools'], shared: true },
    );
    const pools = source('agentPools', 'azure', ({ name }) => (name === 'a' ? pages({ items: [] }) : pages(new ReadFault('failed', 'no'))));
    const { folder, snapshots } = await collected({ sources: [after, pools, clusterSource], targets: [target('b'), target('a')] });
    expect(known.sort()).toEqual([
      ['a', 'a', 0],
      ['b', 'b', undefined],
    ]);
    expect(snapshots.map(({ state }) => state.virtualNetworks?.value?.length)).toEqual([1, 1]);
    expect(JSON.parse(readFileSync(join(folder, 'shared/azure/virtualNetworks.json'), 'utf8'))).toEqual([hub]);
  });

  test('reads only what was asked for and what that is read after', () => {
    const sources = [
      podSource(),
      source('virtualNetworks', 'azure', () => pages(), { after: ['agentPools'] }),
      source('agentPools', 'azure', () => pages()),
      clusterSource,
    ];
    expect(closure(['virtualNetworks'], sources).map(({ key }) => key)).toEqual(['agentPools', 'virtualNetworks']);
  });

  const gaps: [name: string, read: Read, value: number | undefined, gap: object][] = [
    ['a refusal', () => pages(new ReadFault('forbidden', 'x', 'list pods')), undefined, { why: 'forbidden', permission: 'list pods' }],
    [
      'a failure after a page',
      () => pages({ items: [pod('a')] }, new ReadFault('failed', 'broke off')),
      1,
      { why: 'failed', message: 'broke off' },
    ],
    [
      'a gap of one namespace',
      () => pages({ gap: { key: 'pods', scope: 'shop', why: 'failed', message: 'm' } }),
      0,
      { scope: 'shop', why: 'failed', message: 'm' },
    ],
    [
      'a fault of ours',
      () => pages(new TypeError('x is not a function')),
      undefined,
      { why: 'failed', message: 'A fault of aks-audit, please report it: TypeError: x is not a function.' },
    ],
    [
      'a read that hangs',
      async function* () {
        await new Promise(() => undefined);
        yield { items: [] };
      },
      undefined,
      { why: 'failed', message: 'The cluster was not read within 0 s; --timeout gives it longer.' },
    ],
  ];
  test.each(gaps)('%s is a gap of its key and cluster alone', async (_, read, value, gap) => {
    const other = (of: LiveTarget) => (of.name === 'a' ? read(of, {}, {} as Api) : pages({ items: [pod('z')] }));
    const { snapshots } = await collected({
      sources: [clusterSource, podSource(other)],
      targets: [target('a'), target('b')],
      timeout: 300,
    });
    expect(snapshots[0]?.state.pods).toEqual({
      ...(value === undefined ? {} : { value: expect.objectContaining({ length: value }) }),
      gaps: [{ key: 'pods', ...gap }],
    });
    expect(snapshots[1]?.state.pods?.value).toHaveLength(1);
    expect(snapshots[0]?.state.cluster?.value?.name).toBe('a');
  });

  test('does not ask the API server of a stopped cluster', async () => {
    const { state } = await collected({ targets: [target('a', { powerState: { code: 'Stopped' } })] });
    expect(state?.pods?.gaps?.[0]?.why).toBe('cluster-stopped');
  });

  test('gives the same bytes whatever comes first', async () => {
    const slow = (name: string): Source =>
      source(
        'virtualNetworks',
        'azure',
        async function* (of) {
          await new Promise((resolve) => setTimeout(resolve, of.name === name ? 40 : 0));
          yield { items: [{ ...hub, id: `${networkId}-${of.name}`, name: of.name }] };
        },
        { shared: true },
      );
    const [one, other] = await Promise.all(
      ['a', 'b'].map((name) => collected({ sources: [clusterSource, slow(name)], targets: [target('a'), target('b')] })),
    );
    expect(one?.snapshots[0]?.digest).toBe(other?.snapshots[0]?.digest);
  });
});

describe('an interrupted run', () => {
  const interrupted = async (folder: string, read: Read) => {
    const stop = new AbortController();
    const reading = async function* (...all: Parameters<Read>) {
      yield* read(...all);
      await new Promise((resolve) => setTimeout(resolve, 50));
      stop.abort(new Error('interrupted'));
      await new Promise(() => undefined);
    };
    const began = performance.now();
    await expect(collected({ folder, sources: [clusterSource, podSource(reading)], signal: stop.signal })).rejects.toThrow('interrupted');
    expect(performance.now() - began).toBeLessThan(500);
  };

  test('leaves whole files only, and --resume reads what is missing', async () => {
    const folder = folderOf({});
    await interrupted(folder, () => pages({ items: [pod('half')] }));
    expect(filesIn(folder)).toEqual(['.collecting.ndjson', 'cluster.json']);
    await expect(collected({ folder })).rejects.toThrow(/is not empty.*--resume/);
    const { state, steps } = await collected({ folder, resume: true });
    expect(steps.filter(({ state: at }) => at === 'read').map(({ key }) => key)).toEqual(['pods']);
    expect(state?.pods?.value).toHaveLength(2);
    expect(filesIn(folder)).toEqual(['cluster.json', 'manifest.json', 'pods.ndjson']);
  });

  test('a whole snapshot is resumed where it has gaps or was changed, and keeps its time', async () => {
    const { folder } = await collected({
      sources: [clusterSource, podSource(() => pages({ items: [pod('a')] }, new ReadFault('forbidden', 'no')))],
    });
    const { steps, state } = await collected({ folder, resume: true });
    expect(steps.filter(({ state: at }) => at === 'read').map(({ key }) => key)).toEqual(['pods']);
    expect(state?.pods).toEqual({ value: expect.objectContaining({ length: 2 }) });
    writeFileSync(
      join(folder, readdirSync(folder, { recursive: true }).find((name) => String(name).endsWith('pods.ndjson')) as string),
      '',
    );
    const again = await collected({ folder, resume: true });
    expect(again.steps.filter(({ state: at }) => at === 'read').map(({ key }) => key)).toEqual(['pods']);
    expect(again.snapshots[0]?.takenAt).toBe(takenAt);
  });

  test('only a folder of ours is resumed', async () => {
    await expect(collected({ folder: folderOf({ 'a.json': {} }), resume: true })).rejects.toThrow(
      'is not a folder that aks-audit collected into',
    );
    await expect(collected({ resume: true })).rejects.toThrow('holds nothing to resume');
  });
});
