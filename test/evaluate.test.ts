import { describe, expect, test } from 'vitest';
import { type Check, check, fail, notApplicable, pass, see, undecided } from '../src/check.ts';
import { evaluate } from '../src/evaluate.ts';
import type { Rule } from '../src/rule.ts';
import { any, seen } from '../src/seen.ts';
import type { Gap, Gathered, Snapshot } from '../src/snapshot.ts';
import type { Namespace, Service } from '../src/wire.ts';

const object = (kind: string, name: string) => ({ apiVersion: 'v1', kind, metadata: { name } });
const gap = (key: Gap['key']): Gap => ({ key, why: 'forbidden', permission: `list ${key}` });
const snapshot = (state: Snapshot['state']): Snapshot => ({
  schema: 'aks-audit/snapshot/1',
  takenAt: null,
  target: { id: 'files:test', name: 'test' },
  state,
  origins: new Map(),
});
const rule = (of: Check, more: Partial<Rule> = {}): Rule => ({
  name: 'test-rule',
  chapter: 'networking',
  title: 'Test',
  severity: 'high',
  why: 'Why.',
  applies: 'All.',
  links: [],
  check: of,
  with: Object.fromEntries(Object.entries(of.params).map(([name, param]) => [name, param.default])),
  ...more,
});
const options = { inScope: () => true, at: new Date(0), production: true };
const judge = (of: Check, state: Snapshot['state'], more: Partial<Rule> = {}, letThrow = true) => {
  const [result] = evaluate(snapshot(state), [rule(of, more)], { ...options, letThrow });
  if (result === undefined) throw new Error('one rule, one result');
  return result;
};

/** Every namespace needs a service: subjects from one need, judgement from the other. */
const everyNamespaceServed = check({
  needs: ['namespaces', 'services'],
  subjects: ({ namespaces }) => namespaces,
  none: 'No namespace.',
  judge: (namespace, _params, { services }) => {
    const found = services.find((service) => service.metadata.name === namespace.metadata.name);
    return found ? pass('Served.', see(found, '/metadata/name')) : fail('Not served.', see(namespace, '/metadata/name'));
  },
});
const namespaces = (...names: string[]) => names.map((name) => object('Namespace', name)) as Namespace[];
const services = (...names: string[]) => names.map((name) => object('Service', name)) as Service[];

/** Every combination of seen, partial and denied, for two needs: subjects [a, b], of which `a` is served, `b` is not. */
describe('what was not seen is never pass or fail', () => {
  const how = {
    seen: <T>(value: T): Gathered<T> => ({ value }),
    partial: <T>(value: T, key: Gap['key']): Gathered<T> => ({ value, gaps: [gap(key)] }),
    denied: <T>(_value: T, key: Gap['key']): Gathered<T> => ({ gaps: [gap(key)] }),
  };
  test.each<[keyof typeof how, keyof typeof how, string[], string, string]>([
    // subjects, judgement, namespaces there, status, missing
    ['seen', 'seen', ['a'], 'pass', ''],
    ['seen', 'seen', ['a', 'b'], 'fail', ''],
    ['seen', 'partial', ['a'], 'pass', ''], // a seen service settles
    ['seen', 'partial', ['a', 'b'], 'unknown', 'services'],
    ['seen', 'denied', ['a'], 'unknown', 'services'],
    ['seen', 'denied', ['a', 'b'], 'unknown', 'services'],
    ['partial', 'seen', ['a'], 'unknown', 'namespaces'], // others may not be served
    ['partial', 'seen', ['a', 'b'], 'fail', ''], // a seen failure stands
    ['partial', 'partial', ['a'], 'unknown', 'namespaces'],
    ['partial', 'partial', ['a', 'b'], 'unknown', 'namespaces,services'],
    ['partial', 'denied', ['a'], 'unknown', 'namespaces,services'],
    ['partial', 'denied', ['a', 'b'], 'unknown', 'namespaces,services'],
    ['denied', 'seen', ['a', 'b'], 'unknown', 'namespaces'],
    ['denied', 'partial', ['a', 'b'], 'unknown', 'namespaces'],
    ['denied', 'denied', ['a', 'b'], 'unknown', 'namespaces'],
    ['seen', 'denied', [], 'notApplicable', ''],
    ['partial', 'denied', [], 'unknown', 'namespaces'],
  ])('subjects %s, judgement %s, %j: %s %s', (subjects, judgement, names, status, missing) => {
    const result = judge(everyNamespaceServed, {
      namespaces: how[subjects](namespaces(...names), 'namespaces'),
      services: how[judgement](services('a'), 'services'),
    });
    expect(result.status).toBe(status);
    expect(result.status === 'unknown' ? result.missing.map((each) => each.key).join() : '').toBe(missing);
  });

  test('a key that nothing says anything of was not collected', () => {
    const result = judge(everyNamespaceServed, {});
    expect(result).toMatchObject({
      status: 'unknown',
      missing: [{ key: 'namespaces', why: 'not-collected', export: expect.stringContaining('kubectl get namespaces') }],
    });
  });

  test('a single value that was not seen throws on access, not before', () => {
    const either = check({
      needs: ['cluster', 'services'],
      subjects: ({ services }) => services,
      none: 'No service.',
      judge: (service, _params, facts) =>
        any(
          () => service.metadata.name === 'public',
          () => facts.cluster.properties.enableRBAC === false,
        )
          ? fail('Open.', [])
          : pass('Closed.', []),
    });
    const denied: Gathered<never> = { gaps: [gap('cluster')] };
    expect(judge(either, { cluster: denied, services: { value: services('public') } }).status).toBe('fail');
    expect(judge(either, { cluster: denied, services: { value: services('private') } }).status).toBe('unknown');
  });
});

