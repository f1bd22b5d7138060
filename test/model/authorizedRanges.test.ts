import { expect, test } from 'vitest';
import { authorized } from '../../src/model/authorizedRanges.ts';

const none = { addresses: 0n, everyone: [], tags: [], unreadable: [], privateOnly: false };

test.each<[string, unknown[], Partial<ReturnType<typeof authorized>>]>([
  ['nothing', [], {}],
  ['one address without a prefix', ['203.0.113.7'], { addresses: 1n }],
  ['the cluster’s own outbound address', ['0.0.0.0/32'], { addresses: 1n }],
  ['overlapping ranges count once', ['203.0.113.0/24', '203.0.113.8/29'], { addresses: 256n }],
  ['the internet', ['203.0.113.7/32', '0.0.0.0/0'], { addresses: 1n << 32n, everyone: [1] }],
  ['the internet in halves', ['0.0.0.0/1', '128.0.0.0/1'], { addresses: 1n << 32n }],
  ['the IPv6 internet', ['::/0'], { addresses: 1n << 64n, everyone: [0] }],
  ['an IPv6 site', ['2001:db8::/48'], { addresses: 65536n }],
  ['an IPv6 address', ['2001:db8::7/128'], { addresses: 1n }],
  ['private ranges', ['10.0.0.0/16', '192.168.1.0/24'], { addresses: 65792n, privateOnly: true }],
  ['a private range and a public one', ['10.0.0.0/24', '203.0.113.7/32'], { addresses: 257n }],
  ['a service tag', ['AzureDevOps', 'AzureCloud.westeurope'], { tags: [0, 1] }],
  ['a tag and a private range', ['AzureDevOps', '10.0.0.0/24'], { addresses: 256n, tags: [0] }],
  ['what is no range', ["[parameters('ranges')]", '300.1.1.1/8', '203.0.113.7/33', null, ''], { unreadable: [0, 1, 2, 3, 4] }],
])('%s', (_name, entries, expected) => expect(authorized(entries)).toEqual({ ...none, ...expected }));
