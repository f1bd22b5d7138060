import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wireNames } from '../../src/wire.ts';

/**
 * The SDKs' serializers are the only machine-readable statement of wire names that is installed here: a serializer
 * writes `wire: ..., item["model"]`, a deserializer `model: ..., item["wire"]`. So their text is read.
 */
const models = {
  containerService: read('../../node_modules/@azure/arm-containerservice/dist/esm/models/models.js'),
  network: read('../../node_modules/@azure/arm-network/dist/esm/models/common/models.js'),
};

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

interface Renaming {
  of: string;
  model: string;
  wire: string;
}

/** Every property of every (de)serializer of one file of models. */
function properties(text: string): Renaming[] {
  const found: Renaming[] = [];
  for (const [, name = '', body = ''] of text.matchAll(/^export function (\w+)\(item\) \{\n([\s\S]*?)^\}/gm)) {
    const entry = /^\s+(?:"([^"]+)"|(\w+)): !?(?:\w+\()?item\["([^"]+)"\]/gm;
    for (const [, quoted, plain, read = ''] of body.matchAll(entry)) {
      const written = quoted ?? plain ?? '';
      found.push(name.endsWith('Deserializer') ? { of: name, model: written, wire: read } : { of: name, model: read, wire: written });
    }
  }
  return found;
}

/** Spelled twofold by the SDKs; these spellings are those of clusters and pools. */
const settled: Record<string, string> = {
  ossku: 'osSKU',
  publicipprefixes: 'publicIPPrefixes',
  privatelinkserviceid: 'privateLinkServiceID',
};
/** `tenantID` is so spelled within aadProfile only, which armShape.ts knows; no rule reads an etag. */
const leftAsTheyAre = ['tenantid', 'etag'];
const folded = (name: string) => name.toLowerCase().replaceAll('-', '');
/** What a rewriting of a snake_case or kebab-case name to camelCase could spell otherwise. */
const ambiguous = (name: string) => /[A-Z]{2}|[A-Z]$|-/.test(name);

describe('the wire names', () => {
  const all = [...properties(models.containerService), ...properties(models.network)];

  test('are read from the serializers', () => {
    expect(all.length).toBeGreaterThan(1000);
    expect(all).toContainEqual({
      of: 'managedClusterAutoUpgradeProfileSerializer',
      model: 'nodeOSUpgradeChannel',
      wire: 'nodeOSUpgradeChannel',
    });
    expect(all.find((each) => each.wire === 'enableRBAC')?.model).toBe('enableRbac');
  });

  test('that az spells otherwise are those in armNames.ts (vitest -u writes it anew)', async () => {
    const spellings = new Map<string, Set<string>>();
    for (const { wire } of all) spellings.set(folded(wire), (spellings.get(folded(wire)) ?? new Set()).add(wire));
    const twofold = [...spellings.entries()].filter(([, names]) => names.size > 1).map(([key]) => key);
    expect(twofold.sort()).toEqual([...Object.keys(settled), ...leftAsTheyAre].sort());
    const lines = [...spellings]
      .filter(([key, names]) => !leftAsTheyAre.includes(key) && [...names].some(ambiguous))
      .map(([key, names]) => `  ${key}: '${settled[key] ?? [...names].join('')}',`)
      .sort();
    await expect(`${armNamesHead}${lines.join('\n')}\n};\n`).toMatchFileSnapshot('../../src/load/armNames.ts');
  });

  test('of wire.ts are what the serializers of the SDK rename', () => {
    const renamed = properties(models.containerService).filter(({ model, wire }) => model !== wire && model !== `_${wire}`);
    const seen = Object.fromEntries(renamed.map(({ model, wire }) => [model, wire]).sort());
    expect(new Set(renamed.map(({ model, wire }) => `${model} ${wire}`)).size).toBe(Object.keys(seen).length);
    expect(Object.fromEntries(Object.entries(wireNames).sort())).toEqual(seen);
  });
});

const armNamesHead = `/**
 * The wire spelling of ARM property names in which az and other tools spell an acronym or a hyphen otherwise, by the
 * name in lower case without hyphens. Generated from the serializers of the Azure SDK by test/load/wireNames.test.ts.
 */
export const armNames: Readonly<Record<string, string>> = {
`;
