import { expect, test } from 'vitest';
import { reach, type Target } from '../../src/model/egressReach.ts';
import type { Effect } from '../../src/model/isolationEffect.ts';
import { parseRange } from '../../src/model/ranges.ts';
import type { Pod } from '../../src/wire.ts';

const range = (text: string) => parseRange(text) ?? expect.fail(text);
const target: Target = {
  name: 'the subnet of the API server',
  ranges: [range('10.10.8.0/28')],
  port: 443,
  entities: new Set(['kube-apiserver']),
};
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', labels: { app: 'a' } } } as Pod;
const kubernetes = (egress: object[], pods?: Effect['pods']): Effect => ({
  policy: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec: { egress } },
  name: 'p',
  pointer: '/spec',
  allows: 'narrow',
  ...(pods ? { pods } : {}),
});
const cilium = (rule: object): Effect => ({
  policy: { apiVersion: 'cilium.io/v2', kind: 'CiliumNetworkPolicy', metadata: { name: 'c' }, specs: [{}, rule] },
  name: 'c',
  pointer: '/specs/1',
  allows: 'narrow',
});
const block = (cidr: string, except: string[] = []) => ({ to: [{ ipBlock: { cidr, except } }] });

test.each<[string, Effect[], boolean | undefined]>([
  ['no policy', [], true],
  ['a policy of other pods', [kubernetes([], () => false)], true],
  ['a policy without rules', [kubernetes([])], false],
  ['a range around it', [kubernetes([block('10.10.0.0/16')])], true],
  ['a range inside it: 4 of its 16 addresses', [kubernetes([block('10.10.8.4/30')])], true],
  ['a range beside it', [kubernetes([block('10.10.8.16/28')])], false],
  ['all but it', [kubernetes([block('0.0.0.0/0', ['10.10.8.0/28'])])], false],
  ['all but half of it', [kubernetes([block('0.0.0.0/0', ['10.10.8.0/29'])])], true],
  ['another port', [kubernetes([{ ...block('10.10.0.0/16'), ports: [{ port: 80 }] }])], false],
  ['ports 400 to 500', [kubernetes([{ ...block('10.10.0.0/16'), ports: [{ port: 400, endPort: 500 }] }])], true],
  ['UDP', [kubernetes([{ ...block('10.10.0.0/16'), ports: [{ protocol: 'UDP', port: 443 }] }])], false],
  ['allows add up', [kubernetes([]), kubernetes([{}])], true],
  ['the entity of Cilium', [cilium({ egress: [{ toEntities: ['kube-apiserver'] }] })], true],
  ['another entity', [cilium({ egress: [{ toEntities: ['host'] }] })], false],
  ['ports alone are every peer', [cilium({ egress: [{ toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }] }] })], true],
  ['endpoints on the port', [cilium({ egress: [{ toEndpoints: [{}], toPorts: [{ ports: [{ port: '443' }] }] }] })], false],
  ['a deny of the whole', [kubernetes([{}]), cilium({ egressDeny: [{ toCIDR: ['10.10.8.0/24'] }] })], false],
  ['a deny of half of it', [kubernetes([{}]), cilium({ egressDeny: [{ toCIDR: ['10.10.8.0/29'] }] })], true],
  [
    'a deny with a hole',
    [kubernetes([{}]), cilium({ egressDeny: [{ toCIDRSet: [{ cidr: '10.10.8.0/24', except: ['10.10.8.0/28'] }] }] })],
    true,
  ],
])('%s', (_name, effects, expected) => {
  expect(reach(pod, target, effects).reached).toBe(expected);
});
