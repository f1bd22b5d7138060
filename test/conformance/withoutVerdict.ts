/** Inputs of the sweep that come to no verdict, why that is right, and what is said of them. */
export interface WithoutVerdict {
  suite: string;
  input: RegExp;
  says: RegExp;
  reason: string;
}

const nameless = 'its objects have no names, which no API server returns and none would take';

export const withoutVerdict: readonly WithoutVerdict[] = [
  {
    suite: 'arm/rest-api-specs/network-2024-01-01',
    input: /^ApplicationGateway(Get|List)\.json$/,
    says: /does not hold what the API of applicationGateways says/,
    reason: 'its backend addresses are texts; those of the API are objects',
  },
  {
    suite: 'arm/steampipe',
    input: /^test-list-expected\.json$/,
    says: /every rule/,
    reason: 'id, name and type of a cluster, and nothing of it',
  },
  {
    suite: 'iac/checkov-arm',
    input: /aksNetworkPolicy-FAILED4\.json$/,
    says: /every rule/,
    reason: 'the properties of its cluster are a word',
  },
  { suite: 'kubernetes/aks-baseline', input: /rbac\.yaml$/, says: /only comments/, reason: 'it holds only comments' },
  { suite: 'kubernetes/aks-baseline', input: /ingress-patch\.yaml$/, says: /neither of Azure nor of Kubernetes/, reason: 'a JSON patch' },
  { suite: 'kubernetes/examples', input: /newrelic-config\.yaml$/, says: /only comments/, reason: 'it holds only comments' },
  {
    suite: 'kubernetes/examples',
    input: /test__resources__cassandra\.yaml$/,
    says: /neither of Azure nor of Kubernetes/,
    reason: 'the configuration of Cassandra',
  },
  { suite: 'kubernetes/kube-linter', input: /^(liveness|readiness|startup)-port\.yml$/, says: /without metadata\.name/, reason: nameless },
  { suite: 'kubernetes/kube-linter', input: /^(\.|in a cluster)$/, says: /without metadata\.name/, reason: nameless },
  {
    suite: 'kubernetes/polaris',
    input: /^resourceRange\/check\.yaml$/,
    says: /neither of Azure nor of Kubernetes/,
    reason: 'the definition of a check of Polaris',
  },
  {
    suite: 'kubernetes/popeye',
    input: /^config__1\.yaml$/,
    says: /neither of Azure nor of Kubernetes/,
    reason: 'the configuration of Popeye',
  },
  {
    suite: 'kubernetes/regolibrary',
    input: /^(\.|in a cluster)$/,
    says: /different uids/,
    reason: 'its cases are of different clusters, as their uids show',
  },
];

export const reasonFor = (suite: string, input: string, said: string): string | undefined =>
  withoutVerdict.find((each) => each.suite === suite && each.input.test(input) && each.says.test(said))?.reason;
