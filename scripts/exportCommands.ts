import { exportCommand, kinds, kubectlCommands } from '../src/kinds.ts';
import type { Rule } from '../src/rule.ts';
import type { StateKey } from '../src/snapshot.ts';

/** docs/exports.md: the commands that export all that the rules read, and what each is for. */
export function exportsPage(rules: readonly Rule[]): string {
  const readers = new Map<StateKey, string[]>();
  for (const rule of rules) for (const key of rule.check?.needs ?? []) readers.set(key, [...(readers.get(key) ?? []), rule.name]);
  const keys = [...readers.keys()].sort();
  const azure = keys.filter((key) => kinds[key].plane === 'azure' && key !== 'neighbours');
  const kubernetes = (optional: boolean) => kubectlCommands(keys.filter((key) => isOptional(key) === optional)).join('\n');
  return `# What to export

<!-- Made by 'npm run docs' from src/kinds.ts and the rules. Do not edit. -->

Every command only reads. The names of the files matter for lists that may be empty: an empty list says nothing of its kind but by its file name.

## Azure

\`\`\`sh
group=<resource-group> name=<cluster>
id=$(az aks show -g $group -n $name --query id -o tsv)
${azure.map((key) => withVariables(exportCommand(key))).join('\n')}
\`\`\`

## Kubernetes

\`\`\`sh
kubectl get --raw /apis > apis.json
${kubernetes(false)}
\`\`\`

Kinds of custom resources, where \`apis.json\` lists their group (a kind that the cluster does not serve is proven empty by \`apis.json\`):

\`\`\`sh
${kubernetes(true)}
\`\`\`

## Which rules read what

| Export | Read by |
|---|---|
${keys.map((key) => `| \`${key}\` | ${(readers.get(key) ?? []).join(', ')} |`).join('\n')}
`;
}

/** The same command, with the names in variables that are set once. */
export function withVariables(command: string): string {
  const id = '/subscriptions/<subscription>/resourceGroups/<resource-group>/providers/Microsoft.ContainerService/managedClusters/<cluster>';
  const rest = command.replaceAll(/(?<=--url )'([^']*)'/g, (_all, url: string) => `"${url.replaceAll('$', '\\$').replace(id, '$id')}"`);
  return rest.replaceAll('<resource-group>', '$group').replaceAll('<cluster>', '$name');
}

/** Whether discovery may prove that a cluster does not serve it; undefined for Azure's. */
function isOptional(key: StateKey): boolean | undefined {
  const kind = kinds[key];
  return kind.plane === 'kubernetes' ? kind.optional : undefined;
}
