import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from './faults.ts';

/** Of the process, handed in by the command line. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The subscription that `az` works on: the default one of azureProfile.json in AZURE_CONFIG_DIR or ~/.azure. The identity
 * library gives tokens and knows no subscription. Where az was never used (a workload identity in a pod), AZURE_SUBSCRIPTION_ID.
 */
export async function defaultSubscription(environment: Environment, cloud: string | undefined): Promise<string | undefined> {
  const folder = environment.AZURE_CONFIG_DIR ?? join(environment.HOME ?? environment.USERPROFILE ?? '.', '.azure');
  return (await ofProfile(join(folder, 'azureProfile.json'), cloud)) ?? (environment.AZURE_SUBSCRIPTION_ID || undefined);
}

async function ofProfile(file: string, cloud: string | undefined): Promise<string | undefined> {
  try {
    // az writes the file with a byte order mark.
    const profile: unknown = JSON.parse((await readFile(file, 'utf8')).replace(/^\uFEFF/, ''));
    const subscriptions = isRecord(profile) && Array.isArray(profile.subscriptions) ? profile.subscriptions.filter(isRecord) : [];
    const current = subscriptions.find(
      ({ isDefault, environmentName }) =>
        isDefault === true && (cloud === undefined || environmentName === undefined || environmentName === cloud),
    );
    return typeof current?.id === 'string' ? current.id : undefined;
  } catch {
    return undefined;
  }
}
