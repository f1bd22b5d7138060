import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pointer } from '../src/check.ts';
import { openBytes } from '../src/load/bytes.ts';
import { locate, type OpenFile } from '../src/locate.ts';
import { type Evidence, type Finding, type Place, type Result, source } from '../src/result.ts';
import type { Origin, Snapshot } from '../src/snapshot.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aks-audit-locate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const open: OpenFile = (file) => openBytes({ path: join(folder, file), name: file, root: folder });
/** Chunks of a few bytes, as a slow pipe gives them. */
const openInBits = (size: number): OpenFile =>
  async function* bits(file) {
    for await (const chunk of open(file)) for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
  };

const clusterId = '/subscriptions/s/resourcegroups/g/providers/microsoft.containerservice/managedclusters/shop';

function finding(evidence: Evidence[], status: Finding['status'] = 'fail'): Finding {
  return { status, subject: { id: clusterId, kind: 'managedClusters', name: 'shop' }, message: 'Wrong.', evidence };
}
function result(findings: readonly Finding[]): Result {
  return { status: 'fail', counts: { pass: 0, fail: findings.length, unknown: 0, waived: 0 }, findings };
}
function snapshotWith(origins: Iterable<[object, Origin]>): Snapshot {
  return { schema: 'aks-audit/snapshot/1', takenAt: null, target: { id: clusterId, name: 'shop' }, state: {}, origins: new Map(origins) };
}
const evidenceOf = (resource: object, path: string): Evidence => ({
  resource: clusterId,
  path,
  actual: { absent: true },
  [source]: resource,
});

interface Shown {
  at: Place;
  /** The text that the place spans. */
  shown: string;
}
type Where = Partial<Origin> & { open?: OpenFile };

/** The places that looks into one file give. */
async function allPlaced(content: string | Buffer, paths: readonly string[], more: Where = {}): Promise<Shown[]> {
  writeFileSync(join(folder, 'input'), content);
  const text = await textOf('input');
  const resource = {};
  const evidence = paths.map((path) => evidenceOf(resource, path));
  const origin = { file: 'input', start: more.start ?? 0, end: more.end ?? Buffer.byteLength(text), pointer: more.pointer ?? '' };
  await locate([result([finding(evidence)])], snapshotWith([[resource, origin]]), more.open ?? open);
  return evidence.map(({ at }) => {
    if (at === undefined) throw new Error('no place');
    return { at, shown: spanned(text, at) };
  });
}

async function placed(content: string | Buffer, path: string, more: Where = {}): Promise<Shown> {
  const [only] = await allPlaced(content, [path], more);
  if (only === undefined) throw new Error('no place');
  return only;
}

async function textOf(file: string): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of open(file)) parts.push(chunk);
  return Buffer.concat(parts).toString('utf8');
}

/** What an editor selects between two places. */
function spanned(text: string, { line, column, endLine, endColumn }: Place): string {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .slice(line - 1, endLine);
  const last = lines.length - 1;
  return lines.map((each, index) => each.slice(index === 0 ? column - 1 : 0, index === last ? endColumn - 1 : undefined)).join('\n');
}

const cluster = `{
  "id": "${clusterId}",
  "properties": {
    "enableRBAC": false,
    "fqdn": null,
    "tags": { "a/b": "1", "x~y": "2", "quo\\"te": "3" },
    "agentPoolProfiles": [
      { "name": "one", "count": 1 },
      { "name": "two", "count": 2, "upgradeSettings": { } }
    ],
    "autoScalerProfile": { "scan-interval": "10s" }
  }
}
`;

