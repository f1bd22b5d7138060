import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Status } from '../../src/result.ts';
import { auditPaths, ruleNames } from './support/auditing.ts';
import { onlyCluster } from './support/cases.ts';
import { describeCorpus, filesBelow } from './support/corpus.ts';

/** What a rule says of the states of a cluster that one test of azure-cli recorded: of each the same, or of some this and of others that. */
type Said = Exclude<Status, 'manual' | 'waived'>;
type Expected = Readonly<Record<string, Said | readonly Said[]>>;
const changes = ['pass', 'fail'] as const;

/** By the name of the test, which says what the cluster was made with, or what was switched on and off. */
const recorded: Readonly<Record<string, Expected>> = {
  test_aks_addon_list_all_disabled: { 'azure-policy-addon': 'fail', 'container-insights': 'fail', 'key-vault-csi-addon': 'fail' },
  test_aks_addon_update_with_azurekeyvaultsecretsprovider: {
    'key-vault-csi-addon': changes,
    'secret-rotation': ['pass', 'fail', 'notApplicable'],
  },
  test_aks_api_server_authorized_ip_ranges: { 'api-server-authorized-ip-ranges': changes, 'private-api-server': 'fail' },
  test_aks_automatic_sku: {
    'auto-upgrade-channel': 'pass',
    'azure-policy-addon': 'pass',
    'azure-rbac-authorization': 'pass',
    'image-cleaner': 'pass',
    'local-accounts-disabled': 'pass',
    'network-policy-engine': 'pass',
    'node-os-upgrade-channel': 'pass',
    'private-api-server': 'fail',
    'uptime-sla-tier': 'pass',
    'workload-identity-enabled': 'pass',
  },
  test_aks_azure_cni_overlay_migration: { 'azure-cni': 'pass', 'cni-ip-model': changes },
  test_aks_azure_cni_overlay_migration_from_kubenet: { 'azure-cni': changes },
  test_aks_control_plane_user_assigned_identity: { 'cluster-identity-user-assigned': 'pass', 'cluster-managed-identity': 'pass' },
  test_aks_create_addon_with_azurekeyvaultsecretsprovider_with_secret_rotation: {
    'key-vault-csi-addon': 'pass',
    'secret-rotation': 'pass',
  },
  test_aks_create_autoscaler_then_update: { 'node-autoscaling': changes },
  test_aks_create_blb_vmas: { 'retired-platform-features': 'fail', 'standard-load-balancer': 'fail' },
  test_aks_create_default_service: { 'cluster-managed-identity': 'fail' },
  test_aks_create_default_service_msi: { 'cluster-managed-identity': 'pass' },
  test_aks_create_disable_rbac: { 'kubernetes-rbac-enabled': 'fail' },
  test_aks_create_node_public_ip: { 'no-node-public-ip': 'fail' },
  test_aks_create_nonaad_and_update_with_managed_aad: { 'entra-id-authentication': changes },
  test_aks_create_none_private_dns_zone: { 'private-api-server': 'pass' },
  test_aks_create_slb_vmss_with_outbound_ip_then_update: { 'standard-load-balancer': 'pass', 'retired-platform-features': 'pass' },
  test_aks_create_with_auto_upgrade_channel_and_node_os_upgrade_channel: {
    'auto-upgrade-channel': changes,
    'node-os-upgrade-channel': changes,
  },
  test_aks_create_with_azurekeyvaultsecretsprovider_addon: { 'key-vault-csi-addon': 'pass', 'secret-rotation': 'fail' },
  test_aks_create_with_block_and_update_to_none_outbound: { 'outbound-type-controlled': 'pass' },
  test_aks_create_with_custom_monitoring_workspace: { 'container-insights': 'pass' },
  test_aks_create_with_enable_acns: { 'traffic-observability': 'pass' },
  test_aks_create_with_enable_cost_analysis: { 'cost-analysis': 'pass' },
  test_aks_create_with_ephemeral_disk: { 'os-disk-type': 'pass' },
  test_aks_create_with_image_cleaner_enabled_with_interval_hours: { 'image-cleaner': 'pass' },
  test_aks_create_with_keda: { 'keda-enabled': 'pass' },
  test_aks_create_with_network_dataplane_cilium: { 'cilium-dataplane': 'pass', 'network-policy-engine': 'pass' },
  test_aks_create_with_network_plugin_none: { 'azure-cni': 'fail', 'cilium-dataplane': 'notApplicable' },
  test_aks_create_with_overlay_network_plugin_mode: { 'azure-cni': 'pass', 'cni-ip-model': 'pass' },
  test_aks_create_with_paid_sku: { 'uptime-sla-tier': 'pass' },
  test_aks_create_with_paid_sku_msi: { 'uptime-sla-tier': changes },
  test_aks_create_with_pod_identity_enabled: { 'pod-managed-identity-removed': changes },
  test_aks_disable_local_accounts: { 'local-accounts-disabled': 'pass' },
  test_aks_install_azure_npm: { 'network-policy-engine': changes },
  test_aks_install_calico_npm: { 'network-policy-engine': 'pass' },
  test_aks_managed_identity_without_service_principal: { 'cluster-managed-identity': 'pass' },
  test_aks_migrate_cluster_to_cilium_dataplane: { 'cilium-dataplane': changes },
  test_aks_migrate_vmas_to_vms: { 'retired-platform-features': changes, 'standard-load-balancer': changes },
  test_aks_nodepool_system_pool: { 'dedicated-system-pool': 'fail' },
  test_aks_private_cluster: { 'private-api-server': 'pass', 'api-server-authorized-ip-ranges': 'notApplicable' },
  test_aks_private_cluster_without_public_fqdn: { 'private-api-server': 'pass' },
  test_aks_uninstall_azure_npm: { 'network-policy-engine': changes },
  test_aks_update_outbound_from_slb_to_natgateway: { 'outbound-type-controlled': 'fail' },
  test_aks_update_to_msi_cluster: { 'cluster-managed-identity': changes },
  test_aks_update_with_image_cleaner: { 'image-cleaner': changes },
  test_aks_update_with_keda: { 'keda-enabled': ['pass', 'notApplicable'] },
  test_aks_update_with_kms_pmk: { 'etcd-kms-encryption': changes },
  test_aks_update_with_oidc_issuer_enabled: { 'workload-identity-enabled': 'fail' },
  test_aks_update_with_premium_sku: { 'uptime-sla-tier': changes },
  test_aks_update_with_workload_identity: { 'workload-identity-enabled': changes },
  test_managed_aad_enable_azure_rbac: { 'azure-rbac-authorization': 'pass', 'entra-id-authentication': 'pass' },
};

