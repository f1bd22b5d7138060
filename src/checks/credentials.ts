import { check, fail, ifSeen, pass, see, seeEach, texts, type Verdict } from '../check.ts';
import { secretsInEnvironment } from '../model/environment.ts';
import { flawed, sayFlaws } from '../model/flaws.ts';
import { glob } from '../model/namespaces.ts';
import { orElse } from '../model/orElse.ts';
import { type Found, inConfigMap, inWorkload, secretNamed } from '../model/plainCredentials.ts';
import { isSetting, keeperOf } from '../model/secrets.ts';
import { workloadKeys, workloads } from '../model/workloads.ts';
import type { KubernetesObject } from '../wire.ts';

/** Secrets in the environment of containers, which child processes, crash reports and debug pages show. */
export const inEnvironment = check({
  needs: workloadKeys,
  subjects: (facts) => workloads(facts),
  none: 'No workload runs in scope.',
  judge: (workload) => {
    const found = flawed(workload, secretsInEnvironment);
    if (found !== undefined)
      return fail(`Secrets are in the environment: ${sayFlaws(found.all)}.`, seeEach(found.shape.source, found.flaws));
    const [{ source, pointer }] = workload.shapes;
    return pass(
      'No Secret is in the environment.',
      ['env', 'envFrom'].map((field) => see(source, `${pointer}/containers/0/${field}`)),
    );
  },
});

/** By default: names of variables, members and keys; `*` stands for anything, letter case and what parts words do not count. */
const secretNames = texts(
  '*password',
  '*passwd',
  '*pwd',
  '*passphrase',
  '*secret',
  '*token',
  '*api-key',
  '*access-key',
  '*account-key',
  '*connection-string',
);

/** Values in plain text that look like credentials, by their kind; those that are only named like one are a milder finding. */
export const inPlainText = check({
  needs: workloadKeys,
  params: { secretNames },
  subjects: workloads,
  none: 'No workload runs in scope.',
  judge: (workload, { secretNames: names }) => plainText(workload.shapes[0].source, inWorkload(workload, secretNamed(names))),
});

/** The same of ConfigMaps, which are read only when that is asked for. */
export const inConfigMaps = check({
  needs: ['configMaps'],
  params: { secretNames },
  subjects: ({ configMaps, inScope }) => configMaps.filter(({ metadata }) => inScope(metadata.namespace)),
  none: 'No ConfigMap is in scope.',
  judge: (configMap, { secretNames: names }) => plainText(configMap, inConfigMap(configMap, secretNamed(names))),
});

/** @param found undefined when nothing was */
function plainText(resource: KubernetesObject, found: Found | undefined): Verdict {
  if (found === undefined) return pass('Nothing in it looks like a credential.', see(resource, '/metadata/name'));
  const evidence = seeEach(found.source, found.flaws);
  const looking = found.all.filter(({ looks }) => looks);
  if (looking.length > 0) return fail(`Credentials stand in plain text: ${sayFlaws(looking)}.`, evidence);
  return fail(`What may be a credential stands in plain text: ${sayFlaws(found.all)}.`, evidence, { severity: 'medium' });
}

/**
 * Secrets that people keep in the cluster itself, as against those that are brought from a vault; of a Secret only metadata and type are known.
 * @param allowedSecrets `namespace/name`, in which `*` stands for anything
 */
export const inSecrets = check({
  needs: ['secrets', 'namespaces', 'cluster'],
  params: { allowedSecrets: texts() },
  subjects: ({ secrets, namespaces, inScope }) =>
    orElse(
      secrets.filter((secret) => inScope(secret.metadata.namespace) && isSetting(secret)),
      namespaces.filter(({ metadata }) => inScope(metadata.name)),
    ),
  none: 'There is no namespace in scope.',
  judge: (subject, { allowedSecrets }, facts) => {
    if (subject.kind === 'Namespace') return pass('No Secret in it holds settings.', see(subject, '/metadata/name'));
    const { namespace = 'default', name, ownerReferences = [] } = subject.metadata;
    const keeper = keeperOf(subject);
    if (keeper !== undefined) return pass(`It is written by ${keeper.name}.`, [see(subject, keeper.pointer), see(subject, '/type')]);
    const evidence = [see(subject, '/type'), see(subject, '/metadata/ownerReferences', 'a keeper')];
    if (allowedSecrets.some((pattern) => glob(pattern)(`${namespace}/${name}`)))
      return pass('Nothing brings it from a vault.', evidence, 'Allowed by the configuration.');
    const [owner] = ownerReferences;
    const encrypted = ifSeen(() => facts.cluster.properties.securityProfile?.azureKeyVaultKms?.enabled) === true;
    const notes = [
      ...(owner === undefined ? [] : [`It is made by ${owner.kind} ${owner.name}.`]),
      ...(encrypted ? ['etcd is encrypted by a key in Key Vault.'] : []),
    ];
    return fail('Nothing brings it from a vault.', evidence, notes.length > 0 ? { note: notes.join(' ') } : {});
  },
});

/** As whom the Key Vault provider of the Secrets Store driver signs in: parameters are strings, of which Go takes several for true. */
export const providerIdentity = check({
  needs: ['secretProviderClasses'],
  subjects: ({ secretProviderClasses, inScope }) =>
    secretProviderClasses.filter(({ metadata, spec }) => inScope(metadata.namespace) && spec?.provider?.toLowerCase() === 'azure'),
  none: 'No SecretProviderClass of the Azure provider is in scope.',
  judge: (providerClass) => {
    const { parameters = {}, secretObjects } = providerClass.spec ?? {};
    const client = see(providerClass, '/spec/parameters/clientID', 'the client id of a federated identity');
    const other = otherIdentities.find(([name]) => isTrue(parameters[name]));
    if (other !== undefined)
      return fail(`Signs in as ${other[1]}.`, [see(providerClass, `/spec/parameters/${other[0]}`, 'false or not set'), client]);
    if (!parameters.clientID) return fail('Names no workload identity.', client);
    const written = (secretObjects ?? []).map(({ secretName }) => secretName ?? '');
    return pass('Signs in by workload identity.', client, written.length > 0 ? `Writes Secrets: ${written.join(', ')}.` : undefined);
  },
});

const otherIdentities = [
  ['usePodIdentity', 'a pod identity'],
  ['useVMManagedIdentity', 'an identity of the node, which every pod on it has'],
] as const;
/** As Go's strconv.ParseBool has it, by which the provider reads its parameters. */
const isTrue = (value: unknown): boolean => /^(?:1|t|true)$/i.test(String(value ?? ''));
