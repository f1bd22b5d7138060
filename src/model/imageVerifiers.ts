import type { Seen } from '../seen.ts';
import type {
  Deployment,
  KubernetesObject,
  KyvernoClusterPolicy,
  KyvernoImagePolicy,
  Namespace,
  RatifyConstraint,
  SigstorePolicy,
} from '../wire.ts';
import { firstFound } from './firstFound.ts';
import { parseImage } from './images.ts';
import { containersOf } from './podSpecs.ts';

/** Needs of what looks for verifiers of signatures. */
export const verifierKeys = [
  'ratifyConstraints',
  'kyvernoPolicies',
  'imageValidatingPolicies',
  'clusterImagePolicies',
  'deployments',
  'namespaces',
] as const;
export interface VerifierFacts {
  readonly inScope: (namespace: string | undefined) => boolean;
  readonly ratifyConstraints: Seen<RatifyConstraint>;
  readonly kyvernoPolicies: Seen<KyvernoClusterPolicy>;
  readonly imageValidatingPolicies: Seen<KyvernoImagePolicy>;
  readonly clusterImagePolicies: Seen<SigstorePolicy>;
  readonly deployments: Seen<Deployment>;
  readonly namespaces: Seen<Namespace>;
}

/** What looks at signatures when pods are admitted. */
export interface Verifier {
  resource: KubernetesObject;
  /** JSON pointer of what says whether it refuses. */
  pointer: string;
  refuses: boolean;
  /** Where it looks only at some namespaces: which, in a sentence. */
  limits?: string;
}

/** A verifier that refuses what is not signed, else one that does not, else none. NotSeen where one that refuses may be. */
export function imageVerifier(facts: VerifierFacts): Verifier | undefined {
  const sigstore = facts.clusterImagePolicies.map(ofSigstore);
  const others = [
    facts.ratifyConstraints.map(ofRatify),
    facts.kyvernoPolicies.flatMap(ofKyverno),
    facts.imageValidatingPolicies.map(ofImagePolicy),
    facts.deployments.flatMap(ofConnaisseur),
  ];
  const isIncluded = ({ metadata }: Namespace): boolean => facts.inScope(metadata.name) && metadata.labels?.[included] === 'true';
  const refusing = firstFound(...others.map((each) => () => each.find(({ refuses }) => refuses)), () => {
    const policy = sigstore.find(({ refuses }) => refuses);
    return policy && facts.namespaces.some(isIncluded) ? policy : undefined;
  });
  if (refusing !== undefined) return refusing;
  const [idle] = [...others, sigstore].flatMap(({ items }) => items);
  // What would refuse, and is here still, is Sigstore's without a namespace to look at.
  return idle && { ...idle, refuses: false, ...(idle.refuses ? { limits: `No namespace in scope has label ${included}.` } : {}) };
}

const included = 'policy.sigstore.dev/include';

function ofRatify(resource: RatifyConstraint): Verifier {
  const { enforcementAction, match } = resource.spec ?? {};
  const named = match?.namespaces ?? [];
  const limits = [
    ...(named.length > 0 ? [`It looks at ${named.join(', ')} only.`] : []),
    ...(match?.namespaceSelector ? ['It selects namespaces by labels.'] : []),
  ];
  const refuses = (enforcementAction ?? 'deny') === 'deny';
  return { resource, pointer: '/spec/enforcementAction', refuses, ...(limits.length > 0 ? { limits: limits.join(' ') } : {}) };
}

const ofKyverno = (resource: KyvernoClusterPolicy): Verifier[] =>
  (resource.spec?.rules ?? []).flatMap(({ verifyImages }, rule) =>
    (verifyImages ?? []).map(({ failureAction }, index) => ({
      resource,
      pointer: failureAction === undefined ? '/spec/validationFailureAction' : `/spec/rules/${rule}/verifyImages/${index}/failureAction`,
      refuses: (failureAction ?? resource.spec?.validationFailureAction)?.toLowerCase() === 'enforce',
    })),
  );

function ofImagePolicy(resource: KyvernoImagePolicy): Verifier {
  const actions = resource.spec?.validationActions ?? [];
  return { resource, pointer: '/spec/validationActions', refuses: actions.length === 0 || actions.includes('Deny') };
}

const ofSigstore = (resource: SigstorePolicy): Verifier => ({
  resource,
  pointer: '/spec/mode',
  refuses: (resource.spec?.mode || 'enforce') === 'enforce',
});

/** Connaisseur has its policy in a ConfigMap, and refuses unless that says otherwise. */
const ofConnaisseur = (resource: Deployment): Verifier[] => {
  const containers = containersOf(resource.spec?.template?.spec);
  const index = containers.findIndex(({ container }) => parseImage(container.image)?.repository.endsWith('/connaisseur') === true);
  return index < 0 || resource.spec?.replicas === 0
    ? []
    : [{ resource, pointer: `/spec/template${containers[index]?.pointer}/image`, refuses: true }];
};
