import { array, assert, constantFrom, dictionary, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selects, selectsByLabels } from '../../src/model/selectors.ts';
import type { LabelSelector } from '../../src/wire.ts';

const labels = { app: 'web', tier: 'front', empty: '' };
const term = (operator: string, key: string, ...values: string[]): LabelSelector => ({ matchExpressions: [{ key, operator, values }] });

describe('selects', () => {
  test.each<[name: string, selector: unknown, selected: boolean]>([
    ['absent', undefined, false],
    ['null', null, false],
    ['empty', {}, true],
    ['empty parts', { matchLabels: {}, matchExpressions: [] }, true],
    ['null parts', { matchLabels: null, matchExpressions: null }, true],
    ['label', { matchLabels: { app: 'web' } }, true],
    ['other value', { matchLabels: { app: 'api' } }, false],
    ['one of two labels', { matchLabels: { app: 'web', zone: '1' } }, false],
    ['empty value', { matchLabels: { empty: '' } }, true],
    ['empty value of an absent key', { matchLabels: { zone: '' } }, false],
    ['In', term('In', 'app', 'api', 'web'), true],
    ['In, other values', term('In', 'app', 'api'), false],
    ['In, absent key', term('In', 'zone', '1'), false],
    ['In without values', term('In', 'app'), false],
    ['NotIn', term('NotIn', 'app', 'api'), true],
    ['NotIn, its value', term('NotIn', 'app', 'web'), false],
    ['NotIn, absent key', term('NotIn', 'zone', '1'), true],
    ['NotIn without values', term('NotIn', 'app'), false],
    ['Exists', term('Exists', 'empty'), true],
    ['Exists, absent key', term('Exists', 'zone'), false],
    ['Exists with values', term('Exists', 'app', 'web'), false],
    ['DoesNotExist', term('DoesNotExist', 'zone'), true],
    ['DoesNotExist, present key', term('DoesNotExist', 'empty'), false],
    ['unknown operator', term('Gt', 'app', '1'), false],
    ['operator in another case', term('in', 'app', 'web'), false],
    ['no key', { matchExpressions: [{ operator: 'DoesNotExist' }] }, false],
    ['null term', { matchExpressions: [null] }, false],
    ['labels and terms', { matchLabels: { app: 'web' }, ...term('In', 'tier', 'back') }, false],
    ['a name that every object has', { matchLabels: { constructor: 'x' } }, false],
    ['a name that every object has, absent', term('DoesNotExist', 'constructor'), true],
  ])('%s', (_name, selector, selected) => {
    expect(selects(selector as LabelSelector, labels)).toBe(selected); // nulls are what the wire may hold
  });

  test.each([undefined, null, {}])('no labels: %j', (none) => {
    expect(selects({}, none)).toBe(true);
    expect(selects({ matchLabels: { app: 'web' } }, none)).toBe(false);
    expect(selects(term('NotIn', 'app', 'web'), none)).toBe(true);
  });
});

test.each([
  [undefined, false],
  [null, false],
  [{}, false],
  [{ app: 'web' }, true],
  [{ app: 'web', tier: 'back' }, false],
])('a plain map of labels: %j', (selector, selected) => {
  expect(selectsByLabels(selector, labels)).toBe(selected);
});

describe('for any labels', () => {
  const key = constantFrom('a', 'b', 'c');
  const value = constantFrom('', '1', '2');
  const someLabels = dictionary(key, value);
  const values = array(value, { minLength: 1 });

  test('In and NotIn, Exists and DoesNotExist are opposites', () => {
    assert(
      property(someLabels, key, values, (any, name, listed) => {
        expect(selects(term('NotIn', name, ...listed), any)).toBe(!selects(term('In', name, ...listed), any));
        expect(selects(term('DoesNotExist', name), any)).toBe(!selects(term('Exists', name), any));
      }),
    );
  });

  test('a label is In with one value', () => {
    assert(
      property(
        someLabels,
        key,
        value,
        (any, name, one) => selects({ matchLabels: { [name]: one } }, any) === selects(term('In', name, one), any),
      ),
    );
  });

  test('more terms never select more', () => {
    const terms = array(record({ key, operator: constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist', 'Odd'), values: array(value) }));
    assert(
      property(
        someLabels,
        terms,
        terms,
        (any, some, more) => !selects({ matchExpressions: [...some, ...more] }, any) || selects({ matchExpressions: some }, any),
      ),
    );
  });

  test('labels select themselves', () => {
    assert(property(someLabels, (any) => selects({ matchLabels: any }, any)));
  });
});