describe('JSON', () => {
  test.each([
    ['a value, with its name', '/properties/enableRBAC', '"enableRBAC": false', 4],
    ['null is there', '/properties/fqdn', '"fqdn": null', 5],
    ['steps with / and ~', '/properties/tags/a~1b', '"a/b": "1"', 6],
    ['steps with ~', '/properties/tags/x~0y', '"x~y": "2"', 6],
    ['names with escapes', '/properties/tags/quo"te', '"quo\\"te": "3"', 6],
    ['an item', '/properties/agentPoolProfiles/0', '{ "name": "one", "count": 1 }', 8],
    ['inside an item', '/properties/agentPoolProfiles/1/count', '"count": 2', 9],
    ['not set: the opening of its parent', '/properties/agentPoolProfiles/1/upgradeSettings/maxSurge', '"upgradeSettings": {', 9],
    ['not set, nor its parent', '/properties/apiServerAccessProfile/enablePrivateCluster', '"properties": {', 3],
    ['not set in an item', '/properties/agentPoolProfiles/0/mode', '{', 8],
    ['past the end of a list', '/properties/agentPoolProfiles/7/mode', '"agentPoolProfiles": [', 7],
    ['no number in a list', '/properties/agentPoolProfiles/name', '"agentPoolProfiles": [', 7],
    ['inside a scalar', '/properties/enableRBAC/deeper', '"enableRBAC": false', 4],
    ['the whole resource: its opening', '', '{', 1],
  ])('%s', async (_name, path, shown, line) => {
    const found = await placed(cluster, path);
    expect(found).toMatchObject({ shown, at: { file: 'input', line } });
  });

  test('the pointer of the origin comes first', async () => {
    expect(await placed(`{"value": [\n${cluster}, \n${cluster}]}`, '/properties/enableRBAC', { pointer: '/value/1' })).toMatchObject({
      shown: '"enableRBAC": false',
      at: { line: 19 },
    });
  });

  test('a range in the middle of a line counts its columns in UTF-16 units', async () => {
    const before = '{"items":[{"é":"日本 😀"},';
    const item = '{"spec":{"replicas":1}}';
    const found = await placed(`${before}${item}]}`, '/spec/replicas', {
      start: Buffer.byteLength(before),
      end: Buffer.byteLength(before + item),
    });
    expect(found).toMatchObject({ shown: '"replicas":1', at: { line: 1, column: before.length + 10 } });
  });

  test.each([1, 2, 3, 7])('chunks of %i bytes, characters cut in two', async (size) => {
    const content = `\uFEFF{\r\n  "😀é": {\r\n    "日本": "😀", "here": true }\r\n}\r\n`;
    expect(await placed(content, '/😀é/here', { start: 3, open: openInBits(size) })).toMatchObject({
      shown: '"here": true',
      at: { line: 3, column: 17, endLine: 3, endColumn: 29 },
    });
  });

  test('a byte order mark takes no column', async () => {
    expect((await placed('\uFEFF{"a": {"b": 1}}', '/a/b', { start: 3 })).at.column).toBe(8);
    expect((await placed('\uFEFF{"a": {"b": 1}}', '/a/b')).at.column).toBe(8);
  });

  test('UTF-16 and gzip, as the reader opens them', async () => {
    const utf16 = Buffer.from(`\uFEFF${cluster.replaceAll('\n', '\r\n')}`, 'utf16le');
    expect(await placed(utf16, '/properties/enableRBAC')).toMatchObject({ shown: '"enableRBAC": false', at: { line: 4, column: 5 } });
    expect(await placed(gzipSync(utf16), '/properties/enableRBAC')).toMatchObject({ shown: '"enableRBAC": false', at: { line: 4 } });
  });

  test('the last of a name twice, as the parser has it', async () => {
    expect(await placed('{"a": 1,\n "a": 2}', '/a')).toMatchObject({ shown: '"a": 2', at: { line: 2 } });
  });

  test('names of Object.prototype are names', async () => {
    expect(await placed('{"a": {"__proto__": {"toString": 1}}}', '/a/__proto__/toString')).toMatchObject({ shown: '"toString": 1' });
    expect(await placed('{"a": {}}', '/a/constructor')).toMatchObject({ shown: '"a": {' });
  });

  test('nesting is no recursion', async () => {
    const deep = `${'[{"a":'.repeat(20_000)}1${'}]'.repeat(20_000)}`;
    expect((await placed(`{"x": ${deep}, "y": 2}`, '/y')).shown).toBe('"y": 2');
  });
});

