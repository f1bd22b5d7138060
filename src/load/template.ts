import { exportCommand } from '../kinds.ts';
import { NotSeen } from '../seen.ts';
import type { Gap, Origin, StateKey } from '../snapshot.ts';
import { type ArmFound, type ArmHarvest, fileStem, foundKey, madeId, pointed } from './armHarvest.ts';
import { toWireResource } from './armShape.ts';
import { isObject } from '../model/objects.ts';
import { addFound } from './armShapes.ts';
import { CannotResolve, evaluateExpression, type Names } from './templateExpression.ts';

/** Stands for an expression that only a deployment can tell, until its place becomes a property that throws. */
const hole = Symbol('unresolved');
/** Values of variables that grow beyond this many nodes are not filled in. */
const largestValue = 100_000;

/** A deployment (the template or one nested in it): what its expressions refer to, and where its resources lie. */
interface Deployment {
  names: Names;
  scope: string;
  file: string;
}

/** What a template says of the deployment, not of the resource. */
const aboutDeploying = new Set(['comments', 'condition', 'copy', 'dependson', 'import', 'resources', 'scope']);

export function isTemplate(value: Record<string, unknown>): boolean {
  const schema = value.$schema;
  const resources = value.resources;
  const named = typeof schema === 'string' && /deploymentTemplate\.json/i.test(schema);
  return (Array.isArray(resources) || isObject(resources)) && (named || 'contentVersion' in value);
}

/**
 * The resources of a deployment template: parameters' defaults and variables filled in, ids made from types and names
 * under a placeholder group named after the file. An expression that stays unresolved is a gap of its property.
 */
export function readTemplate(template: Record<string, unknown>, origin: Origin, into: ArmHarvest): void {
  const scope = `/subscriptions/template/resourceGroups/${fileStem(origin.file)}`;
  const deployment = { names: namesOf(template, {}, scope), scope, file: origin.file };
  readResources(template.resources, deployment, pointed(origin, 'resources'), into);
}

function readResources(
  resources: unknown,
  deployment: Deployment,
  origin: Origin,
  into: ArmHarvest,
  parent?: { type: string; name: string },
): void {
  if (!Array.isArray(resources) && !isObject(resources)) return;
  for (const [key, resource] of Object.entries(resources)) {
    if (isObject(resource)) readResource(resource, deployment, pointed(origin, key), into, parent);
  }
}

function readResource(
  raw: Record<string, unknown>,
  deployment: Deployment,
  origin: Origin,
  into: ArmHarvest,
  parent?: { type: string; name: string },
): void {
  const { names } = deployment;
  const stated = resolve(raw.type, names);
  if (typeof stated !== 'string' || raw.existing === true || resolve(raw.condition, names) === false) return;
  const type = parent === undefined || isWhole(stated) ? stated : `${parent.type}/${stated}`;
  if (type.toLowerCase() === 'microsoft.resources/deployments') {
    readNested(raw, deployment, origin, into);
    return;
  }
  const name = nameOf(raw.name, type, deployment, origin, parent?.name);
  if ('copy' in raw && foundKey(type) !== undefined)
    into.warnings.push({ where: deployment.file, what: `a loop (copy) of ${type} was read as one resource.` });
  pushResource(raw, type, name, deployment, origin, into);
  readResources(raw.resources, deployment, pointed(origin, 'resources'), into, { type, name });
}

