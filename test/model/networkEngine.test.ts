import { describe, expect, test } from 'vitest';
import { ownPolicyEngine, policyEngine } from '../../src/model/networkEngine.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { DaemonSet, ManagedCluster } from '../../src/wire.ts';

describe('the engine that AKS runs', () => {
  const cases: [ManagedCluster['properties']['networkProfile'], string][] = [
    [{ networkPlugin: 'azure', networkPolicy: 'Azure' }, 'azure'],
    [{ networkPlugin: 'azure', networkPolicy: 'calico' }, 'calico'],
    [{ networkPlugin: 'kubenet', networkPolicy: 'Calico' }, 'calico'],
    [{ networkPlugin: 'azure', networkPolicy: 'cilium', networkDataplane: 'cilium' }, 'cilium'],
    [{ networkPlugin: 'azure', networkDataplane: 'Cilium' }, 'cilium'],
    [{ networkPlugin: 'azure', networkPolicy: 'none' }, 'none'],
    [{ networkPlugin: 'azure' }, 'none'],
    [{ networkPlugin: 'none' }, 'own'],
    [{ networkPlugin: 'None', networkPolicy: 'none' }, 'own'],
    [{}, 'none'],
    [undefined, 'none'],
  ];
  test.each(cases)('%j: %s', (networkProfile, engine) => {
    expect(policyEngine({ id: 'x', name: 'x', type: 'x', properties: { ...(networkProfile && { networkProfile }) } })).toBe(engine);
  });
});

describe('the engine of a CNI of one’s own', () => {
  const daemonSet = (name: string): DaemonSet => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'kube-system' },
  });
  test.each([
    ['cilium', 'cilium'],
    ['calico-node', 'calico'],
    ['canal', 'calico'],
    ['antrea-agent', 'other'],
  ])('%s', (name, engine) => {
    expect(ownPolicyEngine(seen([daemonSet('kube-proxy'), daemonSet(name)]))?.engine).toBe(engine);
  });
  test('none', () => expect(ownPolicyEngine(seen([daemonSet('kube-proxy')]))).toBeUndefined());
  test('a seen one settles it, absence does not', () => {
    const gaps = [{ key: 'daemonSets', why: 'failed', message: 'for this test' }] as const;
    expect(ownPolicyEngine(seen([daemonSet('cilium')], gaps))?.engine).toBe('cilium');
    expect(() => ownPolicyEngine(seen([daemonSet('kube-proxy')], gaps))).toThrow(NotSeen);
  });
});
