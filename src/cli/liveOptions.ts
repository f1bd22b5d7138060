import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LiveChoice } from '../collect/session.ts';
import { UserError } from '../errors.ts';

/** Which clusters, and how they are read: the flags that audit, collect, permissions --check and doctor share. */
export interface LiveFlags {
  subscription: string[];
  resourceGroup: string[];
  name: string[];
  resourceId: string[];
  managementGroup?: string;
  allSubscriptions?: boolean;
  selector: string[];
  tenant?: string;
  cloud?: LiveChoice['cloud'];
  armEndpoint?: string;
  kubeconfig?: string;
  context?: string;
  inCluster?: boolean;
  allowLocalAccounts?: boolean;
  scanConfigmaps?: boolean;
  skipKubernetes?: boolean;
  skipAzure?: boolean;
  concurrency: number;
  timeout: number;
}

const targetFlags = ['subscription', 'resourceGroup', 'name', 'resourceId', 'managementGroup', 'allSubscriptions', 'selector'] as const;
const readingFlags = [
  ...(['tenant', 'cloud', 'armEndpoint', 'kubeconfig', 'context', 'inCluster', 'allowLocalAccounts', 'scanConfigmaps'] as const),
  ...(['skipKubernetes', 'skipAzure', 'concurrency', 'timeout', 'keep'] as const),
];

export function addLiveOptions(command: Command): Command {
  return command
    .optionsGroup('Live clusters:')
    .addOption(repeated('-s, --subscription <id|name>', 'clusters of this subscription (default: the current one of az)'))
    .addOption(repeated('-g, --resource-group <name>', 'of this resource group'))
    .addOption(repeated('-n, --name <cluster>', 'of this name'))
    .addOption(repeated('--resource-id <id>', 'the cluster of this ARM id'))
    .option('--management-group <id>', 'clusters of all subscriptions under this management group')
    .option('--all-subscriptions', 'clusters of every subscription that can be seen')
    .addOption(new Option('--selector <tag=value>', 'of clusters with this tag; may be repeated').argParser(tagValue).default([], 'all'))
    .option('--tenant <id>', 'the Entra tenant to ask for tokens')
    .addOption(new Option('--cloud <name>', 'which Azure').choices(['AzureCloud', 'AzureUSGovernment', 'AzureChinaCloud']))
    .option('--arm-endpoint <url>', 'another Azure Resource Manager (https); its tokens are of its own audience')
    .option('--kubeconfig <path>', 'reach API servers by the contexts of this file')
    .option('--context <name>', 'by this context of it')
    .option('--in-cluster', 'reach the API server of the cluster this runs in by its service account')
    .option('--allow-local-accounts', 'use the administrator certificate of clusters without Entra')
    .option('--scan-configmaps', 'read ConfigMaps too, for what looks like a credential; no value is kept')
    .option('--skip-kubernetes', 'do not ask API servers')
    .option('--skip-azure', 'ask Azure for the clusters alone, not for what hangs on them')
    .addOption(new Option('--concurrency <clusters>', 'clusters at a time').argParser(wholeNumber).default(8))
    .addOption(new Option('--timeout <duration>', 'how long a cluster may take: 90s, 5m, 1h').argParser(duration).default(300_000, '5m'));
}

const repeated = (flags: string, description: string): Option =>
  new Option(flags, `${description}; may be repeated`)
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], 'all');

/** The flags that only live work has; what was given of them. */
export function liveFlagsGiven(command: Command): string[] {
  return [...targetFlags, ...readingFlags]
    .filter((name) => command.getOptionValueSource(name) === 'cli')
    .map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}

/** @throws UserError for flags that say two things at once */
export function liveChoice(flags: LiveFlags): LiveChoice {
  const wrong = contradiction(flags);
  if (wrong !== undefined) throw new UserError(wrong);
  const { subscription, resourceGroup, name, resourceId, allSubscriptions, inCluster, allowLocalAccounts, scanConfigmaps } = flags;
  const { skipKubernetes, skipAzure } = flags;
  return {
    subscriptions: subscription,
    resourceGroups: resourceGroup,
    names: name,
    resourceIds: resourceId,
    ...(flags.managementGroup === undefined ? {} : { managementGroup: flags.managementGroup }),
    allSubscriptions: allSubscriptions === true,
    selectors: flags.selector,
    ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }),
    ...(flags.cloud === undefined ? {} : { cloud: flags.cloud }),
    ...(flags.armEndpoint === undefined ? {} : { armEndpoint: flags.armEndpoint }),
    ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
    ...(flags.context === undefined ? {} : { context: flags.context }),
    inCluster: inCluster === true,
    allowLocalAccounts: allowLocalAccounts === true,
    scanConfigMaps: scanConfigmaps === true,
    planes: [...(skipAzure === true ? [] : (['azure'] as const)), ...(skipKubernetes === true ? [] : (['kubernetes'] as const))],
    concurrency: flags.concurrency,
    timeout: flags.timeout,
  };
}

function contradiction(flags: LiveFlags): { where: string; what: string; todo: string } | undefined {
  if (flags.skipAzure && flags.skipKubernetes)
    return { where: '--skip-azure, --skip-kubernetes', what: 'leave nothing to read.', todo: 'Give one of them.' };
  const wide = [
    flags.managementGroup && '--management-group',
    flags.allSubscriptions && '--all-subscriptions',
    flags.subscription.length > 0 && '-s',
  ].filter(Boolean);
  if (wide.length > 1) return { where: wide.join(', '), what: 'say different things of where clusters are.', todo: 'Give one of them.' };
  if (flags.scanConfigmaps && flags.skipKubernetes)
    return { where: '--scan-configmaps, --skip-kubernetes', what: 'leave no ConfigMap to read.', todo: 'Give one of them.' };
  if (flags.inCluster && (flags.kubeconfig ?? flags.context) !== undefined)
    return { where: '--in-cluster, --kubeconfig', what: 'are two ways to one API server.', todo: 'Give one of them.' };
  return undefined;
}

function tagValue(value: string, before: readonly string[]): string[] {
  if (value.indexOf('=') <= 0) throw new InvalidArgumentError('It is written <tag>=<value>.');
  return [...before, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!/^\d{1,3}$/.test(value) || number < 1) throw new InvalidArgumentError('It is a whole number from 1 to 999.');
  return number;
}

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
/** @returns milliseconds */
function duration(value: string): number {
  const [, amount = '', unit = 's'] = /^(\d{1,5})([smh]?)$/.exec(value) ?? [];
  const milliseconds = Number(amount) * (units[unit || 's'] ?? 0);
  if (milliseconds <= 0 || milliseconds > 24 * 3_600_000) throw new InvalidArgumentError('It is a time such as 90s, 5m or 1h.');
  return milliseconds;
}
