import { expect, test } from 'vitest';
import { supportEnd } from '../../src/model/ingressSupport.ts';

test.each<[string, string, string, number, { ended: boolean; near: boolean } | undefined]>([
  ['the last day', 'Application routing NGINX', '2026-11-30T23:59:59Z', 180, { ended: false, near: true }],
  ['the day after', 'Application routing NGINX', '2026-12-01T00:00:00Z', 0, { ended: true, near: true }],
  ['180 days before', 'Application routing NGINX', '2026-06-03T00:00:00Z', 180, { ended: false, near: true }],
  ['181 days before', 'Application routing NGINX', '2026-06-02T00:00:00Z', 180, { ended: false, near: false }],
  ['long ended', 'HTTP application routing', '2026-06-02T00:00:00Z', 0, { ended: true, near: true }],
  ['no end', 'Traefik', '2026-06-02T00:00:00Z', 180, undefined],
])('%s', (_name, product, at, warnDays, expected) => {
  const found = supportEnd(product, new Date(at), warnDays);
  expect(found && { ended: found.ended, near: found.near }).toEqual(expected);
});