describe('files that spell it otherwise', () => {
  const flattened = `{
  "enableRbac": false,
  "apiServerAccessProfile": { "authorizedIpRanges": [] },
  "autoScalerProfile": { "scanInterval": "10s" },
  "type": "Microsoft.ContainerService/ManagedClusters/AgentPools",
  "typePropertiesType": "AvailabilitySet"
}`;
  test.each([
    ['hoisted and in other letters', '/properties/enableRBAC', '"enableRbac": false'],
    ['further down', '/properties/apiServerAccessProfile/authorizedIPRanges', '"authorizedIpRanges": []'],
    ['hyphens', '/properties/autoScalerProfile/scan-interval', '"scanInterval": "10s"'],
    ['a name taken by the resource itself', '/properties/type', '"typePropertiesType": "AvailabilitySet"'],
    ['the resource own type', '/type', '"type": "Microsoft.ContainerService/ManagedClusters/AgentPools"'],
    ['not set: the opening of the resource', '/properties/disableLocalAccounts', '{'],
    ['all properties', '/properties', '{'],
  ])('az: %s', async (_name, path, shown) => {
    expect((await placed(flattened, path)).shown).toBe(shown);
  });

  test('PSRule', async () => {
    expect((await placed('[{"Name": "x", "Properties": {"enableRBAC": false}}]', '/properties/enableRBAC', { pointer: '/0' })).shown).toBe(
      '"enableRBAC": false',
    );
  });

  test('the exact name wins over another spelling', async () => {
    expect((await placed('{"properties": {"EnableRBAC": true, "enableRBAC": false}}', '/properties/enableRBAC')).shown).toBe(
      '"enableRBAC": false',
    );
  });
});

const deployment = `# made by hand
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1   # one
  template: &template
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: x
          args:
            - |
              line
          resources:
  copy: *template
  note: >-
    folded
    text

`;
describe('YAML', () => {
  test.each([
    ['a value, with its name', '/spec/replicas', 'replicas: 1', 7],
    ['a flow collection', '/spec/template/metadata/labels', 'labels: {app: web}', 9],
    ['not set in a flow collection', '/spec/template/metadata/labels/tier', 'labels: {', 9],
    ['inside an item', '/spec/template/spec/containers/0/image', 'image: x', 13],
    ['not set in an item', '/spec/template/spec/containers/0/securityContext', 'name', 12],
    ['not set in a block', '/spec/template/spec/securityContext', 'spec', 10],
    ['nothing after the name', '/spec/template/spec/containers/0/resources', 'resources:', 17],
    ['not set in the document', '/status', 'apiVersion', 2],
    ['through an alias', '/spec/copy/spec/containers/0/image', 'image: x', 13],
    ['an alias', '/spec/copy', 'copy: *template', 18],
    ['a folded scalar', '/spec/note', 'note: >-\n    folded\n    text', 19],
  ])('%s', async (_name, path, shown, line) => {
    expect(await placed(deployment, path)).toMatchObject({ shown, at: { line } });
    expect(await placed(deployment.replaceAll('\n', '\r\n'), path)).toMatchObject({ at: { line } });
  });

  test('the second document of a stream, and an item of a List', async () => {
    const first = 'kind: Pod\n---\n';
    const list = 'kind: List\nitems:\n- kind: A\n- kind: B\n  spec:\n    replicas: 1\n';
    expect(await placed(first + list, '/spec/replicas', { start: first.length, pointer: '/items/1' })).toMatchObject({
      shown: 'replicas: 1',
      at: { line: 8, column: 5 },
    });
    const item = first.length + list.indexOf('- kind: B');
    expect(await placed(first + list, '/spec/replicas', { start: item, pointer: '/0' })).toMatchObject({
      shown: 'replicas: 1',
      at: { line: 8, column: 5 },
    });
  });

  test('a bomb of aliases and a document that begins with a bracket', async () => {
    const bomb = `a: &a [x, x]\n${'bcdefghijklm'
      .split('')
      .map((name, at) => `${name}: &${name} [*${'abcdefghijklm'[at]}, *${'abcdefghijklm'[at]}]`)
      .join('\n')}\nz: 1\n`;
    expect((await placed(bomb, '/z')).shown).toBe('z: 1');
    expect((await placed('{a: {b: 1}, c: 2}', '/a/b')).shown).toBe('b: 1');
  });
});

