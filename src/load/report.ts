import { realpathSync } from 'node:fs';
import { UserError } from '../errors.ts';
import type { Report } from '../report.ts';
import reportSchema from '../report.schema.json' with { type: 'json' };
import { compileSchema } from '../schema.ts';
import { openBytes } from './bytes.ts';
import { systemProblem } from './inputs.ts';

/** Bytes. A string of V8 ends at 512 MiB. */
const largestReport = 500 * 1024 * 1024;

/** A report that was kept as JSON. It is trusted no more than a cluster's labels: held to the schema as a whole. */
export async function readReport(file: string): Promise<Report> {
  const value = await parsed(file);
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

async function parsed(file: string): Promise<unknown> {
  const input = file === '-' ? { path: file, name: 'stdin', root: file } : { path: realPath(file), name: file, root: file };
  const chunks: Buffer[] = [];
  let size = 0;
  // As of any input: of pipes and devices nothing is read, and PowerShell's redirection writes UTF-16.
  for await (const chunk of openBytes(input)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestReport) throw new UserError({ where: file, what: 'is larger than any report.' });
  }
  try {
    return JSON.parse(
      Buffer.concat(chunks)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
  } catch {
    throw new UserError({ where: file, what: 'is not valid JSON.', todo: 'A report is written by -o json=<file>.' });
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch (thrown) {
    throw new UserError(systemProblem(thrown, file));
  }
}
