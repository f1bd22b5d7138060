import type { Problem } from './errors.ts';
import { UserError } from './errors.ts';
import { parseDocument } from 'yaml';

/** One YAML document as plain values. @param where names the file in an error */
export function parseYaml(text: string, where: string): unknown {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw new UserError({ where: `${where}:${error.linePos?.[0].line ?? 1}`, what: `is not valid YAML (${error.code}).` });
  return document.toJS({ maxAliasCount: 100 });
}

/** A validator of a JSON Schema (2020-12); `where` of a problem is the JSON pointer of the value. */
export async function compileSchema(schema: Readonly<Record<string, unknown>>): Promise<(value: unknown) => Problem[]> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map((error) => ({ where: error.instancePath, what: `${error.message ?? 'is not valid'}.` })));
}
