/** Host names that AKS, its add-ons and GitHub document in the public cloud (AKS, "Outbound network and FQDN rules"). */
export const approvedHosts = [
  // nodes
  'mcr.microsoft.com',
  '*.data.mcr.microsoft.com',
  'mcr-0001.mcr-msedge.net',
  'management.azure.com',
  'login.microsoftonline.com',
  'packages.microsoft.com',
  'packages.aks.azure.com',
  'acs-mirror.azureedge.net',
  '*.azmk8s.io',
  'security.ubuntu.com',
  'azure.archive.ubuntu.com',
  'changelogs.ubuntu.com',
  'snapshot.ubuntu.com',
  // nodes with Windows or a GPU
  'onegetcdn.azureedge.net',
  'go.microsoft.com',
  '*.mp.microsoft.com',
  'www.msftconnecttest.com',
  'ctldl.windowsupdate.com',
  'nvidia.github.io',
  'us.download.nvidia.com',
  'download.docker.com',
  // registries, vaults, watching, policies, extensions
  '*.azurecr.io',
  'vault.azure.net',
  '*.vault.azure.net',
  '*.ods.opinsights.azure.com',
  '*.oms.opinsights.azure.com',
  '*.monitoring.azure.com',
  '*.ingest.monitor.azure.com',
  '*.handler.control.monitor.azure.com',
  'dc.services.visualstudio.com',
  '*.cloud.defender.microsoft.com',
  'data.policy.core.windows.net',
  'store.policy.core.windows.net',
  '*.dp.kubernetesconfiguration.azure.com',
  '*.ingestion.msftcloudes.com',
  '*.microsoftmetrics.com',
  'marketplaceapi.microsoft.com',
  // code and images
  'github.com',
  '*.github.com',
  '*.githubusercontent.com',
  'ghcr.io',
] as const;

/** Service tags of the same; each stands for its regions, too. */
export const approvedServiceTags = [
  'AzureContainerRegistry',
  'MicrosoftContainerRegistry',
  'AzureFrontDoor.FirstParty',
  'AzureMonitor',
  'AzureKeyVault',
  'AzureActiveDirectory',
  'AzureResourceManager',
] as const;

/** Tags of host names that Azure Firewall keeps. */
export const approvedFqdnTags = [
  'AzureKubernetesService',
  'WindowsUpdate',
  'WindowsDiagnostics',
  'MicrosoftActiveProtectionService',
  'AzureBackup',
] as const;
