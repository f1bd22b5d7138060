import type { Seen } from '../seen.ts';
import type { Deployment } from '../wire.ts';
import { parseImage } from './images.ts';
import { containersOf } from './podSpecs.ts';

/** The Deployment of an admission engine that the cluster's owner installed: Kyverno, or a Gatekeeper that is not Azure Policy's. */
export const admissionEngine = (deployments: Seen<Deployment>): Deployment | undefined => deployments.find(isAdmissionEngine);

function isAdmissionEngine({ spec }: Deployment): boolean {
  if (spec?.replicas === 0) return false;
  return containersOf(spec?.template?.spec).some(({ kind, container }) => {
    const image = parseImage(container.image);
    // Azure Policy brings its own Gatekeeper from Microsoft's registry, as part of the add-on.
    return (
      kind === 'containers' &&
      image !== undefined &&
      image.registry !== 'mcr.microsoft.com' &&
      /(^|\/)(kyverno\/kyverno|openpolicyagent\/gatekeeper)$/.test(image.repository)
    );
  });
}
