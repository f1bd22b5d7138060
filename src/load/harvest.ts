import { type Problem, UserError } from '../errors.ts';
import { type ArmHarvest, emptyHarvest, pointed } from './armHarvest.ts';
import { readArm, readArmEnvelope, readArmText } from './arm.ts';
import type { Document, Input } from './document.ts';
import { readDocuments } from './read.ts';
import type { Origin } from '../snapshot.ts';

/** All that was read from files, before it is told apart by cluster. */
export interface Harvest {
  arm: ArmHarvest;
  /** Files that could not be read, or not to their end. */
  problems: Problem[];
}

/** Reads every input; a file that cannot be read is a problem, and the others are read all the same. */
export async function harvest(inputs: readonly Input[], onProgress?: (step: string) => void): Promise<Harvest> {
  const into: Harvest = { arm: emptyHarvest(), problems: [] };
  for (const input of inputs) {
    onProgress?.(`reading ${input.name}`);
    try {
      await readInput(input, into);
    } catch (thrown) {
      if (!(thrown instanceof UserError)) throw thrown;
      into.problems.push(...thrown.problems);
    }
  }
  return into;
}

async function readInput(input: Input, into: Harvest): Promise<void> {
  let foreign: Origin | undefined;
  for await (const document of readDocuments(input)) {
    if (document.form === 'warning') into.arm.warnings.push(document.problem);
    else if (!take(document, into)) foreign ??= document.origin;
  }
  if (foreign !== undefined) into.arm.warnings.push({ where: input.name, what: 'holds something that is neither of Azure nor of Kubernetes; it was not used.' });
}

function take(document: Exclude<Document, { form: 'warning' }>, into: Harvest): boolean {
  if (document.form === 'text') return readArmText(document.text, document.origin, into.arm);
  if (document.form === 'end') {
    readArmEnvelope(document.envelope, document.origin, into.arm);
    return true;
  }
  return takeValue(document.value, document.origin, into, document.form === 'item');
}

function takeValue(value: unknown, origin: Origin, into: Harvest, listed: boolean): boolean {
  if (Array.isArray(value) && value.length > 0) return value.map((item, at) => takeValue(item, pointed(origin, at), into, true)).some(Boolean);
  return readArm(value, origin, into.arm, listed);
}