describe('without a file', () => {
  const virtual = (path: string) => ({ file: path, line: 1, column: 1, endLine: 1, endColumn: 1 });
  const place = async (resource: string, target = { id: clusterId, name: 'shop' }) => {
    const evidence: Evidence = { resource, path: '/x', actual: 1, [source]: {} };
    await locate([result([finding([evidence])])], { ...snapshotWith([]), target }, open);
    return evidence.at;
  };
  test.each([
    [clusterId, 'azure/cluster'],
    [`${clusterId}/agentPools/one`, 'azure/agentPools'],
    ['/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/a', 'azure/subnets'],
    [`${clusterId}/k8s/apps/Deployment/shop/web`, 'kubernetes/deployments'],
    [`${clusterId}/k8s//Pod/shop/web`, 'kubernetes/pods'],
    [`${clusterId}/k8s/networking.k8s.io/NetworkPolicy/shop/web`, 'kubernetes/networkPolicies'],
    [`${clusterId}/k8s/projectcalico.org/NetworkPolicy/shop/web`, 'kubernetes/calicoNetworkPolicies'],
    [`${clusterId}/k8s/example.com/Widget/shop/web`, 'kubernetes/Widget'],
    ['anything', 'azure/unnamed'],
  ])('%s', async (resource, path) => {
    expect(await place(resource)).toEqual(virtual(`aks-audit/shop/${path}`));
  });

  test('a hostile name of a cluster stays one segment', async () => {
    expect(await place(clusterId, { id: clusterId, name: '../..\\x:y z\n<a>' })).toEqual(virtual('aks-audit/x-y-z-a-/azure/cluster'));
    expect(await place(clusterId, { id: clusterId, name: '..' })).toEqual(virtual('aks-audit/unnamed/azure/cluster'));
  });

  test('a file that is gone, or shorter than it was', async () => {
    const resource = {};
    const gone = evidenceOf(resource, '/a');
    await locate([result([finding([gone])])], snapshotWith([[resource, { file: 'gone', start: 0, end: 9, pointer: '' }]]), open);
    expect(gone.at).toEqual(virtual('aks-audit/shop/azure/cluster'));
    expect((await placed('{"a": 1}', '/a', { end: 100 })).at).toEqual(virtual('aks-audit/shop/azure/cluster'));
    expect((await placed('{"a": 1}', '/a', { end: 5 })).at).toMatchObject({ line: 1 });
  });
});

test('an object inside that was read elsewhere is looked for there', async () => {
  writeFileSync(join(folder, 'network.json'), '{"properties": {"subnets": [{"name": "b"}]}}');
  writeFileSync(join(folder, 'subnet.json'), '{\n  "name": "a",\n  "properties": {"addressPrefix": "10.0.0.0/24"}\n}');
  const subnet = { properties: { addressPrefix: '10.0.0.0/24' } };
  const network = { properties: { subnets: [subnet] } };
  const origin = (file: string, end: number): Origin => ({ file, start: 0, end, pointer: '' });
  const evidence = evidenceOf(network, '/properties/subnets/0/properties/addressPrefix');
  const snapshot = snapshotWith([
    [network, origin('network.json', 43)],
    [subnet, origin('subnet.json', 67)],
  ]);
  await locate([result([finding([evidence])])], snapshot, open);
  expect(evidence.at).toMatchObject({ file: 'subnet.json', line: 3 });
});

