import { createHash } from 'node:crypto';

/**
 * The identity of a finding, by which formats and later runs know it again: 32 hex digits, of the rule and what it
 * judged, so that neither a moved line nor another message makes it a new one.
 * @param subject id of the subject, in any letter case
 * @param subPath tells apart what one rule finds in several places of one subject
 */
export function findingId(rule: string, subject: string, subPath = ''): string {
  return sha256(`v1\n${rule}\n${subject.toLowerCase()}\n${subPath}`).slice(0, 32);
}

/** Eight hex digits that tell clusters of one name apart; the same as in the folder of a snapshot. */
export const shortHash = (id: string): string => sha256(id).slice(0, 8);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
