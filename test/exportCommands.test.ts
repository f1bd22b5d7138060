import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { withVariables } from '../scripts/exportCommands.ts';
import { exportCommand, stateKeys } from '../src/kinds.ts';

const id = '/subscriptions/a-subscription/resourceGroups/a-resource-group/providers/Microsoft.ContainerService/managedClusters/a-cluster';
/** In the place of what commands name: each says what it was asked, and answers with one word. */
const standIns = ['az', 'kubectl', 'jq']
  .map((name) => `${name}() { local line; printf -v line '%s|' ${name} "$@"; printf '%s\\n' "$line" >&3; echo word; }`)
  .join('\n');

/** What a shell makes of a script: each call, its arguments apart, and the files that it writes; sorted, as the two ends of a pipe race. */
function played(script: string): string[] {
  const named = script.replaceAll(/<([a-z-]+)>/g, 'a-$1');
  const printed = execFileSync(
    'bash',
    ['-euc', `cd "$(mktemp -d)"; ${standIns}\ngroup=a-resource-group name=a-cluster id=${id}\n{ ${named}\n} 3>&1; ls`],
    {
      encoding: 'utf8',
    },
  );
  return printed.split('\n').sort();
}

test.each(stateKeys)('the command that exports %s asks the same with its names in variables', (key) => {
  const command = exportCommand(key);
  expect(played(withVariables(command))).toEqual(played(command));
});

test('every placeholder is one word, in the documentation as in the report', () => {
  expect(played(exportCommand('agentPools'))).toContain('az|aks|nodepool|list|-g|a-resource-group|--cluster-name|a-cluster|-o|json|');
});
