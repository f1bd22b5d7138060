import { UserError } from '../../errors.ts';

/** Where Azure Resource Manager is, and for whom a token for it is. */
export interface Arm {
  /** Origin, without a trailing slash. */
  endpoint: string;
  /** OAuth scope: a token for one endpoint is of no use at another. */
  scope: string;
  /** Of Entra; undefined leaves it to the environment (AZURE_AUTHORITY_HOST), as the library does. */
  authorityHost: string | undefined;
}

/** Endpoints of the clouds (azure-cli, azure/cli/core/cloud.py). */
const clouds = {
  AzureCloud: { endpoint: 'https://management.azure.com', authorityHost: 'https://login.microsoftonline.com' },
  AzureUSGovernment: { endpoint: 'https://management.usgovcloudapi.net', authorityHost: 'https://login.microsoftonline.us' },
  AzureChinaCloud: { endpoint: 'https://management.chinacloudapi.cn', authorityHost: 'https://login.chinacloudapi.cn' },
} as const;
export type CloudName = keyof typeof clouds;
export const cloudNames = Object.keys(clouds) as readonly CloudName[]; // keys of the table above

/** The Entra application that AKS API servers take tokens for, the same in every cloud (kubelogin, --server-id). */
export const aksServerScope = '6dae42f8-4368-4678-94ff-3960e28e3630/.default';

/**
 * @param endpoint of the command line only: with one from a file or the environment, a repository could have tokens sent
 * elsewhere. The token asked for is of this endpoint's own audience, so one of management.azure.com cannot reach it.
 */
export function armOf(cloud?: CloudName, endpoint?: string): Arm {
  const authorityHost = cloud === undefined ? undefined : clouds[cloud].authorityHost;
  if (endpoint === undefined) {
    const known = clouds[cloud ?? 'AzureCloud'].endpoint;
    return { endpoint: known, scope: `${known}/.default`, authorityHost };
  }
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const plain = url?.protocol === 'https:' && url.pathname === '/' && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (url === undefined || !plain)
    throw new UserError({
      where: '--arm-endpoint',
      what: 'is not an https address without a path.',
      todo: 'For example: https://management.local.azurestack.external.',
    });
  return { endpoint: url.origin, scope: `${url.origin}/.default`, authorityHost };
}
