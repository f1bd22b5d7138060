import { setTimeout as delay } from 'node:timers/promises';
import type { Pipeline, PipelinePolicy, PipelineRequest, PipelineResponse, TlsSettings } from '@azure/core-rest-pipeline';
import pLimit from 'p-limit';
import { ReadFault, type RequestSeen } from '../source.ts';
import type { Arm } from './clouds.ts';
import type { Tokens } from './credentials.ts';
import { brokenOff } from './faults.ts';

type Live = typeof import('../live.ts');

export interface PipelineSettings {
  arm: Arm;
  tokens: Tokens;
  /** Ends every request of the run. */
  signal: AbortSignal;
  /** Requests at a time; default 16. */
  concurrency?: number;
  /** Milliseconds an attempt may take, its body included; default 60,000. */
  attemptTimeout?: number;
  /** Default 4. */
  maxRetries?: number;
  /** Milliseconds before the first retry, doubled for each further one; default 1,000. */
  retryDelay?: number;
  onRequest?: ((request: RequestSeen) => void) | undefined;
  tls?: TlsSettings;
}

/** The longest that a Retry-After is waited for, in milliseconds. */
const patience = 120_000;

/**
 * What every request to Azure passes, outermost first. Built by hand rather than from the SDK's defaults, of which
 * the retry leaves out 429 without Retry-After, the timeout ends with the headers, and redirects are followed.
 */
export function createPipeline(live: Live, settings: PipelineSettings, extra: readonly PipelinePolicy[]): Pipeline {
  const pipeline = live.createEmptyPipeline();
  const policies = [
    guard(settings),
    ...extra,
    authorize(settings.arm, settings.tokens),
    live.retryPolicy([retries(settings)], { maxRetries: settings.maxRetries ?? 4 }),
    attempt(live, settings),
    live.userAgentPolicy({ userAgentPrefix: 'aks-audit' }),
    live.proxyPolicy(),
    live.decompressResponsePolicy(),
    ...(settings.tls ? [live.tlsPolicy(settings.tls)] : []),
  ];
  for (const policy of policies) pipeline.addPolicy(policy);
  return pipeline;
}

/** Nothing but reads, and nowhere but to the endpoint: a link to elsewhere would take the token along. */
function guard({ arm: { endpoint }, signal }: PipelineSettings): PipelinePolicy {
  return {
    name: 'guard',
    async sendRequest(request, next) {
      const { origin, host, pathname } = new URL(request.url);
      if (origin !== endpoint) throw new ReadFault('failed', `A link leads to another host, ${host}, and was not followed.`);
      if (request.method !== 'GET' && !(request.method === 'POST' && readingPosts.test(pathname)))
        throw new ReadFault('failed', `${request.method} ${pathname} is not a read and was not sent.`);
      // Of later pages too, which the SDK asks for without the options of the first.
      request.abortSignal ??= signal;
      return next(request);
    },
  };
}
const readingPosts = /\/listClusterUserCredential$|^\/providers\/Microsoft\.ResourceGraph\/resources$/i;

/** Adds the token; one that is not taken is renewed once, with the claims of the challenge if it names any. */
function authorize({ scope }: Arm, tokens: Tokens): PipelinePolicy {
  return {
    name: 'authorize',
    async sendRequest(request, next) {
      const token = await tokens.get(scope);
      request.headers.set('Authorization', `Bearer ${token}`);
      const response = await next(request);
      if (response.status !== 401) return response;
      const claims = /claims="([^"]+)"/.exec(response.headers.get('www-authenticate') ?? '')?.[1];
      const renewed = await tokens.get(scope, token, claims && Buffer.from(claims, 'base64').toString('utf8'));
      if (renewed === token) return response;
      request.headers.set('Authorization', `Bearer ${renewed}`);
      return next(request);
    },
  };
}

type RetryStrategy = Parameters<Live['retryPolicy']>[0][number];

