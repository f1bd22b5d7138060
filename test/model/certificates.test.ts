import { expect, test } from 'vitest';
import { lasting } from '../../src/model/certificates.ts';
import type { Certificate } from '../../src/wire.ts';

const at = new Date('2026-11-20T08:00:00Z');
const of = (notAfter?: string, renewalTime?: string, ready: string | undefined = 'True'): Certificate => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: 'web' },
  status: {
    conditions: [{ type: 'Ready', status: ready }],
    ...(notAfter === undefined ? {} : { notAfter }),
    ...(renewalTime === undefined ? {} : { renewalTime }),
  },
});

test.each<[string, Certificate, string | undefined]>([
  ['90 days, renewed 30 days before', of('2027-01-25T00:00:00Z', '2026-12-26T00:00:00Z'), undefined],
  ['six days, renewed in two', of('2026-11-24T08:00:00Z', '2026-11-22T08:00:00Z'), undefined],
  ['renewed since 23 hours', of('2026-12-20T08:00:00Z', '2026-11-19T09:00:00Z'), undefined],
  ['to be renewed since 24 hours', of('2026-12-20T08:00:00Z', '2026-11-19T08:00:00Z'), 'Its renewal was due on 2026-11-19.'],
  ['ended this second', of('2026-11-20T08:00:00Z', '2026-10-20T08:00:00Z'), 'It ended on 2026-11-20.'],
  ['30 days left, no renewal', of('2026-12-20T08:00:00Z'), 'It ends on 2026-12-20.'],
  ['30 days and a second left, no renewal', of('2026-12-20T08:00:01Z'), undefined],
  ['not ready', of('2027-01-25T00:00:00Z', undefined, 'False'), 'It was not issued.'],
])('%s', (_name, certificate, fault) => {
  expect(lasting(certificate, at, 30)?.fault).toBe(fault);
});

test('a manifest has no status', () => {
  expect(lasting({ apiVersion: 'cert-manager.io/v1', kind: 'Certificate', metadata: { name: 'web' } }, at, 30)).toBeUndefined();
});
