import { array, assert, bigInt, constantFrom, integer, ipV4, ipV6, oneof, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contains,
  firstAddress,
  formatAddress,
  formatRange,
  includesAddress,
  isPrivate,
  isPrivateAddress,
  overlaps,
  parseAddress,
  parseRange,
  type Range,
  size,
  totalSize,
} from '../../src/model/ranges.ts';

function range(text: string): Range {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(`malformed: ${text}`);
  return parsed;
}

describe('parsing', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['255.255.255.255/32', '255.255.255.255/32'],
    ['192.168.1.129/25', '192.168.1.128/25'],
    ['::/0', '::/0'],
    ['::', '::/128'],
    ['::1', '::1/128'],
    ['FD00:0:0:0:0:0:0:1/64', 'fd00::/64'],
    ['2001:db8::ff00:42:8329', '2001:db8::ff00:42:8329/128'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1/128'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1/128'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0/128'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0/128'],
    ['10:0:0:10::', '10:0:0:10::/128'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221/128'],
    ['::ffff:10.1.2.3', '10.1.2.3/32'],
    ['::ffff:a01:203', '10.1.2.3/32'],
    ['::ffff:10.1.2.3/104', '10.0.0.0/8'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:10.0.0.0/95', '::fffe:0:0/95'],
  ])('%s is %s', (text, canonical) => {
    expect(formatRange(range(text))).toBe(canonical);
  });

  test.each(
    [
      [
        '',
        ' ',
        '/',
        '/8',
        '10.0.0.0/',
        '10.0.0.0/33',
        '10.0.0.0/-1',
        '10.0.0.0/08',
        '10.0.0.0/8/8',
        '10.0.0.0/ 8',
        '10.0.0.0/8 ',
        ' 10.0.0.0/8',
      ],
      [
        '10.0.0',
        '10.0.0.256',
        '010.0.0.1',
        '10.0.0.0.0',
        '0x0a.0.0.1',
        '167772161',
        '10.0.0.1:443',
        '10.0.0.0-10.0.0.9',
        '10.0.0.0/255.0.0.0',
        '10.0.0.0/1e1',
      ],
      ['::/129', ':::', '1::2::3', '1:2:3:4:5:6:7', '12345::', 'g::', 'fe80::1%eth0', 'fe80::%eth0/64', '[::1]', '::ffff:10.0.0.0/129'],
      ['*', 'Internet', 'VirtualNetwork', 'AzureCloud.westeurope', 'localhost'],
      [undefined, null, 10, {}, ['10.0.0.0/8']],
    ].flat(),
  )('%j is malformed', (text) => {
    expect(parseRange(text)).toBeUndefined();
    expect(parseAddress(text)).toBeUndefined();
  });

  test('an address has no prefix', () => {
    expect(parseAddress('10.0.0.0/8')).toBeUndefined();
  });
});

describe('arithmetic', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8', true, true],
    ['10.0.0.0/8', '10.1.0.0/16', true, true],
    ['10.1.0.0/16', '10.0.0.0/8', false, true],
    ['10.0.0.0/16', '10.1.0.0/16', false, false],
    ['10.0.0.0/9', '10.128.0.0/9', false, false],
    ['0.0.0.0/0', '203.0.113.7', true, true],
    ['::/0', 'fd00::1', true, true],
    ['::/0', '10.0.0.0/8', false, false],
    ['0.0.0.0/0', '::/0', false, false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true, true],
  ])('%s and %s: contains %s, overlaps %s', (one, other, within, common) => {
    expect(contains(range(one), range(other))).toBe(within);
    expect(overlaps(range(one), range(other))).toBe(common);
    expect(overlaps(range(other), range(one))).toBe(common);
  });

  test.each([
    ['10.0.0.0/24', '10.0.0.255', true],
    ['10.0.0.0/24', '10.0.1.0', false],
    ['10.0.0.0/24', '::ffff:10.0.0.1', true],
    ['fd00::/8', '10.0.0.1', false],
  ])('%s includes %s: %s', (text, address, included) => {
    const parsed = parseAddress(address);
    expect(parsed && includesAddress(range(text), parsed)).toBe(included);
  });

  test.each([
    ['10.0.0.0/24', 256n],
    ['10.0.0.1', 1n],
    ['0.0.0.0/0', 2n ** 32n],
    ['::/0', 2n ** 128n],
    ['fd00::/64', 2n ** 64n],
  ])('%s has %d addresses', (text, addresses) => {
    expect(size(range(text))).toBe(addresses);
  });

  test.each([
    [[], 0n],
    [['10.0.0.0/24', '10.0.1.0/24'], 512n],
    [['10.0.0.0/24', '10.0.0.0/24', '10.0.0.128/25', '10.0.0.7'], 256n],
    [['10.0.0.128/25', '10.0.0.0/24'], 256n],
    [['10.0.0.0/24', 'fd00::/120'], 512n],
  ])('%j have %d addresses together', (texts, addresses) => {
    expect(totalSize(texts.map(range))).toBe(addresses);
  });

  test('the first address of a subnet', () => {
    expect(firstAddress(range('10.0.3.77/24'))).toBe('10.0.3.0');
  });
});

