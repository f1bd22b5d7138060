import { readFileSync } from 'node:fs';
import { UserError } from '../errors.ts';
import type { Report } from '../report.ts';
import reportSchema from '../report.schema.json' with { type: 'json' };
import { compileSchema } from '../schema.ts';

/** A report that was kept as JSON. It is trusted no more than a cluster's labels: held to the schema as a whole. */
export async function readReport(file: string): Promise<Report> {
  const value = parsed(file);
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof schema !== 'string' || !schema.startsWith('aks-audit/report/')) {
    throw new UserError({
      where: file,
      what: 'is not a report of aks-audit.',
      todo: 'Keep one with: aks-audit audit <path> -o json=report.json.',
    });
  }
  if (schema !== 'aks-audit/report/1')
    throw new UserError({
      where: file,
      what: 'is a report of another version of aks-audit.',
      todo: 'Render it with that version, or audit anew.',
    });
  const problems = (await compileSchema(reportSchema))(value);
  if (problems.length > 0)
    throw new UserError(problems.slice(0, 10).map((problem) => ({ ...problem, where: `${file}${problem.where ?? ''}` })));
  return value as Report; // held to the schema above
}

function parsed(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UserError({ where: file, what: 'cannot be read.', todo: 'Check the path and its permissions.' });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError({ where: file, what: 'is not valid JSON.', todo: 'A report is written by -o json=<file>.' });
  }
}
