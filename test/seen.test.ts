import { describe, expect, test } from 'vitest';
import { all, any, NotSeen, seen } from '../src/seen.ts';
import type { Gap } from '../src/snapshot.ts';

const gap: Gap = { key: 'pods', why: 'forbidden', permission: 'list pods' };
const whole = seen([1, 2, 3]);
const partial = seen([1, 2, 3], [gap]);
const denied = seen<number>([], [gap]);
const yes = () => true;
const no = () => false;
const blind = () => {
  throw new NotSeen([gap]);
};

describe('a list that knows what was not seen', () => {
  test.each<[string, () => unknown, unknown]>([
    ['whole: some, found', () => whole.some((n) => n === 2), true],
    ['whole: some, not found', () => whole.some((n) => n === 9), false],
    ['partial: a seen example settles some', () => partial.some((n) => n === 2), true],
    ['partial: some needs the rest', () => partial.some((n) => n === 9), NotSeen],
    ['partial: a seen counterexample settles every', () => partial.every((n) => n < 3), false],
    ['partial: every needs the rest', () => partial.every((n) => n < 9), NotSeen],
    ['whole: every', () => whole.every((n) => n < 9), true],
    ['partial: enough examples settle atLeast', () => partial.atLeast(2, (n) => n > 1), true],
    ['partial: atLeast needs the rest', () => partial.atLeast(4, yes), NotSeen],
    ['whole: atLeast, too few', () => whole.atLeast(4, yes), false],
    ['at least none, whatever was seen', () => denied.atLeast(0, yes), true],
    ['partial: find settles', () => partial.find((n) => n === 3), 3],
    ['partial: find needs the rest', () => partial.find((n) => n === 9), NotSeen],
    ['whole: find nothing', () => whole.find((n) => n === 9), undefined],
    ['partial: all needs the whole', () => partial.all(), NotSeen],
    ['whole: all', () => whole.all(), [1, 2, 3]],
    ['filter keeps the gaps', () => partial.filter((n) => n === 1).gaps, [gap]],
    ['map keeps the gaps', () => partial.map(String).gaps, [gap]],
    ['concat joins the gaps', () => whole.concat(denied).all(), NotSeen],
    ['concat joins the items', () => whole.concat(denied).items, [1, 2, 3]],
  ])('%s', (_name, read, expected) => {
    if (expected === NotSeen) expect(read).toThrow(NotSeen);
    else expect(read()).toEqual(expected);
  });

  test('get looks up by id, in any letter case, and names the id that is missing', () => {
    const list = seen([{ id: '/subscriptions/A/x' }], [], (id) => ({ key: 'virtualNetworks', scope: id, why: 'not-collected' }));
    expect(list.get('/SUBSCRIPTIONS/a/X/')).toEqual({ id: '/subscriptions/A/x' });
    expect(() => list.get('/other')).toThrow(NotSeen);
    try {
      list.get('/other');
    } catch (thrown) {
      expect((thrown as NotSeen).gaps).toEqual([{ key: 'virtualNetworks', scope: '/other', why: 'not-collected' }]);
    }
  });

  test('a resource that was denied meets the gap of its own id only', () => {
    const of = (scope: string): Gap => ({ key: 'virtualNetworks', scope, why: 'forbidden', permission: 'read' });
    const list = seen<{ id: string }>([], [of('/a'), of('/b')]);
    try {
      list.get('/B');
    } catch (thrown) {
      expect((thrown as NotSeen).gaps).toEqual([of('/b')]);
    }
    expect.assertions(1);
  });

  test('an id that no gap is of was not collected', () => {
    const list = seen<{ id: string }>([], [{ key: 'virtualNetworks', scope: '/a', why: 'forbidden', permission: 'read' }], (id) => ({
      key: 'virtualNetworks',
      scope: id,
      why: 'not-collected',
    }));
    try {
      list.get('/c');
    } catch (thrown) {
      expect((thrown as NotSeen).gaps).toEqual([{ key: 'virtualNetworks', scope: '/c', why: 'not-collected' }]);
    }
    expect.assertions(1);
  });
});

describe('three-valued or and and, in any order of reading', () => {
  test.each([
    ['any: yes, blind', () => any(yes, blind), true],
    ['any: blind, yes', () => any(blind, yes), true],
    ['any: no, blind', () => any(no, blind), NotSeen],
    ['any: blind, no', () => any(blind, no), NotSeen],
    ['any: no, no', () => any(no, no), false],
    ['any of none', () => any(), false],
    ['all: no, blind', () => all(no, blind), false],
    ['all: blind, no', () => all(blind, no), false],
    ['all: yes, blind', () => all(yes, blind), NotSeen],
    ['all: yes, yes', () => all(yes, yes), true],
    ['all of none', () => all(), true],
  ])('%s', (_name, read, expected) => {
    if (expected === NotSeen) expect(read).toThrow(NotSeen);
    else expect(read()).toBe(expected);
  });

  test('a bug is no gap', () => {
    expect(() =>
      any(() => {
        throw new TypeError('bug');
      }, yes),
    ).toThrow(TypeError);
  });
});
