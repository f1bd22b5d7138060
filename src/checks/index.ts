import type { Check } from '../check.ts';
import * as access from './access.ts';
import * as addresses from './addresses.ts';
import * as alerts from './alerts.ts';
import * as apis from './apis.ts';
import * as autoscaling from './autoscaling.ts';
import * as azureAccess from './azureAccess.ts';
import * as certificates from './certificates.ts';
import * as backup from './backup.ts';
import * as capacity from './capacity.ts';
import * as cluster from './cluster.ts';
import * as containers from './containers.ts';
import * as controlPlane from './controlPlane.ts';
import * as cost from './cost.ts';
import * as credentials from './credentials.ts';
import * as disruption from './disruption.ts';
import * as egress from './egress.ts';
import * as dataBackups from './dataBackups.ts';
import * as dependencies from './dependencies.ts';
import * as defender from './defender.ts';
import * as edge from './edge.ts';
import * as exposure from './exposure.ts';
import * as gatekeeper from './gatekeeper.ts';
import * as gitOps from './gitOps.ts';
import * as firewall from './firewall.ts';
import * as hub from './hub.ts';
import * as health from './health.ts';
import * as identity from './identity.ts';
import * as ingress from './ingress.ts';
import * as identityRoles from './identityRoles.ts';
import * as ingressAccess from './ingressAccess.ts';
import * as images from './images.ts';
import * as isolation from './isolation.ts';
import * as logs from './logs.ts';
import * as namespaces from './namespaces.ts';
import * as network from './network.ts';
import * as nodePools from './nodePools.ts';
import * as nodeSizes from './nodeSizes.ts';
import * as observability from './observability.ts';
import * as placement from './placement.ts';
import * as platform from './platform.ts';
import * as podSecurity from './podSecurity.ts';
import * as policies from './policies.ts';
import * as policyAssignments from './policyAssignments.ts';
import * as policyTopics from './policyTopics.ts';
import * as privateDns from './privateDns.ts';
import * as privateLink from './privateLink.ts';
import * as publicAccess from './publicAccess.ts';
import * as registries from './registries.ts';
import * as regions from './regions.ts';
import * as scaling from './scaling.ts';
import * as security from './security.ts';
import * as serviceAccounts from './serviceAccounts.ts';
import * as snat from './snat.ts';
import * as spoke from './spoke.ts';
import * as storage from './storage.ts';
import * as subnets from './subnets.ts';
import * as subscriptions from './subscriptions.ts';
import * as tags from './tags.ts';
import * as tracing from './tracing.ts';
import * as upgrades from './upgrades.ts';
import * as vaults from './vaults.ts';
import * as versions from './versions.ts';
import * as workloadIdentity from './workloadIdentity.ts';
import * as workloads from './workloads.ts';
import * as zones from './zones.ts';

/** One line a subject; a rule's `check: subject.name` is the constant of that name in src/checks/<subject>.ts. */
export const checks: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  access,
  addresses,
  alerts,
  apis,
  autoscaling,
  azureAccess,
  certificates,
  backup,
  capacity,
  cluster,
  containers,
  controlPlane,
  cost,
  credentials,
  disruption,
  egress,
  dataBackups,
  dependencies,
  defender,
  edge,
  exposure,
  gatekeeper,
  gitOps,
  firewall,
  hub,
  health,
  identity,
  ingress,
  identityRoles,
  ingressAccess,
  images,
  isolation,
  logs,
  namespaces,
  network,
  nodePools,
  nodeSizes,
  observability,
  placement,
  platform,
  podSecurity,
  policies,
  policyAssignments,
  policyTopics,
  privateDns,
  privateLink,
  publicAccess,
  registries,
  regions,
  scaling,
  security,
  serviceAccounts,
  snat,
  spoke,
  storage,
  subnets,
  subscriptions,
  tags,
  tracing,
  upgrades,
  vaults,
  versions,
  workloadIdentity,
  workloads,
  zones,
};
