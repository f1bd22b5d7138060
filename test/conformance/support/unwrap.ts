import { readFileSync } from 'node:fs';

/** The ARM bodies in a file that only a corpus has: REST examples, recordings; any other JSON is its own body. */
export function armBodies(file: string): unknown[] {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isRecord(value)) return [value];
  if (isRecord(value.responses)) return restExample(value.responses);
  if (Array.isArray(value.interactions)) return value.interactions.flatMap(recorded);
  // Kubescape's description of a managed cluster, with the body under `data`.
  if (value.kind === 'ClusterDescribe') return [value.data];
  return [value];
}

/** The body of the first response that has one: 200, else 201. */
function restExample(responses: Record<string, unknown>): unknown[] {
  const bodies = Object.values(responses).map((response) => (isRecord(response) ? response.body : undefined));
  return bodies.filter((body) => body !== undefined && body !== null).slice(0, 1);
}

/** One interaction of a VCR cassette. */
function recorded(interaction: unknown): unknown[] {
  const response = isRecord(interaction) && isRecord(interaction.response) ? interaction.response : {};
  const body = isRecord(response.body) ? (response.body.data ?? response.body.string) : response.body;
  if (typeof body === 'string') return body.trim().startsWith('{') ? [JSON.parse(body)] : [];
  return body === undefined || body === null ? [] : [body];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
