/** The heavy packages of Azure, by name so that a bundle keeps what is used; reached by dynamic import only, so that offline work never pays. */
export { ContainerServiceClient } from '@azure/arm-containerservice';
export { NetworkManagementClient } from '@azure/arm-network';
export {
  createDefaultHttpClient,
  createEmptyPipeline,
  createPipelineRequest,
  decompressResponsePolicy,
  isRestError,
  proxyPolicy,
  RestError,
  retryPolicy,
  tlsPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
export {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  AzurePowerShellCredential,
  DefaultAzureCredential,
  EnvironmentCredential,
  ManagedIdentityCredential,
  VisualStudioCodeCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
