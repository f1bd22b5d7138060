import { afterEach, vi } from 'vitest';
import { type Azure, type AzureOptions, createAzureApi } from '../../../src/collect/azure/arm.ts';
import { armOf } from '../../../src/collect/azure/clouds.ts';
import { createCredential } from '../../../src/collect/azure/credentials.ts';
import { ReadFault, type RequestSeen } from '../../../src/collect/source.ts';
import { type FakeArm, type FakeArmOptions, startFakeArm } from '../../support/fakeArm.ts';
import { baseSubscription } from '../../support/fakeArmData.ts';
import { type FakeAz, fakeAz } from '../../support/fakeAz.ts';
import { tls } from '../../support/tls/tls.ts';

export const clusters = `/subscriptions/${baseSubscription}/providers/Microsoft.ContainerService/managedClusters`;
export const version = '2026-06-01';

export interface Connected {
  arm: FakeArm;
  az: FakeAz;
  azure: Azure;
  /** What was reported of requests. */
  seen: RequestSeen[];
  abort: (reason?: unknown) => void;
}

const open: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0)) await close();
});
/** Closed when the test ends. */
export function closing<T>(what: T, close: () => unknown): T {
  open.push(close);
  return what;
}

/** The real credential chain of this process, in which only our az answers. */
export function useAz(options: Parameters<typeof fakeAz>[0] = {}): FakeAz {
  const az = fakeAz(options);
  for (const [name, value] of Object.entries(az.environment)) vi.stubEnv(name, value);
  return closing(az, az.remove);
}

/** A fake Azure, and our API on it through the real chain; retries wait 5 ms. */
export async function connect(
  arm: FakeArmOptions = {},
  options: Partial<AzureOptions> = {},
  az: Parameters<typeof fakeAz>[0] = {},
): Promise<Connected> {
  const fake = await startFakeArm(arm);
  closing(fake, fake.close);
  const cli = useAz(az);
  const controller = new AbortController();
  const seen: RequestSeen[] = [];
  const cloud = armOf(undefined, fake.url);
  const azure = await createAzureApi({
    arm: cloud,
    credential: await createCredential(cloud),
    signal: controller.signal,
    tls: { ca: tls.ca },
    retryDelay: 5,
    onRequest: (request) => seen.push(request),
    ...options,
  });
  return { arm: fake, az: cli, azure, seen, abort: (reason) => controller.abort(reason) };
}

export async function all(pages: AsyncIterable<readonly object[]>): Promise<object[]> {
  const items: object[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

/** The ReadFault that a read ends with. */
export async function faultOf(read: Promise<unknown>): Promise<ReadFault> {
  const thrown = await read.then(
    () => new Error('it was read'),
    (error: unknown) => error,
  );
  if (thrown instanceof ReadFault) return thrown;
  throw thrown;
}