/** 429 and 5xx as long as Azure asks, else ever longer, with a random part so that the parallel ones spread. */
function retries({ retryDelay = 1000 }: PipelineSettings): RetryStrategy {
  return {
    name: 'retries',
    retry({ retryCount, response, responseError }) {
      const code = responseError?.code ?? '';
      const transient =
        responseError === undefined ? isTransient(response?.status) : brokenOff.test(code) || /^(?:ETIMEDOUT|EAI_AGAIN)$/.test(code);
      const asked = response && retryAfter(response);
      if (!transient || (asked ?? 0) > patience) return { skipStrategy: true };
      return { retryAfterInMs: asked ?? Math.min(retryDelay * 2 ** retryCount * (1 + Math.random() / 4), 30_000) };
    },
  };
}
const isTransient = (status = 0): boolean => status === 429 || status === 408 || (status >= 500 && status !== 501 && status !== 505);

/** Milliseconds that a response asks to wait: seconds, milliseconds or a date. */
function retryAfter({ headers }: PipelineResponse): number | undefined {
  const milliseconds = headers.get('x-ms-retry-after-ms') ?? headers.get('retry-after-ms');
  if (milliseconds !== undefined && /^\d+$/.test(milliseconds)) return Number(milliseconds);
  const text = headers.get('retry-after');
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** One try: waits while its subscription is throttled, takes a place, has its own deadline, is reported. */
function attempt(live: Live, settings: PipelineSettings): PipelinePolicy {
  const { signal, attemptTimeout = 60_000, onRequest, retryDelay = 1000 } = settings;
  const limit = pLimit(settings.concurrency ?? 16);
  const throttled = createThrottle(signal);
  return {
    name: 'attempt',
    async sendRequest(request, next) {
      await throttled.wait(request);
      return limit(async () => {
        signal.throwIfAborted();
        const outer = request.abortSignal;
        const deadline = AbortSignal.timeout(attemptTimeout);
        request.abortSignal = AbortSignal.any([signal, deadline]);
        const started = performance.now();
        let status: number | undefined;
        try {
          const response = await next(request);
          status = response.status;
          if (status === 429) throttled.pause(request, Math.min(retryAfter(response) ?? retryDelay, patience));
          return response;
        } catch (thrown) {
          signal.throwIfAborted();
          // The library reports its own deadline as an interruption; a RestError is one that can be retried.
          if (deadline.aborted) throw new live.RestError('timed out', { code: 'ETIMEDOUT', request });
          throw thrown;
        } finally {
          if (outer === undefined) delete request.abortSignal;
          else request.abortSignal = outer;
          onRequest?.(seen(request, status, performance.now() - started));
        }
      });
    },
  };
}

/** Azure throttles by subscription: when one request is told to wait, the others of it wait too. */
function createThrottle(signal: AbortSignal) {
  const until = new Map<string, number>();
  const keyOf = ({ url }: PipelineRequest) => /^\/subscriptions\/[^/]+/i.exec(new URL(url).pathname)?.[0].toLowerCase() ?? '';
  return {
    pause: (request: PipelineRequest, milliseconds: number) => {
      const key = keyOf(request);
      until.set(key, Math.max(until.get(key) ?? 0, Date.now() + milliseconds));
    },
    async wait(request: PipelineRequest): Promise<void> {
      const left = (until.get(keyOf(request)) ?? 0) - Date.now();
      if (left > 0) await delay(left, undefined, { signal });
    },
  };
}

/** Of the query only what is known to be no secret: a skip token is opaque. */
function seen({ method, url }: PipelineRequest, status: number | undefined, milliseconds: number): RequestSeen {
  const { host, pathname, searchParams } = new URL(url);
  const query = [...searchParams].map(([name, value]) => `${name}=${/^(?:api-version|\$filter|\$top)$/i.test(name) ? value : '...'}`);
  return { method, host, path: query.length === 0 ? pathname : `${pathname}?${query.join('&')}`, status, milliseconds };
}