describeCorpus('recordings of azure-cli, by the names of its tests', 'azure-cli/managedCluster', (root) => {
  const files = Map.groupBy(filesBelow(root), (file) => file.slice(0, file.indexOf('.')));
  const rules = new Set(Object.values(recorded).flatMap((expected) => Object.keys(expected)));

  test('every recording and every rule of the table is there', () => {
    expect(Object.keys(recorded).filter((name) => !files.has(name))).toEqual([]);
    expect([...rules].filter((rule) => !ruleNames.has(rule))).toEqual([]);
  });

  test('verdicts', async () => {
    const said: Record<string, readonly Status[]> = {};
    for (const [name, expected] of Object.entries(recorded)) {
      const clusters = [];
      for (const file of files.get(name) ?? []) clusters.push(onlyCluster(file, await auditPaths([join(root, file)], true)));
      for (const rule of Object.keys(expected)) {
        const statuses = clusters.map(({ entries }) => entries.find((entry) => entry.rule === rule)?.result.status ?? 'unknown');
        said[`${name} ${rule}`] = [...new Set(statuses)].sort();
      }
    }
    const table = Object.entries(recorded).flatMap(([name, expected]) =>
      Object.entries(expected).map(([rule, statuses]) => [`${name} ${rule}`, [statuses].flat().sort()] as const),
    );
    const agreed = table.filter(([key, statuses]) => String(statuses) === String(said[key])).length;
    console.log(`\nrecordings: ${table.length} verdicts compared, ${agreed} agree, ${table.length - agreed} do not`);
    expect(said).toEqual(Object.fromEntries(table));
  });
});
