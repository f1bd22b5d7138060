import { expect, test } from 'vitest';
import { accountOf, tokenMount } from '../../src/model/serviceAccounts.ts';
import type { Shape, Workload } from '../../src/model/workloads.ts';
import { NotSeen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { PodSpec, ServiceAccount } from '../../src/wire.ts';

test.each<[PodSpec, string]>([
  [{}, 'default'],
  [{ serviceAccountName: '' }, 'default'],
  [{ serviceAccountName: 'web' }, 'web'],
  [{ serviceAccount: 'old' }, 'old'],
])('%j runs as %s', (spec, expected) => {
  expect(accountOf(spec)).toBe(expected);
});

const gap: Gap = { key: 'serviceAccounts', why: 'forbidden', permission: 'list serviceaccounts' };
const account = (name: string, automountServiceAccountToken?: boolean): ServiceAccount => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: 'shop' },
  ...(automountServiceAccountToken === undefined ? {} : { automountServiceAccountToken }),
});
const volume = { name: 'kube-api-access-abcde', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } };
const identity = { name: 'azure-identity-token', projected: { sources: [{ serviceAccountToken: { path: 'azure-identity-token' } }] } };
const shape = (spec: PodSpec, kind = 'Deployment'): Shape => ({
  source: { apiVersion: 'v1', kind, metadata: { name: 'web', namespace: 'shop' } },
  pointer: kind === 'Pod' ? '/spec' : '/spec/template/spec',
  metadata: {},
  spec,
});
const workload = (...[first, ...rest]: [Shape, ...Shape[]]): Workload => ({
  resource: first.source,
  kind: 'Deployment',
  name: 'web',
  namespace: 'shop',
  shapes: [first, ...rest],
});

test.each<[string, Workload, ServiceAccount[], string]>([
  ['nobody says a word', workload(shape({})), [account('default')], 'true /spec/template/spec/automountServiceAccountToken'],
  ['the account says no', workload(shape({})), [account('default', false)], 'false /automountServiceAccountToken'],
  [
    'the pod says yes',
    workload(shape({ automountServiceAccountToken: true })),
    [account('default', false)],
    'true /spec/template/spec/automountServiceAccountToken',
  ],
  [
    'the pod says no',
    workload(shape({ automountServiceAccountToken: false })),
    [],
    'false /spec/template/spec/automountServiceAccountToken',
  ],
  [
    'there is no such account',
    workload(shape({ serviceAccountName: 'web' })),
    [account('default', false)],
    'true /spec/template/spec/automountServiceAccountToken',
  ],
  [
    'a pod has the volume',
    workload(shape({}), shape({ volumes: [volume] }, 'Pod')),
    [account('default', false)],
    'true /spec/automountServiceAccountToken',
  ],
  [
    'a pod has the token of workload identity',
    workload(shape({}), shape({ volumes: [identity] }, 'Pod')),
    [account('default', false)],
    'false /automountServiceAccountToken',
  ],
])('%s', (_name, subject, accounts, expected) => {
  const { mounted, pointer } = tokenMount(subject, seen(accounts));
  expect(`${mounted} ${pointer}`).toBe(expected);
});

test('what the account says is not guessed', () => {
  expect(() => tokenMount(workload(shape({})), seen<ServiceAccount>([], [gap]))).toThrow(NotSeen);
  expect(tokenMount(workload(shape({ automountServiceAccountToken: false })), seen<ServiceAccount>([], [gap])).mounted).toBe(false);
});
