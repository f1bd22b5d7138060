import { armKeys, kinds } from '../kinds.ts';
import type { Origin, StateKey } from '../snapshot.ts';
import { typeOfId } from './armId.ts';
import { armError, gapOf, hintOf, keyOfError } from './armError.ts';
import { type ArmHarvest, fileStem, foundKey, keyOfFile, madeId, pointed } from './armHarvest.ts';
import { readCompute } from './armCompute.ts';
import { addFound } from './armShapes.ts';
import { field, keyOfType, statedType, toWireResource } from './armShape.ts';
import { isObject } from '../model/objects.ts';
import { kubernetesVersionsIn } from '../model/offeredVersions.ts';
import { isTemplate, readTemplate } from './template.ts';

/**
 * Reads one JSON value as ARM JSON: a resource, an array, a page of REST (`value`), a Resource Graph result (`data`), a
 * deployment template, an error body. @returns false when it is none of these
 */
export function readArm(value: unknown, origin: Origin, into: ArmHarvest, listed = false, depth = 0): boolean {
  if (depth > 20) return false;
  if (Array.isArray(value)) return readList(value, origin, into, depth);
  if (!isObject(value)) return false;
  if (isTemplate(value)) {
    readTemplate(value, origin, into);
    return true;
  }
  if (isKubernetes(value)) return false;
  const type = statedType(value) ?? (looksLikeCluster(value) ? kindType('cluster') : undefined);
  if (type !== undefined) {
    readResource(value, type, origin, into, listed);
    return true;
  }
  if (isVersionList(value)) {
    readVersions(value, origin, into);
    return true;
  }
  if (readCompute(value, origin, into)) return true;
  const list = listName(value);
  if (list !== undefined) {
    noteFurtherPages(value, list, origin, into);
    return readList(value[list] as unknown[], pointed(origin, list), into, depth);
  }
  return readRefusal(value, origin, into) || readForeign(value, origin, into);
}

/** The rest of a file whose list was handed on item by item. */
export function readArmEnvelope(envelope: Record<string, unknown> | [], origin: Origin, into: ArmHarvest): void {
  if (!Array.isArray(envelope)) noteFurtherPages(envelope, Object.hasOwn(envelope, 'data') ? 'data' : 'value', origin, into);
}

const kindType = (key: StateKey): string => {
  const kind = kinds[key];
  return kind.plane === 'azure' ? (kind.type ?? '') : '';
};

const isKubernetes = (value: Record<string, unknown>): boolean =>
  typeof value.kind === 'string' && typeof value.apiVersion === 'string' && !('properties' in value);

/** Some tools drop id, type and name; nothing but a cluster has these. */
function looksLikeCluster(value: Record<string, unknown>): boolean {
  const own = field(value, 'properties');
  const body = isObject(own) ? own : value;
  const marks = [
    'agentPoolProfiles',
    'nodeResourceGroup',
    'dnsPrefix',
    'kubernetesVersion',
    'apiServerAccessProfile',
    'addonProfiles',
    'networkProfile',
  ];
  return (body !== value || typeof field(value, 'name') === 'string') && marks.filter((mark) => Object.hasOwn(body, mark)).length >= 3;
}

const isVersionList = ({ values }: Record<string, unknown>): boolean =>
  Array.isArray(values) && values.length > 0 && values.every((each) => isObject(each) && 'patchVersions' in each);

/** What `az aks get-versions` prints does not say of which region it is: the name of its file does, `kubernetesVersions.<region>.json`. */
function readVersions(value: Record<string, unknown>, origin: Origin, into: ArmHarvest): void {
  const region = /(?:^|\/)kubernetesversions\.([a-z0-9]+)\.json$/i.exec(origin.file)?.[1]?.toLowerCase();
  if (region === undefined) {
    const todo = 'Name it kubernetesVersions.<region>.json, for example kubernetesVersions.westeurope.json.';
    into.warnings.push({ where: origin.file, what: 'holds versions of Kubernetes and does not say of which region.', todo });
    return;
  }
  const { id, name, type } = kubernetesVersionsIn(region);
  const resource = { ...toWireResource({ properties: value, name }, type, id), id };
  addFound({ key: 'kubernetesVersions', resource, origin, listed: true }, into);
}

function listName(value: Record<string, unknown>): 'value' | 'data' | undefined {
  if (Array.isArray(value.value)) return 'value';
  return Array.isArray(value.data) ? 'data' : undefined;
}

function readList(items: readonly unknown[], origin: Origin, into: ArmHarvest, depth: number): boolean {
  if (items.length === 0) return stateEmpty(origin, into);
  let known = false;
  items.forEach((item, at) => {
    known = readArm(item, pointed(origin, at), into, true, depth + 1) || known;
  });
  return known;
}

/** An empty list does not say of what: the name of its file does. */
function stateEmpty(origin: Origin, into: ArmHarvest): boolean {
  const key = keyOfFile(origin.file);
  if (key !== undefined) into.statements.push({ key, file: origin.file });
  else
    into.warnings.push({
      where: origin.file,
      what: 'an empty list does not say what it is a list of.',
      todo: `Name the file after it: ${listedKeys()}.`,
    });
  return true;
}

const listedKeys = (): string =>
  armKeys
    .filter((key) => key !== 'cluster' && key !== 'neighbours')
    .map((key) => `${key}.json`)
    .join(', ');

