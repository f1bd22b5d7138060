import { describe, expect, test } from 'vitest';
import { choosesPool, hasGpu, isMarked, selectsSystem, twinOf } from '../../src/model/poolClasses.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { AgentPool, Pod, PodSpec } from '../../src/wire.ts';

const pool = (properties: AgentPool['properties'], name = 'p'): AgentPool => ({ id: `/${name}`, name, type: 'x/agentPools', properties });
const pod = (spec: PodSpec): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec });

test.each<[string, boolean]>([
  ['Standard_NC24ads_A100_v4', true],
  ['standard_nd96isr_h100_v5', true],
  ['Standard_NV36ads_A10_v5', true],
  ['Standard_NP10s', false],
  ['Standard_D4ds_v5', false],
])('%s has a GPU: %j', (vmSize, gpu) => expect(hasGpu(pool({ vmSize }))).toBe(gpu));

test.each<[string, AgentPool['properties'], boolean]>([
  ['nothing', {}, false],
  ['null', { nodeTaints: null as never, nodeLabels: null as never }, false],
  ['a label', { nodeLabels: { workload: 'web' } }, true],
  ['a label under a domain of the owner', { nodeLabels: { 'example.com/workload': 'web' } }, true],
  ['labels of Azure and Kubernetes', { nodeLabels: { 'kubernetes.azure.com/mode': 'user', 'node.kubernetes.io/role': 'x' } }, false],
  ['a domain that only ends alike', { nodeLabels: { 'mykubernetes.io/role': 'x' } }, true],
  ['a taint', { nodeTaints: ['workload=web:NoSchedule'] }, true],
  ['a taint without a value', { nodeTaints: ['workload:NoExecute'] }, true],
  ['a preference', { nodeTaints: ['workload=web:PreferNoSchedule'] }, false],
  ['the taint of Spot', { nodeTaints: ['kubernetes.azure.com/scalesetpriority=spot:NoSchedule'] }, false],
])('%s marks a pool: %j', (_name, properties, marked) => expect(isMarked(pool(properties))).toBe(marked));

describe('another pool that is not told apart', () => {
  const zone = (name: string, number: string) => pool({ vmSize: 'a', availabilityZones: [number] }, name);
  test.each<[string, AgentPool, AgentPool[], string | undefined]>([
    ['of the same kind', pool({}, 'a'), [pool({ vmSize: 'x' }, 'b')], 'b'],
    ['marked', pool({}, 'a'), [pool({ nodeLabels: { a: 'b' } }, 'b')], undefined],
    ['of another system', pool({}, 'a'), [pool({ osType: 'Windows' }, 'b')], undefined],
    ['Spot', pool({}, 'a'), [pool({ scaleSetPriority: 'Spot' }, 'b')], undefined],
    ['a sister in another zone', zone('a', '1'), [zone('b', '2')], undefined],
    ['a sister, and one that is none', zone('a', '1'), [zone('b', '2'), pool({}, 'c')], 'c'],
  ])('%s', (_name, own, others, twin) => expect(twinOf(own, seen([own, ...others]))?.name).toBe(twin));

  test('may be among those not seen', () =>
    expect(() => twinOf(pool({}), seen([], [{ key: 'agentPools', why: 'not-collected' }]))).toThrow(NotSeen));
});

describe('a pod chooses the pool', () => {
  const web = pool({ nodeLabels: { workload: 'web' }, nodeTaints: ['team=shop:NoSchedule'] }, 'web');
  const required = (key: string, operator: string, values?: string[]): PodSpec => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key, operator, ...(values && { values }) }] }],
        },
      },
    },
  });
  test.each<[string, PodSpec, AgentPool, boolean]>([
    ['by nothing', {}, web, false],
    ['by its label', { nodeSelector: { workload: 'web' } }, web, true],
    ['by another value', { nodeSelector: { workload: 'batch' } }, web, false],
    ['by its name', { nodeSelector: { agentpool: 'web' } }, web, true],
    ['by a list of values', required('workload', 'In', ['api', 'web']), web, true],
    ['by the label being there', required('workload', 'Exists'), web, true],
    ['by the label being another', required('workload', 'NotIn', ['api']), web, false],
    ['by a toleration of the value', { tolerations: [{ key: 'team', value: 'shop' }] }, web, true],
    ['by a toleration of any value', { tolerations: [{ key: 'team', operator: 'Exists' }] }, web, true],
    ['by a toleration of another value', { tolerations: [{ key: 'team', value: 'ops' }] }, web, false],
    ['not by tolerating everything', { tolerations: [{ operator: 'Exists' }] }, web, false],
    ['by its system', { nodeSelector: { 'kubernetes.io/os': 'windows' } }, pool({ osType: 'Windows' }), true],
    [
      'by a GPU',
      { containers: [{ name: 'a', resources: { limits: { 'nvidia.com/gpu': '1' } } }] },
      pool({ vmSize: 'Standard_NC6s_v3' }),
      true,
    ],
  ])('%s', (_name, spec, of, chooses) => expect(choosesPool(pod(spec), of)).toBe(chooses));

  test.each<[string, PodSpec, boolean]>([
    ['nodeSelector', { nodeSelector: { 'kubernetes.io/os': 'linux' } }, true],
    ['the old label', { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }, true],
    ['affinity', required('kubernetes.io/os', 'In', ['linux']), true],
    ['spec.os, which the scheduler does not read', { os: { name: 'linux' } }, false],
  ])('its system by %s', (_name, spec, selects) => expect(selectsSystem(pod(spec))).toBe(selects));
});
