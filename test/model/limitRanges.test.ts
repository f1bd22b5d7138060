import { describe, expect, test } from 'vitest';
import { hasDefault, isBounded } from '../../src/model/limitRanges.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { LimitRange } from '../../src/wire.ts';

const range = (item: object, namespace = 'shop') =>
  ({
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'defaults', namespace },
    spec: { limits: [{ type: 'Container', ...item }] },
  }) as LimitRange;

describe('what a LimitRange gives to containers that set nothing', () => {
  const cases: [name: string, item: object, request: boolean, limit: boolean][] = [
    ['a default request is no limit', { defaultRequest: { cpu: '1' } }, true, false],
    ['a default limit is a request too', { default: { cpu: '1' } }, true, true],
    ['a maximum is the default limit', { max: { cpu: '1' } }, true, true],
    ['a minimum is the default request', { min: { cpu: '1' } }, true, false],
    ['another resource', { default: { memory: '1Gi' } }, false, false],
    ['null is not set', { default: { cpu: null }, defaultRequest: null }, false, false],
    ['a range of pods gives nothing to containers', { type: 'Pod', max: { cpu: '1' } }, false, false],
  ];
  test.each(cases)('%s', (_name, item, request, limit) => {
    const ranges = seen([range(item)]);
    expect([hasDefault(ranges, 'shop', 'requests', 'cpu'), hasDefault(ranges, 'shop', 'limits', 'cpu')]).toEqual([request, limit]);
    expect(hasDefault(ranges, 'other', 'requests', 'cpu')).toBe(false);
  });

  test('one that was denied in another namespace does not matter here', () => {
    const ranges = seen<LimitRange>([], [{ key: 'limitRanges', scope: 'other', why: 'not-collected' }]);
    expect(hasDefault(ranges, 'shop', 'limits', 'cpu')).toBe(false);
    expect(() => hasDefault(ranges, 'other', 'limits', 'cpu')).toThrow(NotSeen);
  });
});

describe('what a container is bounded by on its own', () => {
  test.each([
    ['a request', { requests: { cpu: 0 } }, {}, true, false],
    ['a limit is a request', { limits: { cpu: '1' } }, {}, true, true],
    ['nothing', {}, {}, false, false],
    ['its pod as a whole', {}, { resources: { requests: { cpu: '1' } } }, true, false],
    ['null', { requests: { cpu: null }, limits: null }, { resources: null }, false, false],
  ])('%s', (_name, resources, spec, request, limit) => {
    const container = { name: 'app', resources } as never; // as JSON may have it
    expect([isBounded(container, spec as never, 'requests', 'cpu'), isBounded(container, spec as never, 'limits', 'cpu')]).toEqual([
      request,
      limit,
    ]);
  });
});