function pushResource(
  raw: Record<string, unknown>,
  type: string,
  name: string,
  deployment: Deployment,
  origin: Origin,
  into: ArmHarvest,
): void {
  const own = extensionOf(type, name, deployment.scope) ?? { type, name, scope: scopeOf(raw, deployment) };
  const id = own.scope === undefined ? undefined : madeId(own.scope, own.type, own.name);
  const key = foundKey(own.type, id);
  if (key === undefined) return;
  if (id === undefined) {
    into.statements.push({ key: stateKeyOf(key), file: deployment.file, gap: notDeployed(stateKeyOf(key)) });
    return;
  }
  const body = Object.fromEntries(Object.entries(raw).filter(([each]) => !aboutDeploying.has(each.toLowerCase())));
  const resolved = resolve(body, deployment.names) as Record<string, unknown>;
  const blank = resolved.properties === hole;
  const resource = toWireResource(blank ? { ...resolved, properties: {} } : { ...resolved, name: own.name }, own.type, id);
  addFound({ key, resource, origin, body: 'properties', listed: true }, into);
  const gap = unresolvedGap(key, id);
  openHoles(resource, gap);
  if (blank) unresolved(resource, 'properties', gap);
}

/** Whether a type begins with a namespace, and so not where the type of its parent ends. */
const isWhole = (type: string): boolean => type.slice(0, type.indexOf('/')).includes('.');

/** `A.B/cs/providers/ds` of the name `c/E.F/d` is an `E.F/ds` of the name `d`, of the `A.B/cs` named `c`. */
function extensionOf(type: string, name: string, scope: string): { type: string; name: string; scope: string } | undefined {
  const at = type.toLowerCase().lastIndexOf('/providers/');
  if (at < 0) return undefined;
  const extended = type.slice(0, at);
  const names = name.split('/');
  const depth = extended.split('/').length - 1;
  return {
    type: `${names[depth]}${type.slice(at + '/providers'.length)}`,
    name: names.slice(depth + 1).join('/'),
    scope: madeId(scope, extended, names.slice(0, depth).join('/')),
  };
}

/** What a resource is of: the deployment's group unless it names another, whole or in that group; undefined when only a deployment knows. */
function scopeOf(raw: Record<string, unknown>, { names, scope }: Deployment): string | undefined {
  const stated = resolve(raw.scope, names);
  if (typeof stated !== 'string') return stated === hole ? undefined : scope;
  return stated.startsWith('/') ? stated.replace(/\/+$/, '') : `${scope}/providers/${stated}`;
}

/** A nested deployment has names of its own, or those of the outer one, which is the default. */
function readNested(raw: Record<string, unknown>, outer: Deployment, origin: Origin, into: ArmHarvest): void {
  const { properties } = raw;
  if (!isObject(properties) || !isObject(properties.template)) return;
  const template = properties.template;
  const options = properties.expressionEvaluationOptions;
  const inner = isObject(options) && String(options.scope).toLowerCase() === 'inner';
  const given = resolve(properties.parameters, outer.names);
  const names = inner ? namesOf(template, isObject(given) ? given : {}, outer.scope) : outer.names;
  readResources(template.resources, { ...outer, names }, pointed(origin, 'properties', 'template', 'resources'), into);
}

/** A cluster whose name stays unresolved is called after its file, and its children are then found under it. */
function nameOf(stated: unknown, type: string, deployment: Deployment, origin: Origin, parent?: string): string {
  const resolved = resolve(stated, deployment.names);
  const segments = type.split('/').length - 1;
  if (typeof resolved === 'string' && resolved !== '')
    return parent !== undefined && resolved.split('/').length < segments ? `${parent}/${resolved}` : resolved;
  const own =
    segments === 1 && foundKey(type) === 'cluster' ? fileStem(deployment.file) : `unnamed${origin.pointer.replaceAll(/\D+/g, '-')}`;
  return segments === 1 ? own : `${parent ?? fileStem(deployment.file)}/${own}`;
}

function unresolvedGap(key: NonNullable<ArmFound['key']>, id: string): Gap {
  return { ...notDeployed(stateKeyOf(key)), scope: id };
}

const notDeployed = (key: StateKey): Gap => ({ key, why: 'not-collected', export: `deploy the template, then: ${exportCommand(key)}` });
const stateKeyOf = (key: NonNullable<ArmFound['key']>): StateKey =>
  key === 'subnets' || key === 'virtualNetworkPeerings' ? 'virtualNetworks' : key;

