import { describe, expect, test, vi } from 'vitest';
import { createAzureApi } from '../../../src/collect/azure/arm.ts';
import { armOf } from '../../../src/collect/azure/clouds.ts';
import { AuthenticationFault, createCredential, explainCredential } from '../../../src/collect/azure/credentials.ts';
import { discoverTargets } from '../../../src/collect/azure/targets.ts';
import { baseSubscription } from '../../support/fakeArmData.ts';
import { connect, faultOf, useAz } from './support.ts';

const arm = armOf('AzureCloud');

describe('the credential that answers', () => {
  test('is named, and the az CLI is asked for the audience and the tenant', async () => {
    const az = useAz();
    const credential = await createCredential(arm, '99999999-8888-7777-6666-555555555555');
    expect(await explainCredential(credential, arm.scope)).toEqual({ answered: 'AzureCliCredential', tried: [] });
    expect(az.calls()).toEqual([
      'account get-access-token --output json --resource https://management.azure.com --tenant 99999999-8888-7777-6666-555555555555',
    ]);
  });

  test('those before it say why they did not', async () => {
    useAz();
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'dev');
    const { answered, tried } = await explainCredential(await createCredential(arm), arm.scope);
    expect(answered).toBe('AzureCliCredential');
    expect(tried).toEqual([{ credential: 'VisualStudioCodeCredential', why: expect.stringContaining('Visual Studio Code') }]);
  });

  test('none: each says why', async () => {
    useAz({ fails: "ERROR: Please run 'az login' to setup account." });
    const explained = await explainCredential(await createCredential(arm), arm.scope);
    expect(explained).toEqual({
      answered: undefined,
      tried: [{ credential: 'AzureCliCredential', why: expect.stringContaining('az login') }],
    });
  });

  test('an unknown name in AZURE_TOKEN_CREDENTIALS is told', async () => {
    useAz();
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'Nonsense');
    await expect(createCredential(arm)).rejects.toThrow('AZURE_TOKEN_CREDENTIALS');
  });
});

test('the chain is asked in its documented order', async () => {
  useAz();
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'prod');
  vi.stubEnv('AZURE_CLIENT_ID', 'x');
  vi.stubEnv('AZURE_TENANT_ID', '99999999-8888-7777-6666-555555555555');
  vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', '/nowhere/token');
  // The identity endpoint of a pod that is not there: no waiting for IMDS.
  vi.stubEnv('IDENTITY_ENDPOINT', 'http://127.0.0.1:9/');
  vi.stubEnv('IDENTITY_HEADER', 'x');
  const { answered, tried } = await explainCredential(await createCredential(arm), arm.scope);
  expect(answered).toBeUndefined();
  expect(tried.map(({ credential }) => credential)).toEqual([
    'EnvironmentCredential',
    'WorkloadIdentityCredential',
    'ManagedIdentityCredential',
  ]);
}, 20_000);

describe('no credential', () => {
  test('ends discovery as such, not as an empty subscription', async () => {
    const { azure } = await connect({}, {}, { fails: "ERROR: Please run 'az login' to setup account." });
    const request = { subscriptions: [baseSubscription], environment: {} };
    await expect(discoverTargets(azure, request)).rejects.toBeInstanceOf(AuthenticationFault);
    await expect(discoverTargets(azure, { ...request, subscriptions: ['a name'] })).rejects.toBeInstanceOf(AuthenticationFault);
    await expect(discoverTargets(azure, { allSubscriptions: true, environment: {} })).rejects.toBeInstanceOf(AuthenticationFault);
  });

  test('of a read is a fault with its cause', async () => {
    const { azure } = await connect({}, {}, { fails: 'ERROR: AADSTS700082: The refresh token has expired. eyJhbGciOi.eyJzdWIi.c2ln' });
    const fault = await faultOf(azure.get('/subscriptions/x', '1'));
    expect(fault.cause).toBeInstanceOf(AuthenticationFault);
    expect(fault.message).toContain('AADSTS700082');
    expect(fault.message).not.toContain('eyJ');
  });

  test('an interruption during the asking is not waited out', async () => {
    const controller = new AbortController();
    const azure = await createAzureApi({
      arm,
      credential: { getToken: () => new Promise(() => undefined) },
      signal: controller.signal,
    });
    const reading = faultOf(azure.get('/subscriptions/x', '1'));
    controller.abort();
    expect((await reading).message).toContain('stopped');
  });
});
