import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type Dispatcher, request } from 'undici';
import { type RequestSeen, ReadFault } from '../source.ts';
import { hasCode, isTransient, transportFault } from './faults.ts';

/** An API server, and what proves who asks. */
export interface Connection {
  server: URL;
  /** Keeps its sockets alive; trusts the cluster's CA. */
  dispatcher: Dispatcher;
  headers: Readonly<Record<string, string>>;
  /** What to do when the server cannot be reached from here. */
  whenUnreachable: string;
}
/** @param fresh what proved who asks was refused: get it anew */
export type Connect = (fresh: boolean) => Promise<Connection>;

export interface HttpOptions {
  signal: AbortSignal;
  /** Milliseconds that one request may take, its body included. */
  timeout?: number;
  /** Milliseconds before the second attempt; doubled for each one after it. */
  backoff?: number;
  onRequest?: (request: RequestSeen) => void;
}

export interface Http {
  /** @param path with query */
  get: (path: string, accept?: string) => Promise<Answer>;
  /** The one thing that is posted: a question that changes nothing (SelfSubjectAccessReview). */
  review: (spec: object) => Promise<Answer>;
  close: () => Promise<void>;
}
export interface Answer {
  /** 200, 201, 403, 404, 406 or 410: the others are retried or thrown. */
  status: number;
  /** The body when it is a JSON object. */
  body: Readonly<Record<string, unknown>> | undefined;
  text: string;
}
/** Worth another attempt: `after` milliseconds, if the server said so; `most` attempts. */
interface Again {
  fault: ReadFault;
  after?: number;
  most?: number;
}

const attempts = 5;
/** A server that asks for a longer pause is not waited for; milliseconds. */
const longestPause = 30_000;
/** A page of 500 objects, each as large as etcd takes, is 750 MB, which no text can hold; real ones are some MB. */
const largestBody = 256 * 1024 * 1024;

/**
 * GET on one API server over kept-alive connections. What passes (429, 5xx, resets, cut answers, silence) is tried again
 * a few times with growing pauses, a refused token is replaced once, redirects are never followed. undici's RetryAgent is
 * not used: it resumes a cut body by range, which a list does not have, and hides its attempts from the log.
 * @throws ReadFault and nothing else
 */
export function createHttp(connect: Connect, options: HttpOptions): Http {
  let connection: Promise<Connection> | undefined;
  const contact = { made: false };
  const connected = (fresh = false): Promise<Connection> => {
    connection = connect(fresh);
    return connection;
  };
  const replace = (refused: Promise<Connection>): void => {
    if (connection !== refused) return; // Another request did it.
    connected(true);
    refused.then(({ dispatcher }) => dispatcher.close()).catch(() => undefined);
  };
  const send = async (path: string, accept: string, question?: object): Promise<Answer> => {
    let replaced = false;
    for (let attempt = 1; ; attempt++) {
      const used = connection ?? connected();
      const outcome = await once(await used, { path, accept, question }, contact, options);
      if ('status' in outcome) {
        if (outcome.status !== 401) return outcome;
        if (replaced) throw new ReadFault('failed', `The API server does not accept the credentials (401).`);
        replaced = true;
        replace(used);
        continue;
      }
      const wait = outcome.after ?? (options.backoff ?? 500) * 2 ** (attempt - 1) * (1 + Math.random() / 4);
      if (attempt >= (outcome.most ?? attempts) || wait > longestPause) throw outcome.fault;
      await pause(wait, undefined, { signal: options.signal }).catch(() => {
        throw interrupted();
      });
    }
  };
  return {
    get: (path, accept = 'application/json') => send(path, accept),
    review: (spec) => send(reviewPath, 'application/json', { ...reviewHead, spec }),
    async close() {
      await connection?.then(
        ({ dispatcher }) => dispatcher.destroy(),
        () => undefined,
      );
    },
  };
}

const interrupted = (): ReadFault => new ReadFault('failed', 'The run was interrupted.');

const reviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const reviewHead = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };

interface Sent {
  path: string;
  accept: string;
  question: object | undefined;
}