describe('private', () => {
  test.each([
    ['10.0.0.0/8', true],
    ['10.0.0.0/7', false],
    ['172.16.0.0/12', true],
    ['172.31.255.255', true],
    ['172.32.0.0/16', false],
    ['192.168.0.0/16', true],
    ['192.169.0.0/16', false],
    ['100.64.0.0/10', true],
    ['100.128.0.0', false],
    ['169.254.169.254', true],
    ['fc00::/7', true],
    ['fd12::1', true],
    ['fe80::1', true],
    ['2001:db8::1', false],
    ['::ffff:10.0.0.1', true],
    ['::ffff:8.8.8.8', false],
    ['0.0.0.0/0', false],
    ['::/0', false],
    ['8.8.8.8', false],
  ])('%s: %s', (text, expected) => {
    expect(isPrivate(range(text))).toBe(expected);
    if (!text.includes('/')) expect(isPrivateAddress(text)).toBe(expected);
  });

  test.each(['', '10.0.0.0/8', 'vm-0', undefined, null])('%j is no private address', (text) => {
    expect(isPrivateAddress(text)).toBe(false);
  });
});

describe('for any ranges', () => {
  const v4 = tuple(ipV4(), integer({ min: 0, max: 32 }));
  const v6 = tuple(ipV6(), integer({ min: 0, max: 128 }));
  const any = oneof(v4, v6).map(([address, prefix]) => range(`${address}/${prefix}`));
  /** Small ranges near each other, so that they often meet. */
  const near = tuple(integer({ min: 0, max: 255 }), integer({ min: 24, max: 32 })).map(([last, prefix]) =>
    range(`10.0.0.${last}/${prefix}`),
  );

  test('canonical text parses to the same range', () => {
    assert(
      property(any, (one) => {
        expect(parseRange(formatRange(one))).toEqual(one);
      }),
    );
  });

  test('addresses survive being written', () => {
    assert(
      property(bigInt({ min: 0n, max: 2n ** 128n - 1n }), (value) => {
        const text = formatAddress({ family: 6, value });
        expect(parseAddress(text)).toEqual(value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value });
      }),
    );
  });

  test('IPv6 is written as the URL standard does', () => {
    const group = constantFrom('0', '0', '0', '1', 'ab', 'ffff');
    assert(
      property(array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const text = groups.join(':');
        const value = BigInt(`0x${groups.map((each) => each.padStart(4, '0')).join('')}`);
        expect(`[${formatAddress({ family: 6, value })}]`).toBe(new URL(`http://[${text}]/`).hostname);
      }),
    );
  });

  test('containing is a partial order, and ranges nest or are apart', () => {
    assert(
      property(near, near, near, (one, two, three) => {
        expect(contains(one, one)).toBe(true);
        if (contains(one, two) && contains(two, one)) expect(one).toEqual(two);
        if (contains(one, two) && contains(two, three)) expect(contains(one, three)).toBe(true);
        const end = (each: Range) => each.first + size(each);
        expect(overlaps(one, two)).toBe(one.first < end(two) && two.first < end(one));
      }),
    );
  });

  test('the total size is the number of different addresses, in any order', () => {
    assert(
      property(array(near, { maxLength: 6 }), (some) => {
        const addresses = new Set(
          some.flatMap((each) => Array.from({ length: Number(size(each)) }, (_, index) => each.first + BigInt(index))),
        );
        expect(totalSize(some)).toBe(BigInt(addresses.size));
        expect(totalSize(some.toReversed())).toBe(BigInt(addresses.size));
      }),
    );
  });

  test('any text parses or not, without a throw', () => {
    const text = oneof(string(), string({ unit: constantFrom(...'0123456789abf:./%') }));
    assert(
      property(text, (each) => {
        const parsed = parseRange(each);
        if (parsed !== undefined) expect(parseRange(formatRange(parsed))).toEqual(parsed);
      }),
    );
  });
});
