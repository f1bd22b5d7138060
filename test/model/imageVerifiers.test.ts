import { expect, test } from 'vitest';
import { imageVerifier, type VerifierFacts, verifierKeys } from '../../src/model/imageVerifiers.ts';
import { NotSeen, type Seen, seen } from '../../src/seen.ts';
import type { Gap } from '../../src/snapshot.ts';
import type { KubernetesObject } from '../../src/wire.ts';

const object = (kind: string, spec?: object, labels?: Record<string, string>): KubernetesObject & { spec?: object } => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: kind.toLowerCase(), ...(labels ? { labels } : {}) },
  ...(spec ? { spec } : {}),
});
type Key = (typeof verifierKeys)[number];
const facts = (given: { [K in Key]?: KubernetesObject[] }, blind?: Key): VerifierFacts => {
  const gap = (key: Key): Gap[] => (key === blind ? [{ key, why: 'failed', message: 'for this test' }] : []);
  const lists: Record<string, Seen<KubernetesObject>> = Object.fromEntries(
    verifierKeys.map((key) => [key, seen(given[key] ?? [], gap(key))]),
  );
  return { inScope: (namespace: string | undefined) => namespace !== 'kube-system', ...lists } as unknown as VerifierFacts; // each list of its kind
};
const say = (found: ReturnType<typeof imageVerifier>): string =>
  found === undefined ? 'none' : `${found.resource.kind} ${found.refuses ? 'refuses' : 'does not'} ${found.pointer}`;

const kyverno = (byPolicy?: string, byRule?: string) =>
  object('ClusterPolicy', { validationFailureAction: byPolicy, rules: [{ name: 'r', verifyImages: [{ failureAction: byRule }] }] });
const included = object('Namespace', undefined, { 'policy.sigstore.dev/include': 'true' });

test.each<[string, Parameters<typeof facts>[0], string]>([
  ['nothing', {}, 'none'],
  ['Ratify without a word', { ratifyConstraints: [object('Ratify', {})] }, 'Ratify refuses /spec/enforcementAction'],
  [
    'Ratify that reports',
    { ratifyConstraints: [object('Ratify', { enforcementAction: 'dryrun' })] },
    'Ratify does not /spec/enforcementAction',
  ],
  ['Kyverno without a word', { kyvernoPolicies: [kyverno()] }, 'ClusterPolicy does not /spec/validationFailureAction'],
  ['Kyverno by an old spelling', { kyvernoPolicies: [kyverno('enforce')] }, 'ClusterPolicy refuses /spec/validationFailureAction'],
  [
    'Kyverno where the rule takes it back',
    { kyvernoPolicies: [kyverno('Enforce', 'Audit')] },
    'ClusterPolicy does not /spec/rules/0/verifyImages/0/failureAction',
  ],
  ['an image policy without a word', { imageValidatingPolicies: [object('Policy')] }, 'Policy refuses /spec/validationActions'],
  [
    'an image policy that warns',
    { imageValidatingPolicies: [object('Policy', { validationActions: ['Warn'] })] },
    'Policy does not /spec/validationActions',
  ],
  ['Sigstore, nowhere', { clusterImagePolicies: [object('Sigstore', {})] }, 'Sigstore does not /spec/mode'],
  [
    'Sigstore, somewhere',
    { clusterImagePolicies: [object('Sigstore', { mode: '' })], namespaces: [included] },
    'Sigstore refuses /spec/mode',
  ],
  [
    'Sigstore that warns',
    { clusterImagePolicies: [object('Sigstore', { mode: 'warn' })], namespaces: [included] },
    'Sigstore does not /spec/mode',
  ],
  [
    'one of two',
    { ratifyConstraints: [object('Ratify', { enforcementAction: 'warn' })], kyvernoPolicies: [kyverno('Enforce')] },
    'ClusterPolicy refuses /spec/validationFailureAction',
  ],
])('%s', (_name, given, expected) => {
  expect(say(imageVerifier(facts(given)))).toBe(expected);
});

test('one that was not seen may refuse, and one that was seen and refuses settles it', () => {
  const reports = { ratifyConstraints: [object('Ratify', { enforcementAction: 'warn' })] };
  expect(() => imageVerifier(facts(reports, 'kyvernoPolicies'))).toThrow(NotSeen);
  expect(say(imageVerifier(facts({ kyvernoPolicies: [kyverno('Enforce')] }, 'ratifyConstraints')))).toContain('refuses');
});