async function once(
  connection: Connection,
  { path, accept, question }: Sent,
  contact: { made: boolean },
  { signal, timeout = 60_000, onRequest }: HttpOptions,
): Promise<Answer | Again> {
  const { server, dispatcher, headers } = connection;
  const started = performance.now();
  const method = question === undefined ? 'GET' : 'POST';
  const log = (status: number | undefined): void =>
    onRequest?.({
      method,
      host: server.host,
      path: path.replace(/continue=[^&]*/, 'continue=...'),
      status,
      milliseconds: Math.round(performance.now() - started),
    });
  const slow = AbortSignal.timeout(timeout);
  let status: number | undefined;
  try {
    const response = await request(`${server.origin}${server.pathname.replace(/\/$/, '')}${path}`, {
      method,
      headers: {
        ...headers,
        accept,
        'accept-encoding': 'gzip',
        'user-agent': 'aks-audit',
        ...(question === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(question === undefined ? {} : { body: JSON.stringify(question) }),
      dispatcher,
      signal: AbortSignal.any([signal, slow]),
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
    status = response.statusCode;
    contact.made = true;
    const text = await textOf(response.body, response.headers['content-encoding']);
    await turn(); // The pool takes the socket back behind the body's end; asked before that, it opens another.
    return judge(status, response.headers, text, server);
  } catch (thrown) {
    if (signal.aborted) throw interrupted();
    if (thrown instanceof ReadFault) throw thrown;
    if (slow.aborted || hasCode(thrown, 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'))
      return { fault: new ReadFault('failed', `The API server did not answer within ${timeout / 1000} s.`), most: 2 };
    const fault = transportFault(thrown, connection);
    // The first contact tells whether the server can be reached at all; waiting long would not change it.
    return { fault, most: !isTransient(thrown) ? 1 : contact.made ? attempts : 2 };
  } finally {
    log(status);
  }
}

const unpack = promisify(gunzip);

async function textOf(body: AsyncIterable<Buffer>, encoding: string | string[] | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBody) throw tooLarge();
  }
  const sent = Buffer.concat(chunks, size);
  if (encoding !== 'gzip') return sent.toString('utf8');
  const whole = await unpack(sent, { maxOutputLength: largestBody }).catch((thrown: unknown) => {
    throw hasCode(thrown, 'ERR_BUFFER_TOO_LARGE') ? tooLarge() : thrown;
  });
  return whole.toString('utf8');
}

const tooLarge = (): ReadFault => new ReadFault('failed', 'The API server sent a page of more than 256 MB.');

function judge(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  text: string,
  server: URL,
): Answer | Again {
  const body = parsed(text);
  if (status >= 300 && status < 400)
    throw new ReadFault('failed', `The API server redirected to ${hostOf(headers.location, server)}, which is not followed.`);
  if (status === 429 || (status >= 500 && status !== 501)) {
    const after = retryAfter(headers['retry-after']);
    return {
      fault: new ReadFault('failed', `The API server answered ${status} again and again.`),
      ...(after === undefined ? {} : { after }),
    };
  }
  if (status === 401) return { status, body, text };
  if (body === undefined && !(status === 404 && text.startsWith('404 page not found'))) {
    if (/^\s*</.test(text) || String(headers['content-type']).startsWith('text/html'))
      throw new ReadFault(
        'failed',
        `Something answered ${status} with a web page in the API server's place, as a proxy or a sign-in page does.`,
      );
    return { fault: new ReadFault('failed', `The API server's answer (${status}) is not whole, or not JSON.`) };
  }
  if (![200, 201, 403, 404, 406, 410].includes(status)) throw new ReadFault('failed', `The API server answered ${status}.`);
  return { status, body, text };
}

function parsed(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Answer['body']) : undefined; // an object, as just seen
  } catch {
    return undefined;
  }
}

/** Seconds, or a date (RFC 9110, 10.2.3). @returns milliseconds */
function retryAfter(value: string | string[] | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  const wait = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

function hostOf(location: string | string[] | undefined, server: URL): string {
  const target = typeof location === 'string' ? URL.parse(location, server.href) : null;
  return target === null ? 'somewhere' : target.host;
}
