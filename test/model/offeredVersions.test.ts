import { expect, test } from 'vitest';
import { kubernetesVersionsIn, offeredMinor } from '../../src/model/offeredVersions.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { KubernetesVersions, ManagedCluster } from '../../src/wire.ts';

const cluster = (location: string): ManagedCluster => ({ id: '/c', name: 'c', type: 't', location, properties: {} });
const values = [
  { version: '1.33', capabilities: { supportPlan: ['AKSLongTermSupport'] }, patchVersions: { '1.33.10': {}, '1.33.9': {} } },
  { version: '1.34', patchVersions: { '1.34.4': {} } },
  { version: '1.35', isPreview: true },
];
const lists = seen<KubernetesVersions>([{ ...kubernetesVersionsIn('westeurope'), properties: { values } }]);

test.each([
  ['1.33: plans in lower case, patches by number', 33, { plans: ['akslongtermsupport'], isPreview: false }, ['1.33.9', '1.33.10'], true],
  ['1.34: later than it there is a preview only', 34, { plans: [], isPreview: false }, ['1.34.4'], false],
  ['1.35: a preview without patches', 35, { isPreview: true }, [], false],
])('%s', (_, minor, offer, patches, hasLater) => {
  const found = offeredMinor(cluster('West Europe'), { major: 1, minor }, lists);
  expect(found).toMatchObject({ at: `/properties/values/${minor - 33}`, offer, hasLater });
  expect(found.offer?.patches.map(({ text }) => text)).toEqual(patches);
});

test('one that the region does not offer, and a region that was not read', () => {
  expect(offeredMinor(cluster('westeurope'), { major: 1, minor: 30 }, lists)).toMatchObject({ at: '/properties/values', hasLater: true });
  expect(() => offeredMinor(cluster('eastus'), { major: 1, minor: 34 }, lists)).toThrow(NotSeen);
});
