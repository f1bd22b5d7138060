import type { ConfigMap, KubernetesObject } from '../wire.ts';
import { harmlessKinds } from './credentials.ts';
import { type Flaw, flawed } from './flaws.ts';
import { glob } from './namespaces.ts';
import { isObject } from './objects.ts';
import { containersOf } from './podSpecs.ts';
import { isRedacted, type Redacted } from './redact.ts';
import type { Shape, Workload } from './workloads.ts';

/** A value in plain text that looks like a credential, or is only named like one. */
export interface PlainCredential extends Flaw {
  looks: boolean;
}
type IsSecret = (name: string) => boolean;

/** Tells names of secrets; letter case, and what parts words, do not count. @param patterns in which `*` stands for anything */
export function secretNamed(patterns: readonly string[]): IsSecret {
  const matchers = patterns.map((pattern) => glob(plain(pattern)));
  return (name) => matchers.some((matches) => matches(plain(name)));
}
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9*]/g, '');

/** `source` is of `flaws`: the first of a workload's shapes that hold any; `all` is what every shape holds. */
export interface Found {
  source: KubernetesObject;
  flaws: readonly PlainCredential[];
  all: readonly PlainCredential[];
}

export function inWorkload(workload: Workload, isSecret: IsSecret): Found | undefined {
  const found = flawed(workload, (shape) => inShape(shape, isSecret));
  return found && { ...found, source: found.shape.source };
}

export function inConfigMap(configMap: ConfigMap, isSecret: IsSecret): Found | undefined {
  const { data, metadata } = configMap;
  const flaws = [...judged('data', markersIn(data, '/data'), isSecret), ...inAnnotations(metadata, '/metadata', isSecret)];
  return flaws.length === 0 ? undefined : { source: configMap, flaws, all: flaws };
}

const containerFields = ['env', 'command', 'args', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const;

/** Of the containers, volumes and annotations of a template or pod, and of the annotations of the object that holds it. */
function inShape({ source, pointer: at, spec, metadata }: Shape, isSecret: IsSecret): PlainCredential[] {
  const inContainers = containersOf(spec, at).flatMap(({ container, pointer }) =>
    containerFields.flatMap((field) => judged(container.name ?? '', markersIn(container[field], `${pointer}/${field}`), isSecret)),
  );
  const inVolumes = judged('volumes', markersIn(spec.volumes, `${at}/volumes`), isSecret);
  const ofTemplate = metadata === source.metadata ? [] : inAnnotations(metadata, at.replace(/spec$/, 'metadata'), isSecret);
  return [...inContainers, ...inVolumes, ...ofTemplate, ...inAnnotations(source.metadata, '/metadata', isSecret)];
}

const inAnnotations = ({ annotations }: Partial<KubernetesObject['metadata']>, at: string, isSecret: IsSecret): PlainCredential[] =>
  judged('annotations', markersIn(annotations, `${at}/annotations`), isSecret);

interface Mark {
  name: string;
  pointer: string;
  marker: Redacted['redacted'];
}

/** Every marker inside a value, with the name of what it is the value of: of a `{name, value}` the name, else the member. */
function* markersIn(value: unknown, pointer: string, name = ''): Iterable<Mark> {
  if (isRedacted(value)) yield { name, pointer, marker: value.redacted };
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* markersIn(item, `${pointer}/${index}`);
  else if (isObject(value))
    for (const [key, member] of Object.entries(value)) {
      const named = key === 'value' && typeof value.name === 'string' ? value.name : key;
      yield* markersIn(member, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, named);
    }
}

function judged(of: string, markers: Iterable<Mark>, isSecret: IsSecret): PlainCredential[] {
  return [...markers].flatMap(({ name, pointer, marker }) => {
    const looks = suspicion(marker, isSecret(name), /\/env\/\d+\/value$/.test(pointer));
    const what = `${name === '' ? pointer.replace(/^.*\/(?=\w+\/\d+$)/, '').replace('/', ' ') : name}: ${marker.looksLike ?? 'text'} of ${marker.length} characters`;
    return looks === undefined ? [] : [{ of, what, pointer, expected: 'no credential', looks }];
  });
}

/** Texts longer than this are files and scripts, which may speak of passwords without holding one. */
const longest = 200;

/** Whether a value looks like a credential (true), is only named like one or has a doubtful look (false), or neither (undefined). */
function suspicion({ length, looksLike }: Redacted['redacted'], isNamed: boolean, inEnvironment: boolean): boolean | undefined {
  if (looksLike === undefined) return isNamed ? false : undefined;
  if (harmlessKinds.has(looksLike)) return undefined;
  if (looksLike === 'high-entropy') return isNamed || (inEnvironment ? false : undefined);
  return looksLike !== 'password' || length <= longest;
}
