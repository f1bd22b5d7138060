import { check, fail, pass, see } from '../check.ts';
import { dependencies, dependencyKeys, hasOldCategories, loggedAt, settingsOf } from '../model/dependencies.ts';

/** Logs of what stands around the cluster, in a workspace where somebody can ask them. */
export const diagnostics = check({
  needs: [...dependencyKeys, 'resourceDiagnosticSettings'],
  subjects: dependencies,
  none: 'The cluster uses no firewall, gateway, registry or vault of its own.',
  judge: (resource, _params, { cluster, resourceDiagnosticSettings }) => {
    const settings = settingsOf(resource, resourceDiagnosticSettings, cluster);
    const setting = settings.find((each) => loggedAt(each) !== undefined);
    if (setting !== undefined)
      return pass(
        'Its logs go to a workspace.',
        see(setting, loggedAt(setting) ?? '/properties/logs'),
        hasOldCategories(setting) ? 'It uses categories that structured logs replace.' : undefined,
      );
    const others = settings.all().map((each) => see(each, '/properties/workspaceId', 'a workspace'));
    return fail('None of its logs goes to a workspace.', others.length > 0 ? others : see(resource, '/id', 'a diagnostic setting'));
  },
});
