import { expect, test } from 'vitest';
import { mismatch, trustedAccount } from '../../src/model/workloadIdentity.ts';
import type { FederatedIdentityCredential, ManagedCluster } from '../../src/wire.ts';

const cluster = (issuerURL?: string): ManagedCluster => ({
  id: 'c',
  name: 'c',
  type: 'Microsoft.ContainerService/managedClusters',
  properties: { oidcIssuerProfile: { enabled: true, ...(issuerURL ? { issuerURL } : {}) } },
});
const credential = (subject: string, issuer: string, audience = 'api://AzureADTokenExchange'): FederatedIdentityCredential => ({
  id: 'f',
  name: 'f',
  type: 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials',
  properties: { subject, issuer, audiences: [audience] },
});
const own = 'https://issuer/tenant/cluster/';
const web = 'system:serviceaccount:shop:web';

test.each([
  ['alike', credential(web, own), own, undefined],
  ['a slash less', credential(web, own.slice(0, -1)), own, 'issuer'],
  ['a slash more', credential(web, own), own.slice(0, -1), 'issuer'],
  ['other letters in the issuer', credential(web, own.toUpperCase()), own, 'issuer'],
  ['other letters in the subject', credential('system:serviceaccount:shop:Web', own), own, 'subject'],
  ['another namespace', credential('system:serviceaccount:store:web', own), own, 'subject'],
  ['another cluster', credential(web, 'https://issuer/tenant/other/'), own, 'issuer'],
  ['a cluster without an issuer', credential(web, own), undefined, 'issuer'],
  ['the audience of China', credential(web, own, 'api://AzureADTokenExchangeChina'), own, undefined],
  ['another audience', credential(web, own, 'sts.windows.net'), own, 'audiences'],
  ['other letters in the audience', credential(web, own, 'api://azureadtokenexchange'), own, 'audiences'],
  ['an audience that begins alike', credential(web, own, 'api://AzureADTokenExchange/'), own, 'audiences'],
] as const)('%s', (_name, each, issuer, expected) => {
  expect(mismatch(each, 'shop/web', cluster(issuer))).toBe(expected);
});

test.each([
  [web, 'shop/web'],
  ['repo:shop/web:ref:refs/heads/main', undefined],
  ['system:serviceaccount:shop:web:x', undefined],
])('%s is the account %s', (subject, expected) => expect(trustedAccount(credential(subject, own))).toBe(expected));