function readResource(value: Record<string, unknown>, type: string, origin: Origin, into: ArmHarvest, listed: boolean): void {
  const id = resourceId(value, type, origin);
  const body = Object.keys(value).find((key) => key.toLowerCase() === 'properties' && isObject(value[key]));
  addFound(
    { key: foundKey(type, id), resource: toWireResource(value, type, id), origin, ...(body === undefined ? {} : { body }), listed },
    into,
  );
  const nested = field(value, 'resources');
  if (!Array.isArray(nested)) return;
  nested.forEach((item, at) => {
    if (!readArm(item, pointed(origin, 'resources', at), into, true, 1)) {
      into.warnings.push({
        where: `${origin.file}#${pointed(origin, 'resources', at).pointer}`,
        what: 'a nested resource without a type was not read.',
      });
    }
  });
}

function resourceId(value: Record<string, unknown>, type: string, origin: Origin): string {
  for (const name of ['id', 'resourceid']) {
    const id = field(value, name);
    if (typeof id === 'string' && typeOfId(id) !== undefined) return id;
  }
  const [name, group] = [field(value, 'name'), field(value, 'resourcegroup')].map((each) =>
    typeof each === 'string' && each !== '' ? each : undefined,
  );
  return madeId(`/subscriptions/unknown/resourceGroups/${group ?? fileStem(origin.file)}`, type, name ?? fileStem(origin.file));
}

/** A page that says that more follows leaves the keys it holds incomplete. */
function noteFurtherPages(envelope: Record<string, unknown>, list: 'value' | 'data', origin: Origin, into: ArmHarvest): void {
  const more = ['nextLink', '@odata.nextLink', '$skipToken', 'skip_token', 'skipToken'].some(
    (name) => typeof envelope[name] === 'string' && envelope[name] !== '',
  );
  const [total, items] = [envelope.total_records ?? envelope.totalRecords, envelope[list]];
  const short = typeof total === 'number' && Array.isArray(items) && items.length < total;
  if (!more && !short) return;
  const types = (Array.isArray(items) ? items : []).flatMap((item) => (isObject(item) ? (statedType(item) ?? []) : []));
  const keys = new Set([...types.map((type) => keyOfType(type)), keyOfFile(origin.file)].filter((key) => key !== undefined));
  for (const key of keys)
    into.statements.push({
      key,
      file: origin.file,
      gap: { key, why: 'failed', message: 'The file holds one page of several; export all of them.' },
    });
  into.warnings.push({
    where: origin.file,
    what: 'holds one page of a longer list.',
    todo: 'Export all pages; `az` does so by itself, `az rest` does not.',
  });
}

/** What az printed in place of JSON: `ERROR: (AuthorizationFailed) The client ...`, or of `az rest` `ERROR: Forbidden({...})`. */
export function readArmText(text: string, origin: Origin, into: ArmHarvest): boolean {
  const [, code = '', message = ''] = /^\s*(?:ERROR: )?\((\w+)\) ([\s\S]*)/.exec(text) ?? [];
  if (readRefusal({ code, message }, origin, into)) return true;
  const body = parsed(/^\s*ERROR: [\w ]{1,80}\((\{[\s\S]*\})\)\s*$/.exec(text)?.[1]);
  if (isObject(body) && readRefusal(body, origin, into)) return true;
  if (!/^\s*ERROR: /.test(text)) return false;
  const key = keyOfFile(origin.file);
  if (key === undefined)
    into.warnings.push({ where: origin.file, what: 'holds an error of az that does not say what it was about.', todo: 'Export it again.' });
  else
    into.statements.push({ key, file: origin.file, gap: { key, why: 'failed', message: 'az printed an error in place of the resource.' } });
  return true;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readRefusal(value: Record<string, unknown>, origin: Origin, into: ArmHarvest): boolean {
  const error = armError(value);
  if (error === undefined) return false;
  const key = keyOfFile(origin.file) ?? keyOfError(error);
  if (key === undefined) {
    into.warnings.push({
      where: origin.file,
      what: `holds an error of Azure (${error.code}) and does not say of what.`,
      todo: `Name the file after what was asked for: ${listedKeys()}.`,
    });
    return true;
  }
  const gap = gapOf(error, key);
  if (key === 'cluster') {
    const todo = gap.why === 'forbidden' ? `It needs ${gap.permission}.` : 'Export it again.';
    into.warnings.push({ where: origin.file, what: `holds an error of Azure (${error.code}) in place of the cluster.`, todo });
  }
  const about = hintOf(error);
  into.statements.push({ key, file: origin.file, gap, ...(about === undefined ? {} : { about }) });
  return true;
}

/** What is known not to be an input is named with what to use instead. */
function readForeign(value: Record<string, unknown>, origin: Origin, into: ArmHarvest): boolean {
  const told = foreign(value);
  if (told === undefined) return false;
  into.warnings.push({ where: origin.file, ...told });
  return true;
}

function foreign(value: Record<string, unknown>): { what: string; todo: string } | undefined {
  const schema = typeof value.$schema === 'string' ? value.$schema : '';
  if (/deploymentParameters\.json/i.test(schema) || ('contentVersion' in value && 'parameters' in value)) {
    return { what: 'is a parameters file and was not read.', todo: 'Deploy the template, then export the cluster.' };
  }
  if ('format_version' in value && ('planned_values' in value || 'values' in value)) {
    return {
      what: 'is a Terraform plan or state and was not read.',
      todo: 'Apply it, then export the deployed cluster: az aks show -g <resource-group> -n <cluster> -o json.',
    };
  }
  if (value.kind === undefined && ['apiVersion', 'name', 'version'].every((name) => typeof value[name] === 'string')) {
    return { what: 'is of a Helm chart and was not read.', todo: 'Render it first: helm template <chart> > manifests.yaml.' };
  }
  if ('terraform_version' in value && 'lineage' in value) {
    return {
      what: 'is a Terraform state and was not read.',
      todo: 'Export the deployed cluster: az aks show -g <resource-group> -n <cluster> -o json.',
    };
  }
  return undefined;
}
