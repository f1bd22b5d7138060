import { type Problem, UserError } from '../errors.ts';
import { kinds } from '../kinds.ts';
import type { Gap, Origin, StateKey } from '../snapshot.ts';
import { type ArmHarvest, emptyHarvest, keyOfFile, pointed } from './armHarvest.ts';
import { readArm, readArmEnvelope, readArmText } from './arm.ts';
import { openBytes } from './bytes.ts';
import { isUnder, type KubernetesGroup, type NamedCluster } from './clusters.ts';
import type { Document, Input } from './document.ts';
import { createInterner, type Interner } from './intern.ts';
import { readKubernetes, readKubernetesEnd, readKubernetesItem, readKubernetesText } from './kubernetes.ts';
import { emptyKubernetes, type KubernetesHarvest, kubernetesKeyOfFile } from './kubernetesHarvest.ts';
import { marksOf } from './kubernetesState.ts';
import { tellLines } from './problemLines.ts';
import { readDocuments } from './read.ts';

/** All that was read from files, before it is told apart by cluster. */
export interface Harvest {
  arm: ArmHarvest;
  groups: ReadGroup[];
  /** Files that could not be read, or not to their end. */
  problems: Problem[];
}
/** The Kubernetes objects of one folder. */
export interface ReadGroup extends KubernetesGroup {
  objects: KubernetesHarvest;
}

export interface HarvestOptions {
  named?: readonly NamedCluster[];
  /** The key that a file of a snapshot folder holds, also when the file is empty. */
  keyOf?: (input: Input) => StateKey | undefined;
  onProgress?: (step: string) => void;
}

/** Objects of one folder, or of one `--cluster`, while files are read. */
interface OpenGroup {
  folder: string;
  named?: NamedCluster;
  files: Input[];
  objects: KubernetesHarvest;
}
interface Reading {
  arm: ArmHarvest;
  groups: Map<string, OpenGroup>;
  problems: Problem[];
  intern: Interner;
  named: readonly NamedCluster[];
}

/** Reads every input; a file that cannot be read is a problem and a gap, and the others are read all the same. */
export async function harvest(inputs: readonly Input[], options: HarvestOptions = {}): Promise<Harvest> {
  const reading: Reading = { arm: emptyHarvest(), groups: new Map(), problems: [], intern: createInterner(), named: options.named ?? [] };
  for (const input of inputs) {
    options.onProgress?.(`reading ${input.name}`);
    const group = groupOf(input, reading);
    try {
      const key = options.keyOf?.(input);
      if (key !== undefined && kinds[key].plane === 'kubernetes') group.objects.read.add(key);
      if (key === undefined || !(await isEmpty(input))) await readInput(input, reading, group);
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      reading.problems.push(...thrown.problems);
      leaveGaps(input, reading, group);
    }
  }
  const { arm, problems } = reading;
  return { arm, problems, groups: [...reading.groups.values()].filter(saysSomething).map(closed) };
}

function groupOf(input: Input, reading: Reading): OpenGroup {
  const named = reading.named.find(({ prefix }) => isUnder(input.name, prefix));
  const folder = input.name.slice(0, Math.max(0, input.name.lastIndexOf('/')));
  const id = named === undefined ? `folder ${folder}` : `cluster ${named.name}`;
  const group = reading.groups.get(id) ?? {
    folder,
    ...(named === undefined ? {} : { named }),
    files: [],
    objects: emptyKubernetes(reading.intern),
  };
  group.files.push(input);
  reading.groups.set(id, group);
  return group;
}

const saysSomething = ({ objects }: OpenGroup): boolean => {
  const { read, others, gaps, discovery, problems, warnings } = objects;
  const discovered =
    discovery.denied.size + discovery.resources.size > 0 ||
    [discovery.groups, discovery.kinds, discovery.custom].some((each) => each !== undefined);
  return read.size + others.size + gaps.length + problems.length + warnings.length > 0 || discovered;
};

function closed(group: OpenGroup): ReadGroup {
  const { objects } = group;
  return { ...group, ...marksOf(objects), seen: objects.read.size + objects.others.size > 0 };
}

async function isEmpty(input: Input): Promise<boolean> {
  if (input.bytes !== undefined) return input.bytes.length === 0;
  for await (const chunk of openBytes(input)) if (chunk.length > 0) return false;
  return true;
}

/** Of what a file that broke off held, and of what its name says, some may be missing. */
function leaveGaps(input: Input, { arm }: Reading, { objects }: OpenGroup): void {
  objects.open = undefined;
  const touched = [...objects.objects].filter(([, ofKey]) =>
    [...ofKey.values()].some((ofNamespace) => [...ofNamespace.values()].some((object) => objects.origins.get(object)?.file === input.name)),
  );
  const keys = new Set([...touched.map(([key]) => key), keyOfFile(input.name) ?? kubernetesKeyOfFile(input.name)]);
  for (const key of keys) {
    if (key === undefined) continue;
    const gap: Gap = { key, why: 'failed', message: `${input.name} could not be read.` };
    if (kinds[key].plane === 'kubernetes') objects.gaps.push(gap);
    else arm.statements.push({ key, file: input.name, gap });
  }
}

async function readInput(input: Input, reading: Reading, group: OpenGroup): Promise<void> {
  const before = [reading.arm.problems.length, group.objects.problems.length] as const;
  try {
    await readAll(input, reading, group);
  } finally {
    await tellLines([...reading.arm.problems.slice(before[0]), ...group.objects.problems.slice(before[1])], input);
  }
}

async function readAll(input: Input, reading: Reading, group: OpenGroup): Promise<void> {
  let foreign = 0;
  for await (const document of readDocuments(input)) {
    if (document.form === 'warning') reading.arm.warnings.push(document.problem);
    else if (!take(document, reading.arm, group.objects)) foreign++;
  }
  if (foreign > 0)
    reading.arm.warnings.push({ where: input.name, what: 'holds something that is neither of Azure nor of Kubernetes; it was not used.' });
}

/** @returns false when a document is of neither */
function take(document: Exclude<Document, { form: 'warning' }>, arm: ArmHarvest, objects: KubernetesHarvest): boolean {
  const { origin } = document;
  if (document.form === 'text') return readKubernetesText(document.text, origin, objects) || readArmText(document.text, origin, arm);
  if (document.form === 'item')
    return readKubernetesItem(document.value, document.head, origin, objects) || readArm(document.value, origin, arm, true);
  if (document.form === 'value') return takeValue(document.value, origin, arm, objects, false);
  if (!readKubernetesEnd(document.envelope, origin, objects)) readArmEnvelope(document.envelope, origin, arm);
  return true;
}

/** The items of an array may be of either plane. */
function takeValue(value: unknown, origin: Origin, arm: ArmHarvest, objects: KubernetesHarvest, listed: boolean): boolean {
  if (!Array.isArray(value) || value.length === 0) return readKubernetes(value, origin, objects) || readArm(value, origin, arm, listed);
  return value.filter((item, at) => !takeValue(item, pointed(origin, at), arm, objects, true)).length === 0;
}
