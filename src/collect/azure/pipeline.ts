import type { Pipeline, PipelinePolicy, TlsSettings } from '@azure/core-rest-pipeline';
import { ReadFault, type RequestSeen } from '../source.ts';
import { attempt, patience, retryAfter } from './attempt.ts';
import type { Arm } from './clouds.ts';
import type { Tokens } from './credentials.ts';
import { brokenOff } from './faults.ts';

export type Live = typeof import('../live.ts');

export interface PipelineSettings {
  arm: Arm;
  tokens: Tokens;
  /** Ends every request of the run. */
  signal: AbortSignal;
  /** Requests at a time; default 16. */
  concurrency?: number;
  /** Milliseconds an attempt may take, its body included; default 60,000. */
  attemptTimeout?: number;
  /** Of a failure; default 4. Being throttled is no failure and is tried more often. */
  maxRetries?: number;
  /** Milliseconds before the first retry, doubled for each further one; default 1,000. */
  retryDelay?: number;
  onRequest?: ((request: RequestSeen) => void) | undefined;
  tls?: TlsSettings;
}

/** How often a request is tried again that Azure has no room for. */
const mostThrottled = 12;

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
    live.retryPolicy([retries(settings)], { maxRetries: mostThrottled }),
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
function retries({ retryDelay = 1000, maxRetries = 4 }: PipelineSettings): RetryStrategy {
  return {
    name: 'retries',
    retry({ retryCount, response, responseError }) {
      const code = responseError?.code ?? '';
      const transient =
        responseError === undefined ? isTransient(response?.status) : brokenOff.test(code) || /^(?:ETIMEDOUT|EAI_AGAIN)$/.test(code);
      const asked = response && retryAfter(response);
      const spent = retryCount >= maxRetries && response?.status !== 429;
      if (!transient || spent || (asked ?? 0) > patience) return { skipStrategy: true };
      return { retryAfterInMs: asked ?? Math.min(retryDelay * 2 ** retryCount * (1 + Math.random() / 4), 30_000) };
    },
  };
}
const isTransient = (status = 0): boolean => status === 429 || status === 408 || (status >= 500 && status !== 501 && status !== 505);
