import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Audited, auditFiles, auditPaths } from './support/auditing.ts';
import { companion, companionExports } from './support/companion.ts';
import { corpus, describeCorpus, filesBelow, foldersOf } from './support/corpus.ts';
import { count, type Tally, tallyOf, tallyTable } from './support/tally.ts';
import { armBodies } from './support/unwrap.ts';
import { reasonFor, withoutVerdict } from './withoutVerdict.ts';

const tallies: Tally[] = [];
/** Inputs that hold no cluster, or only objects, read together with one: many verdicts are about that one, so they are counted apart. */
const besides: Tally[] = [];
afterAll(() => {
  if (tallies.length === 0) return;
  console.log(`\nSweep: every recorded input, by all rules\n${tallyTable(tallies.filter(({ inputs }) => inputs > 0))}`);
  console.log(`\nInputs beside a cluster of ours\n${tallyTable(besides.filter(({ inputs }) => inputs > 0))}`);
});

/** Audits every input of a suite: no crash, and a verdict or a reason in withoutVerdict.ts why there is none. */
function sweep(suite: string, inputs: () => Iterable<readonly [name: string, run: () => Promise<Audited & { beside?: true }>]>): void {
  test(suite, async () => {
    const [tally, beside] = [tallyOf(suite), tallyOf(suite)];
    tallies.push(tally);
    besides.push(beside);
    const thrown: string[] = [];
    for (const [name, run] of inputs()) {
      try {
        const audited = await run();
        count(audited.beside ? beside : tally, name, audited);
      } catch (error) {
        thrown.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
    const without = [...tally.without, ...beside.without];
    const unexplained = without
      .filter(([input, said]) => reasonFor(suite, input, said) === undefined)
      .map(([input, said]) => `${input}: ${said}`);
    expect({ thrown, crashes: [...tally.crashes, ...beside.crashes], unexplained }).toEqual({ thrown: [], crashes: [], unexplained: [] });
    expect(tally.inputs + beside.inputs, 'a suite has inputs').toBeGreaterThan(0);
  });
}

/** A recorded body as it is; one that is of no cluster, beside a cluster that it may belong to. */
async function auditBody(file: string): Promise<Audited & { beside?: true }> {
  const bodies = armBodies(file);
  const files = Object.fromEntries(bodies.map((body, index) => [`${index}-${basename(file)}`, body]));
  const alone = await auditFiles(files);
  if (!alone.refused?.includes('no cluster found')) return alone;
  return { ...(await auditFiles({ ...files, 'cluster.json': companion(bodies) })), beside: true };
}

describeCorpus('ARM and az output', 'arm', (root) => {
  for (const folder of foldersOf(root).flatMap((name) =>
    name === 'rest-api-specs' ? foldersOf(join(root, name)).map((inner) => `${name}/${inner}`) : [name],
  )) {
    sweep(`arm/${folder}`, () => filesBelow(join(root, folder)).map((file) => [file, () => auditBody(join(root, folder, file))] as const));
  }
});

describeCorpus('recordings of azure-cli', 'azure-cli', (root) => {
  for (const folder of foldersOf(root)) {
    sweep(`azure-cli/${folder}`, () =>
      filesBelow(join(root, folder)).map((file) => [file, () => auditBody(join(root, folder, file))] as const),
    );
  }
});

describeCorpus('ARM templates and PSRule exports', 'iac', (root) => {
  const templates = filesBelow(root).filter((file) =>
    /^(checkov-arm|quickstart|template-analyzer|aks-construction|regula|terraform-plan)\//.test(file),
  );
  for (const suite of new Set(templates.map((file) => file.slice(0, file.indexOf('/'))))) {
    sweep(`iac/${suite}`, () =>
      templates.filter((file) => file.startsWith(`${suite}/`)).map((file) => [file, () => auditBody(join(root, file))] as const),
    );
  }
});

describeCorpus('PSRule', 'psrule', (root) => {
  sweep('psrule', () =>
    filesBelow(root)
      .filter((file) => file.endsWith('.json') && !file.startsWith('expected-'))
      .map((file) => [file, () => auditBody(join(root, file))] as const),
  );
});

describeCorpus('Kubernetes manifests', 'kubernetes', (root) => {
  for (const suite of foldersOf(root)) {
    const sets = [...setsOf(join(root, suite)), '.'];
    sweep(`kubernetes/${suite}`, () => [
      ...sets.map((set) => [set, () => auditPaths([join(root, suite, set)], true)] as const),
      ['in a cluster', () => auditInCluster(join(root, suite))],
    ]);
  }
});

/** All objects of a suite as if our own cluster ran them: many rules judge objects by the cluster, its nodes and networks. */
async function auditInCluster(root: string): Promise<Audited & { beside: true }> {
  const texts = filesBelow(root).map((file) => [`manifests/${file}`, readFileSync(join(root, file), 'utf8')]);
  return { ...(await auditFiles({ ...companionExports(), ...Object.fromEntries(texts) }, true)), beside: true };
}

/** Every file is a set of manifests, or every folder `input` where they are cases of a test; and a suite as a whole is one. */
function setsOf(root: string): string[] {
  const files = filesBelow(root);
  const inputs = new Set(
    files.filter((file) => file.includes('/input/')).map((file) => file.slice(0, file.indexOf('/input/') + '/input'.length)),
  );
  return inputs.size > 0 ? [...inputs].sort() : files;
}

test.skipIf(corpus === undefined)('every reason in withoutVerdict.ts is still needed', () => {
  const stale = withoutVerdict.filter(
    ({ suite, input }) =>
      ![...tallies, ...besides].some((tally) => tally.suite === suite && [...tally.without.keys()].some((name) => input.test(name))),
  );
  expect(stale.map(({ suite, input }) => `${suite} ${input}`)).toEqual([]);
});