test('passes have no place, and nothing holds on to the snapshot', async () => {
  const passed = evidenceOf({}, '/a');
  const unknown = evidenceOf({}, '/a');
  await locate([result([finding([passed], 'pass'), finding([unknown], 'unknown')])], snapshotWith([]), open);
  expect(passed.at).toBeUndefined();
  expect(unknown.at).toBeDefined();
  expect([passed, unknown].some((each) => source in each)).toBe(false);
});

test('100,000 lines with 20,000 failing evidences: one pass, in any order', async () => {
  const line = (index: number) =>
    JSON.stringify({
      metadata: { name: `p${index}`, namespace: 'é'.repeat(index % 5) },
      spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] },
    });
  const lines = Array.from({ length: 100_000 }, (_, index) => line(index));
  writeFileSync(join(folder, 'pods.ndjson'), `${lines.join('\n')}\n`);
  const origins: [object, Origin][] = [];
  const wanted: { evidence: Evidence; line: number }[] = [];
  let start = 0;
  for (const [index, each] of lines.entries()) {
    const end = start + Buffer.byteLength(each);
    const resource = {};
    origins.push([resource, { file: 'pods.ndjson', start, end, pointer: '' }]);
    if (index % 5 === 0) wanted.unshift({ evidence: evidenceOf(resource, '/spec/containers/0/image'), line: index + 1 });
    start = end + 1;
  }
  let opened = 0;
  const counted: OpenFile = (file) => {
    opened++;
    return open(file);
  };
  const before = process.memoryUsage().rss;
  const began = performance.now();
  await locate([result(wanted.map(({ evidence }) => finding([evidence])))], snapshotWith(origins), counted);
  const took = performance.now() - began;
  expect(opened).toBe(1);
  expect(wanted.every(({ evidence, line }) => evidence.at?.line === line)).toBe(true);
  // Far above what it takes, so that only a change of order fails here.
  expect(took).toBeLessThan(10_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
});

test('20,000 looks into one value of one file', async () => {
  const items = Array.from({ length: 20_000 }, (_, index) => ({ spec: { replicas: index } }));
  writeFileSync(join(folder, 'list.json'), JSON.stringify({ items }, null, 2));
  const resources = items.map(() => ({}));
  const end = (await textOf('list.json')).length;
  const wanted = resources.map((resource) => evidenceOf(resource, '/spec/replicas'));
  const began = performance.now();
  const origins = resources.map((resource, index): [object, Origin] => [
    resource,
    { file: 'list.json', start: 0, end, pointer: `/items/${index}` },
  ]);
  await locate([result([finding(wanted)])], snapshotWith(origins), open);
  expect(wanted.every(({ at }, index) => at?.line === 5 + index * 5)).toBe(true);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('any JSON, however it is spaced: each pointer leads to its value', async () => {
  const name = fc.string({ unit: 'grapheme' });
  const value = fc.dictionary(name, fc.dictionary(name, fc.jsonValue(), { minKeys: 1 }), { minKeys: 1 });
  await fc.assert(
    fc.asyncProperty(value, fc.constantFrom(0, 2, '\t'), fc.constantFrom(5, 64), async (json, indent, size) => {
      const members = Object.entries(json).flatMap(([outer, inside]) =>
        Object.entries(inside).map(([inner, expected]) => ({ path: pointer(outer, inner), inner, expected })),
      );
      const paths = members.map(({ path }) => path);
      const found = await allPlaced(JSON.stringify(json, null, indent), paths, { open: openInBits(size) });
      for (const [index, { inner, expected }] of members.entries()) {
        const shown = found[index]?.shown ?? '';
        const key = JSON.stringify(inner);
        expect(shown.startsWith(key)).toBe(true);
        expect(JSON.parse(shown.slice(key.length).trim().slice(1))).toEqual(JSON.parse(JSON.stringify(expected)));
      }
    }),
    { numRuns: 50 },
  );
});
