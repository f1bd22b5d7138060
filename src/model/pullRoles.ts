import { normalId, type Seen } from '../seen.ts';
import type { Registry } from '../wire.ts';
import { type AzureRole, allowsAction, allowsDataAction } from './azureRoles.ts';
import { type Assigned, assignedAbove, type AssignmentFacts } from './roleAssignments.ts';

const registries = 'Microsoft.ContainerRegistry/registries';

/** Whether a registry asks for roles on its repositories; AcrPull and AcrPush do nothing there. */
export const isByRepository = ({ properties }: Registry): boolean =>
  properties.roleAssignmentMode?.toLowerCase() === 'abacrepositorypermissions';

/** Whether a role pulls from this registry. */
export const pulls = (registry: Registry, role: AzureRole): boolean =>
  isByRepository(registry)
    ? allowsDataAction(role, `${registries}/repositories/content/read`)
    : allowsAction(role, `${registries}/pull/read`);

/** Whether a role does more than read: pushes, deletes, or changes the registry. */
export const doesMore = (role: AzureRole): boolean =>
  ['push/write', 'artifacts/delete', 'write', 'delete'].some((action) => allowsAction(role, `${registries}/${action}`)) ||
  ['write', 'delete'].some((action) => allowsDataAction(role, `${registries}/repositories/content/${action}`));

/** What a principal holds on a registry, there or above it. */
export const heldOn = (registry: Registry, principalId: string, facts: AssignmentFacts): Seen<Assigned> =>
  assignedAbove(registry.id, facts).filter(
    ({ assignment }) => assignment.properties.principalId?.toLowerCase() === principalId.toLowerCase(),
  );

export const inSubscriptionOf = (id: string, other: string): boolean => normalId(id).split('/')[2] === normalId(other).split('/')[2];
