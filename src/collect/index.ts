/** What live work takes from here, loaded only for it. */
export { aliasedSink } from './aliasedSink.ts';
export { collect } from './collect.ts';
export { examine } from './doctor.ts';
export { checkPermissions } from './permissionCheck.ts';
export { accessOf, azureRole, clusterRole, dataRole } from './permissions.ts';
export { askedOf, openSession } from './session.ts';
export { needsOf, sourcesFor } from './sources.ts';
