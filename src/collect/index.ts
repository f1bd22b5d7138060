/** What live work takes from here, loaded only for it. */
export { aliasedSink } from './aliasedSink.ts';
export { collect } from './collect.ts';
export { checkPermissions } from './permissionCheck.ts';
export { askedOf, openSession } from './session.ts';
export { allSources, needsOf } from './sources.ts';
