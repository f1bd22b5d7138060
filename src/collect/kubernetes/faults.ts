import { ReadFault } from '../source.ts';

/** What was thrown, what it was thrown for, and so on: undici and Node wrap the error that says what happened. */
function* causes(thrown: unknown): Generator<Error> {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    yield error;
    if (error instanceof AggregateError) for (const each of error.errors) yield* causes(each);
  }
}

const codeOf = (thrown: unknown): string | undefined => {
  for (const error of causes(thrown)) if ('code' in error && typeof error.code === 'string') return error.code;
  return undefined;
};
export const hasCode = (thrown: unknown, ...codes: readonly string[]): boolean => codes.includes(codeOf(thrown) ?? '');

const noConnection = [
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
];
const ofCertificate = /^(?:SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CERT_|ERR_TLS_CERT|ERR_SSL|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH)/;

/** Whether the next attempt may end otherwise: a name that does not exist or a wrong certificate stays so. */
export function isTransient(thrown: unknown): boolean {
  const code = codeOf(thrown) ?? '';
  return code !== 'ENOTFOUND' && code !== 'UND_ERR_CONNECT_TIMEOUT' && !ofCertificate.test(code) && proxyAnswer(thrown) === undefined;
}

/** undici has no code of its own for a proxy that refuses the tunnel. */
const proxyAnswer = (thrown: unknown): string | undefined => {
  for (const { message } of causes(thrown)) {
    const status = /^Proxy response \((\d{3})\)/.exec(message)?.[1];
    if (status !== undefined) return status;
  }
  return undefined;
};

/** Why a request brought no answer. Says codes and the host only: messages of libraries may quote what was sent. */
export function transportFault(thrown: unknown, { server, whenUnreachable }: { server: URL; whenUnreachable: string }): ReadFault {
  const code = codeOf(thrown) ?? 'no code';
  const refused = proxyAnswer(thrown);
  if (refused !== undefined)
    return new ReadFault('unreachable', `The proxy does not let through to ${server.host} (${refused}). Set NO_PROXY, or have it allowed.`);
  if (noConnection.includes(code))
    return new ReadFault('unreachable', `The API server ${server.host} cannot be reached from here (${code}). ${whenUnreachable}`);
  if (ofCertificate.test(code))
    return new ReadFault(
      'failed',
      `The certificate of ${server.host} does not hold against the cluster's CA (${code}). Behind an inspecting proxy, name its CA in NODE_EXTRA_CA_CERTS.`,
    );
  return new ReadFault('failed', `The connection to ${server.host} broke (${code}).`);
}
