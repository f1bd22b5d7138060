import { type Seen, seen } from '../seen.ts';
import type { ManagedCluster, Registry } from '../wire.ts';
import { parseImage } from './images.ts';
import { once } from './once.ts';
import { containersOf } from './podSpecs.ts';
import { type InUse, named, ofGroup, type Tie } from './servicesInUse.ts';
import { gather } from './subnets.ts';
import { type Workload, type WorkloadFacts, workloadKeys, workloads } from './workloads.ts';

/** Needs of every rule on registries. */
export const registryKeys = ['cluster', 'registries', ...workloadKeys] as const;
export type RegistryFacts = WorkloadFacts & { readonly cluster: ManagedCluster; readonly registries: Seen<Registry> };

/**
 * The registries that the cluster uses: those that an image of a workload comes from, that nodes bootstrap from, or that
 * stand in its resource group. One that an image names, or nodes bootstrap from, and that was not read is a gap.
 */
export const registriesInUse: (facts: RegistryFacts) => Seen<InUse<Registry>> = once((facts: RegistryFacts) => {
  const images = workloads(facts).flatMap(imageHosts);
  const byHost = new Map<string, Tie>();
  for (const { host, ...tie } of images.items) if (!byHost.has(host)) byHost.set(host, tie);
  const clusters = gather([() => facts.cluster]);
  const { registries } = facts;
  const used = registries.items.flatMap((registry): InUse<Registry>[] => {
    const pulled = byHost.get(loginServerOf(registry));
    const [tie] = [...(pulled ? [pulled] : []), ...clusters.items.flatMap((cluster) => tiesTo(registry, cluster))];
    return tie === undefined ? [] : [{ resource: registry, ...tie }];
  });
  const known = new Set(registries.items.map(loginServerOf));
  const unread = [...byHost.keys()].filter((host) => isAzureHost(host) && !known.has(host));
  const wanted = [...unread, ...clusters.items.flatMap((cluster) => bootstrapOf(cluster) ?? [])];
  const missing = gather(wanted.map((id) => () => registries.get(id)));
  return seen(used, [...images.gaps, ...clusters.gaps, ...registries.gaps, ...missing.gaps]);
});

/** Hosts of Azure Container Registry, in all clouds; `mcr.microsoft.com` is nobody's own. */
export const isAzureHost = (host: string): boolean => /\.azurecr\.(io|cn|us)$/.test(host);
export const loginServerOf = ({ properties }: Registry): string => (properties.loginServer ?? '').toLowerCase();

const imageHosts = ({ shapes }: Workload): (Tie & { host: string })[] =>
  shapes.flatMap(({ source, pointer, spec }) =>
    containersOf(spec, pointer).flatMap(({ container, pointer: at }) => {
      const host = parseImage(container.image)?.registry;
      return host === undefined ? [] : [{ host, source, pointer: `${at}/image` }];
    }),
  );

const bootstrapOf = ({ properties }: ManagedCluster): string | undefined => properties.bootstrapProfile?.containerRegistryId;
const tiesTo = (registry: Registry, cluster: ManagedCluster): Tie[] => [
  ...named(registry, bootstrapOf(cluster), cluster, '/properties/bootstrapProfile/containerRegistryId'),
  ...ofGroup(registry, cluster),
];
