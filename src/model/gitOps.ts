import type { Facts } from '../check.ts';
import { all, any } from '../seen.ts';
import type { ArgoApplication, ClusterExtension, FluxConfiguration, FluxObject, GitRepository } from '../wire.ts';
import { looksLike } from './credentials.ts';
import type { Flaw } from './flaws.ts';
import { isRedacted } from './redact.ts';

export const gitOpsNeeds = ['extensions', 'fluxConfigurations', 'kustomizations', 'helmReleases', 'argoApplications'] as const;
export type GitOpsFacts = Facts<(typeof gitOpsNeeds)[number]>;

export const isFlux = ({ properties }: ClusterExtension): boolean => properties.extensionType?.toLowerCase() === 'microsoft.flux';

/** Whether Flux or Argo CD delivers anything to a namespace in scope; the extension alone delivers nothing. */
export function deliversInScope({
  extensions,
  fluxConfigurations,
  kustomizations,
  helmReleases,
  argoApplications,
  inScope,
}: GitOpsFacts): boolean {
  const isIn = (namespace: string | undefined) => namespace !== undefined && namespace !== '' && inScope(namespace);
  return any(
    () => kustomizations.some((each) => isIn(each.spec?.targetNamespace) || inventory(each).some(isIn)),
    () => helmReleases.some(({ spec, metadata }) => isIn(spec?.targetNamespace ?? metadata.namespace)),
    () => argoApplications.some(({ spec }) => isOwnCluster(spec?.destination) && isIn(spec?.destination?.namespace)),
    () =>
      all(
        () => extensions.some(isFlux),
        () => fluxConfigurations.some(({ properties: { scope, namespace } }) => scope?.toLowerCase() !== 'namespace' || isIn(namespace)),
      ),
  );
}

/** Namespaces of what Flux applied, which it lists as `<namespace>_<name>_<group>_<kind>`; and those that it made. */
const inventory = ({ status }: FluxObject): string[] =>
  (status?.inventory?.entries ?? []).flatMap(({ id = '' }) => {
    const [namespace = '', name = '', , kind] = id.split('_');
    return namespace !== '' ? namespace : kind === 'Namespace' ? name : [];
  });

/** An Argo CD may deliver to other clusters. */
const isOwnCluster = (destination: { server?: string; name?: string } | undefined): boolean =>
  destination?.name === 'in-cluster' || (destination?.name === undefined && (destination?.server ?? own).startsWith(own));
const own = 'https://kubernetes.default.svc';

export type Delivery = FluxConfiguration | FluxObject | GitRepository | ArgoApplication;
/** How a delivery is. `open` is a mild flaw alone; `waiting`: it has not said yet. */
export interface DeliveryState {
  flaws: readonly Flaw[];
  open?: Flaw;
  waiting?: Flaw;
}

export function deliveryState(delivery: Delivery): DeliveryState {
  if ('properties' in delivery) return configurationState(delivery);
  if (delivery.kind === 'Application') return applicationState(delivery as ArgoApplication); // kind tells the type
  const { spec, status } = delivery as FluxObject & GitRepository; // the members of the other are missing
  const index = status?.conditions?.findIndex(({ type }) => type === 'Ready') ?? -1;
  const ready = status?.conditions?.[index];
  const at = index < 0 ? '/status/conditions' : `/status/conditions/${index}/status`;
  const isOpen = delivery.kind === 'GitRepository' && !spec?.secretRef && !spec?.provider?.match(/^(?:azure|github)$/i);
  return {
    flaws: [
      ...(spec?.suspend === true ? [suspended('/spec/suspend')] : []),
      ...(ready?.status === 'False' ? [flaw(`not ready${ready.reason ? ` (${ready.reason})` : ''}`, at, 'Ready is True')] : []),
      ...plainText(spec?.url, '/spec/url'),
    ],
    ...(isOpen ? openSource(spec?.url, '/spec/secretRef') : {}),
    ...(ready === undefined || ready.status === 'Unknown' ? { waiting: flaw('it has not said how it is', at, 'Ready is True') } : {}),
  };
}

const flaw = (what: string, pointer: string, expected: string): Flaw => ({ of: what, what, pointer, expected });
const suspended = (pointer: string): Flaw => flaw('suspended', pointer, 'false');

function configurationState({ properties }: FluxConfiguration): DeliveryState {
  const { suspend, complianceState: state = '', provisioningState, gitRepository } = properties;
  const [git, at] = [gitRepository ?? undefined, '/properties/gitRepository'];
  const compliance = (what: string) => flaw(what, '/properties/complianceState', 'Compliant');
  const isOpen = git !== undefined && !git.httpsUser && !git.localAuthRef && !git.provider?.match(/^(?:azure|github)$/i);
  return {
    flaws: [
      ...(suspend === true ? [suspended('/properties/suspend')] : []),
      ...(provisioningState?.toLowerCase() === 'failed'
        ? [flaw('it could not be set up', '/properties/provisioningState', 'Succeeded')]
        : []),
      ...(state.toLowerCase() === 'non-compliant' ? [compliance('not compliant')] : []),
      // What ARM sends is not redacted, so a password in it must not be shown.
      ...(looksLike(git?.url ?? '') ? [embedded('/properties/sourceKind')] : plainText(git?.url, `${at}/url`)),
    ],
    ...(isOpen ? openSource(git.url, `${at}/httpsUser`) : {}),
    ...(['compliant', 'non-compliant'].includes(state.toLowerCase()) ? {} : { waiting: compliance(`its state is ${state || 'not said'}`) }),
  };
}

function applicationState({ spec, status }: ArgoApplication): DeliveryState {
  const [sync, health] = [status?.sync?.status, status?.health?.status];
  const sources = spec?.sources?.map(({ repoURL }, index) => [repoURL, `/spec/sources/${index}/repoURL`] as const);
  return {
    flaws: [
      ...(sync === undefined || sync === 'Synced' ? [] : [flaw(`sync is ${sync}`, '/status/sync/status', 'Synced')]),
      ...(health === undefined || ['Healthy', 'Progressing'].includes(health)
        ? []
        : [flaw(`health is ${health}`, '/status/health/status', 'Healthy')]),
      ...(sources ?? [[spec?.source?.repoURL, '/spec/source/repoURL'] as const]).flatMap(([url, pointer]) => plainText(url, pointer)),
    ],
    ...(sync === undefined || health === undefined || health === 'Progressing'
      ? { waiting: flaw('it has not settled', '/status/health/status', 'Healthy') }
      : {}),
  };
}

const embedded = (pointer: string): Flaw => flaw('a password stands in the URL of its source', pointer, 'a URL without one');
/** A source that is read without TLS. Of a URL with a password nothing but a marker was kept. */
function plainText(url: unknown, pointer: string): Flaw[] {
  if (isRedacted(url)) return [embedded(pointer)];
  return /^(?:http|git):\/\//i.test(String(url ?? '')) ? [flaw('its source is read without TLS', pointer, 'https, ssh or oci')] : [];
}
/** SSH never goes without a key. */
const openSource = (url: unknown, pointer: string): { open?: Flaw } =>
  /^https:\/\//i.test(String(url ?? '')) ? { open: flaw('its source is read without credentials', pointer, 'set') } : {};
