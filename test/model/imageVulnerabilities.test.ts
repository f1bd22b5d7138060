import { describe, expect, test } from 'vitest';
import { counts, runningImages } from '../../src/model/imageVulnerabilities.ts';
import { seen } from '../../src/seen.ts';
import type { ImageVulnerability, Pod } from '../../src/wire.ts';

type Details = { severity?: string; published?: string; fixedVersion?: string; fixStatus?: string; code?: string };
const found = ({ severity = 'High', published = '2026-09-01T00:00:00Z', fixedVersion = '1.2', fixStatus, code = 'Unhealthy' }: Details) =>
  ({
    id: '/v',
    name: 'v',
    type: 't',
    properties: {
      status: { code },
      additionalData: {
        softwareDetails: { fixedVersion, ...(fixStatus ? { fixStatus } : {}) },
        vulnerabilityDetails: { severity, publishedDate: published },
      },
    },
  }) satisfies ImageVulnerability;
const threshold = { minSeverity: 'High', maxAgeDays: 30, at: new Date('2026-11-20T00:00:00Z') };

test.each<[name: string, details: Details, counted: boolean]>([
  ['grave, fixed, 80 days old', {}, true],
  ['critical is graver', { severity: 'CRITICAL' }, true],
  ['medium is not', { severity: 'Medium' }, false],
  ['of an unknown severity', { severity: 'Unknown' }, false],
  ['30 days and a second old', { published: '2026-10-20T23:59:59Z' }, true],
  ['30 days old', { published: '2026-10-21T00:00:00Z' }, false],
  ['without a date', { published: '' }, false],
  ['without a fix', { fixedVersion: '' }, false],
  ['with a fix by its state', { fixedVersion: '', fixStatus: 'FixAvailable' }, true],
  ['that is mended', { code: 'Healthy' }, false],
])('a vulnerability %s counts: %j', (_, details, counted) => {
  expect(counts(found(details), threshold)).toBe(counted);
});

describe('images that run', () => {
  const digest = (char: string) => `sha256:${char.repeat(64)}`;
  const pod = (name: string, imageID: string | undefined, namespace = 'shop'): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'db', uid: 'u', controller: true }],
    },
    status: { phase: 'Running', containerStatuses: [{ name: 'app', ...(imageID === undefined ? {} : { imageID }) }] },
  });
  test('each digest once, of every pod, as a tag may have moved between them', () => {
    const pods = [
      pod('db-0', `shop.azurecr.io/db@${digest('a')}`),
      pod('db-1', `docker-pullable://shop.azurecr.io/db@${digest('b')}`),
      pod('db-2', `shop.azurecr.io/db@${digest('a')}`),
      pod('db-3', undefined),
      pod('other', `shop.azurecr.io/db@${digest('c')}`, 'kube-system'),
    ];
    const facts = {
      snapshot: {},
      inScope: (namespace: string) => namespace === 'shop',
      pods: seen(pods),
      replicaSets: seen<never>([]),
      jobs: seen<never>([]),
      cronJobs: seen<never>([]),
    };
    const [only, ...others] = runningImages(facts).items;
    expect(others).toEqual([]);
    expect(only?.resource).toEqual({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' } });
    expect(only?.images.map((image) => image.digest)).toEqual([digest('a'), digest('b')]);
  });
});
