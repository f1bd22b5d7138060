import type { Seen } from '../seen.ts';
import type { Registry } from '../wire.ts';
import { allFound } from './firstFound.ts';
import type { Flaw } from './flaws.ts';
import { parseImage } from './images.ts';
import { glob } from './namespaces.ts';
import { containersOf } from './podSpecs.ts';
import { isAzureHost, loginServerOf } from './registries.ts';
import type { Shape } from './workloads.ts';

/** What images may come from. */
export interface Approved {
  /** Hosts, or hosts with the beginning of a path, in which `*` stands for anything; none: the Azure registries that were read. */
  named: readonly string[];
  /** Likewise, of the platform: approved beside the others. */
  platform: readonly string[];
  registries: Seen<Registry>;
}

/** Images from elsewhere. Throws NotSeen where a registry of Azure was not read, unless another image is from elsewhere in any case. */
export const strangeImages = ({ spec, pointer: at }: Shape, approved: Approved): readonly Flaw[] =>
  allFound(
    ...containersOf(spec, at).map(({ container, pointer }) => () => {
      const image = parseImage(container.image);
      const what = image === undefined ? 'no valid reference' : image.registry;
      if (image !== undefined && isApproved(image, approved)) return [];
      return [{ of: container.name ?? '', what, pointer: `${pointer}/image`, expected: 'an approved registry' }];
    }),
  );

function isApproved(
  { registry, repository }: { registry: string; repository: string },
  { named, platform, registries }: Approved,
): boolean {
  const full = `${registry}/${repository}`;
  const matches = (entry: string): boolean => [entry, `${entry}/*`].some((pattern) => glob(pattern)(full)) || glob(entry)(registry);
  if ([...named, ...platform].some(matches)) return true;
  if (named.length > 0 || !isAzureHost(registry)) return false;
  // One that was not read may be the owner's, in another subscription.
  if (!registries.items.some((each) => loginServerOf(each) === registry)) registries.get(registry);
  return true;
}