/**
 * Makes a property of which only a deployment knows the value: reading it throws NotSeen, whatever reads it, so
 * JSON.stringify of the object throws too. It is enumerable, so that a walk over the object meets it.
 */
export function unresolved(object: object, key: string, gap: Gap): void {
  Object.defineProperty(object, key, {
    enumerable: true,
    get() {
      throw new NotSeen([gap]);
    },
  });
}

function openHoles(value: object, gap: Gap): void {
  for (const [key, inner] of Object.entries(value)) {
    if (inner === hole) unresolved(value, key, gap);
    else if (typeof inner === 'object' && inner !== null) openHoles(inner, gap);
  }
}

function namesOf(template: Record<string, unknown>, given: Record<string, unknown>, scope: string): Names {
  const declared = { parameters: template.parameters, variables: template.variables };
  const lookup = (of: unknown, name: string): unknown => {
    const key = isObject(of) ? Object.keys(of).find((each) => each.toLowerCase() === name.toLowerCase()) : undefined;
    return isObject(of) && key !== undefined ? of[key] : hole;
  };
  const known = new Map<string, unknown>();
  const names: Names = {
    parameter: (name) =>
      remembered(known, `parameters ${name}`, () => {
        const value = lookup(given, name);
        if (isObject(value) && 'value' in value) return value.value;
        const parameter = lookup(declared.parameters, name);
        return isObject(parameter) && 'defaultValue' in parameter ? resolve(parameter.defaultValue, names) : hole;
      }),
    variable: (name) => remembered(known, `variables ${name}`, () => resolve(lookup(declared.variables, name), names)),
    resourceId: (parts) => idOf(parts, scope),
  };
  return names;
}

/** Each name is worked out once; while it is, a reference to itself finds a hole. */
function remembered(known: Map<string, unknown>, name: string, compute: () => unknown): unknown {
  const key = name.toLowerCase();
  if (!known.has(key)) {
    known.set(key, hole);
    const value = compute();
    known.set(key, nodesIn(value, largestValue) > largestValue ? hole : value);
  }
  const value = known.get(key);
  if (value === hole) throw new CannotResolve();
  return value;
}

function nodesIn(value: unknown, limit: number): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 1;
  for (const inner of Object.values(value)) {
    count += nodesIn(inner, limit - count);
    if (count > limit) break;
  }
  return count;
}

/** `resourceId([subscription], [group], type, name, ...)` */
function idOf(parts: readonly string[], scope: string): string {
  const at = parts.findIndex((part) => part.includes('/'));
  const [type, names] = [parts[at], parts.slice(at + 1)];
  if (type === undefined || names.length !== type.split('/').length - 1) throw new CannotResolve();
  const group = at > 0 ? scope.replace(/[^/]+$/, parts[at - 1] ?? '') : scope;
  return madeId(group, type, names.join('/'));
}

/** A value with its expressions worked out; a hole where one cannot be. */
function resolve(value: unknown, names: Names): unknown {
  if (typeof value === 'string') return resolveText(value, names);
  if (Array.isArray(value)) return value.map((item) => resolve(item, names));
  if (!isObject(value)) return value;
  const { copy, ...rest } = value;
  const loops = Array.isArray(copy)
    ? copy.flatMap((loop) => (isObject(loop) && typeof loop.name === 'string' ? [[loop.name, hole] as const] : []))
    : [];
  return Object.fromEntries([...Object.entries(rest).map(([key, inner]) => [key, resolve(inner, names)] as const), ...loops]);
}

function resolveText(text: string, names: Names): unknown {
  if (!text.startsWith('[') || !text.endsWith(']')) return text;
  if (text.startsWith('[[')) return text.slice(1);
  try {
    return evaluateExpression(text.slice(1, -1), names);
  } catch (thrown) {
    if (thrown instanceof CannotResolve) return hole;
    throw thrown;
  }
}