describe('results', () => {
  const perService = (verdict: (name: string) => ReturnType<typeof pass>) =>
    check({
      needs: ['services'],
      subjects: ({ services }) => services,
      none: 'No service.',
      judge: (service) => verdict(service.metadata.name),
    });

  test('passes are counted, and the first five are kept; every fail is', () => {
    const names = [...'abcdefghij'];
    const result = judge(
      perService((name) => (name > 'g' ? fail('Bad.', []) : pass('Good.', []))),
      { services: { value: services(...names) } },
    );
    expect(result.counts).toEqual({ pass: 7, fail: 3, unknown: 0, waived: 0 });
    expect(result.findings.map((finding) => finding.subject.name).join('')).toBe('hijabcde');
  });

  test('a finding may be milder than its rule, never harsher', () => {
    const milder = perService((name) => fail('Bad.', [], { severity: name === 'a' ? 'low' : 'critical' }));
    const result = judge(milder, { services: { value: services('a', 'b') } });
    expect(result.findings.map((finding) => `${finding.subject.name} ${finding.severity}`)).toEqual(['b high', 'a low']);
  });

  test('data that was read and does not decide is unknown, with the reason', () => {
    const result = judge(
      perService(() => undecided('No limits are set.')),
      { services: { value: services('a') } },
    );
    expect(result).toMatchObject({ status: 'unknown', missing: [], because: 'No limits are set.', counts: { unknown: 1 } });
  });

  test('no subject is not applicable, with the reason of the check; and so is a reason of its own', () => {
    expect(
      judge(
        perService(() => pass('Good.', [])),
        { services: { value: [] } },
      ),
    ).toMatchObject({ status: 'notApplicable', because: 'No service.' });
    const never = check({ needs: ['services'], subjects: () => notApplicable('Not here.'), none: '-', judge: () => pass('Good.', []) });
    expect(judge(never, {})).toMatchObject({ status: 'notApplicable', because: 'Not here.' });
  });

  test('a check that throws is a bug: unknown with a crash, the others go on', () => {
    const bug = perService(() => {
      throw new TypeError('oops');
    });
    const both = evaluate(
      snapshot({ services: { value: services('a') } }),
      [rule(bug), rule(perService(() => pass('Good.', [])))],
      options,
    );
    expect(both[0]).toMatchObject({ status: 'unknown', crash: 'TypeError: oops' });
    expect(both[1]?.status).toBe('pass');
    expect(() => judge(bug, { services: { value: services('a') } })).toThrow(TypeError);
  });

  test('outside production a rule may be off or milder', () => {
    const bad = perService(() => fail('Bad.', []));
    const state = { services: { value: services('a') } };
    const [off, low] = evaluate(snapshot(state), [rule(bad, { nonProduction: 'off' }), rule(bad, { nonProduction: 'low' })], {
      ...options,
      production: false,
    });
    expect(off).toMatchObject({ status: 'notApplicable', because: 'Not judged outside production.' });
    expect(low?.findings[0]?.severity).toBe('low');
  });

  test('a manual rule asks', () => {
    const { check: _check, ...asked } = rule(everyNamespaceServed);
    expect(evaluate(snapshot({}), [{ ...asked, ask: 'Has it been done?' }], options)[0]).toMatchObject({
      status: 'manual',
      ask: 'Has it been done?',
    });
  });
});

describe('evidence', () => {
  const judgeOne = (value: unknown) => {
    const shown = check({
      needs: ['services'],
      subjects: ({ services }) => services,
      none: '-',
      judge: (service) => fail('Bad.', see(service, '/spec/a~1b/0')),
    });
    const service = { ...object('Service', 's'), spec: { 'a/b': [value] } } as unknown as Service;
    return judge(shown, { services: { value: [service] } }).findings[0]?.evidence[0];
  };

  test('shows the value at the pointer', () => {
    expect(judgeOne('x')).toMatchObject({ resource: 'files:test/k8s//Service//s', path: '/spec/a~1b/0', actual: 'x' });
  });
  test('what is not set says so; null is null', () => {
    expect(judgeOne(undefined)?.actual).toEqual({ absent: true });
    expect(judgeOne(null)?.actual).toBeNull();
  });
  test('long strings are cut, long lists too', () => {
    expect(String(judgeOne('y'.repeat(300))?.actual)).toHaveLength(201);
    expect(judgeOne(Array.from({ length: 60 }, (_each, index) => index))?.actual).toHaveLength(51);
  });
  test('a property that cannot be read is shown as not seen, not lost', () => {
    const hidden = Object.defineProperty({ a: 1 }, 'b', {
      enumerable: true,
      get: () => seen([], [gap('services')]).all(),
    });
    expect(judgeOne(hidden)?.actual).toEqual({ a: 1, b: { notSeen: true } });
  });
});
