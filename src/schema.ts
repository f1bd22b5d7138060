import { createRequire } from 'node:module';
import type { Problem } from './errors.ts';
import { UserError } from './errors.ts';

/** The one home of `yaml` and `ajv`, both loaded when first needed: an audit of JSON files pays for neither. */
const yaml = (): typeof import('yaml') => createRequire(import.meta.url)('yaml');

/** Aliases may multiply a document by this much before it is taken for a bomb. */
const maxAliasCount = 100;

/** One YAML document as plain values. @param where names the file in an error */
export function parseYaml(text: string, where: string): unknown {
  const parsed = parseYamlDocument(text, 'core');
  if ('value' in parsed) return parsed.value;
  const line = text.slice(0, parsed.offset).split('\n').length;
  throw new UserError({ where: `${where}:${line}`, what: parsed.what });
}

/** `offset`: where in the text, in UTF-16 units. `what` never quotes the text. */
export type ParsedYaml = { value: unknown } | { offset: number; what: string };

/**
 * One YAML document, first of the text.
 * @param schema `kubernetes` reads scalars as kubectl does: `yes` and `on` are true, 0644 is octal, a date is a string.
 */
export function parseYamlDocument(text: string, schema: 'core' | 'kubernetes'): ParsedYaml {
  const options = schema === 'core' ? { schema } : { schema: 'yaml-1.1', customTags: kubernetesTags };
  try {
    const document = yaml().parseDocument(text, { ...options, prettyErrors: false, logLevel: 'silent', uniqueKeys: true });
    const [error] = document.errors;
    // Where the parser's stack ends says nothing; that it ends does.
    if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return { offset: 0, what: 'is nested too deeply.' };
    if (error !== undefined) return { offset: error.pos[0], what: yamlErrors[error.code] ?? 'is not valid YAML.' };
    return { value: document.toJS({ maxAliasCount }) };
  } catch (thrown) {
    if (thrown instanceof RangeError) return { offset: 0, what: 'is nested too deeply.' };
    if (thrown instanceof ReferenceError) return { offset: 0, what: 'has YAML aliases that lead nowhere or multiply beyond measure.' };
    return { offset: 0, what: 'is not valid YAML.' };
  }
}

const kubernetesTags = (tags: import('yaml').Tags): import('yaml').Tags =>
  tags.filter(
    (tag) =>
      typeof tag === 'string' ||
      !(
        ('format' in tag && tag.format === 'TIME') ||
        ['tag:yaml.org,2002:timestamp', 'tag:yaml.org,2002:omap', 'tag:yaml.org,2002:pairs', 'tag:yaml.org,2002:set'].includes(tag.tag)
      ),
  );

const yamlErrors: Partial<Record<import('yaml').ErrorCode, string>> = {
  DUPLICATE_KEY: 'has a key twice in one YAML mapping, so it is not clear which value counts. Remove one of them.',
  TAB_AS_INDENT: 'is not valid YAML: a tab indents a line.',
  BAD_INDENT: 'is not valid YAML: the indentation does not fit.',
  BLOCK_AS_IMPLICIT_KEY: 'is not valid YAML: a mapping stands inside a value (a quote or a line break is missing).',
  MISSING_CHAR: 'is not valid YAML: a quote, bracket, comma or space is missing.',
  UNEXPECTED_TOKEN: 'is not valid YAML: something stands where it cannot. Templates (Helm) are rendered first: helm template.',
  MULTIPLE_DOCS: 'holds several YAML documents where one is expected.',
};

/** One YAML document as nodes that know their offsets in the text, and how to ask what a node is; undefined when it is nested too deeply. */
export function yamlNodes(text: string): { document: import('yaml').Document; ask: YamlQuestions } | undefined {
  try {
    return { document: yaml().parseDocument(text, { prettyErrors: false, logLevel: 'silent', uniqueKeys: false }), ask: yaml() };
  } catch {
    return undefined;
  }
}
export type YamlQuestions = Pick<typeof import('yaml'), 'isAlias' | 'isCollection' | 'isMap' | 'isScalar' | 'isSeq'>;

/** A validator of a JSON Schema (2020-12); `where` of a problem is the JSON pointer of the value. */
export async function compileSchema(schema: Readonly<Record<string, unknown>>): Promise<(value: unknown) => Problem[]> {
  // By its default: of a CommonJS module imported on demand, a bundler makes no other export.
  const { Ajv2020 } = (await import('ajv/dist/2020.js')).default;
  const ajv = new Ajv2020({ allErrors: true, strict: false, strictNumbers: true, formats: { 'date-time': isTime } });
  const validate = ajv.compile(schema);
  return (value) =>
    validate(value) ? [] : (validate.errors ?? []).map((error) => ({ where: error.instancePath, what: `${describe(error)}.` }));
}

const isTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));

/** What a validator says, with the names that a person needs to mend it. */
function describe({
  keyword,
  message = 'is not valid',
  params,
}: {
  keyword: string;
  message?: string;
  params: Readonly<Record<string, unknown>>;
}): string {
  if (keyword === 'additionalProperties') return `has a property '${String(params.additionalProperty)}', which is not known here`;
  if (keyword === 'enum' && Array.isArray(params.allowedValues)) return `must be one of ${params.allowedValues.join(', ')}`;
  return message;
}
