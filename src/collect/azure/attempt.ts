import { setTimeout as delay } from 'node:timers/promises';
import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from '@azure/core-rest-pipeline';
import pLimit from 'p-limit';
import type { RequestSeen } from '../source.ts';
import type { Live, PipelineSettings } from './pipeline.ts';

/** The longest that a Retry-After is waited for, in milliseconds. */
export const patience = 120_000;

/** Every try of every request: waits while its subscription is throttled, takes a place, has its own deadline, is reported. */
export function attempt(live: Live, settings: PipelineSettings): PipelinePolicy {
  const { signal, retryDelay = 1000 } = settings;
  const limit = pLimit(settings.concurrency ?? 16);
  const throttle = createThrottle();
  return {
    name: 'attempt',
    async sendRequest(request, next) {
      while (true) {
        const left = throttle.left(request);
        if (left > 0) await delay(left, undefined, { signal });
        // Those that stood in line when the first was told to wait are to wait as well, without keeping their place.
        const response = await limit(async () => (throttle.left(request) > 0 ? undefined : tryOnce(live, settings, request, next)));
        if (response === undefined) continue;
        if (response.status === 429) throttle.pause(request, retryAfter(response) ?? retryDelay);
        return response;
      }
    },
  };
}

async function tryOnce(live: Live, settings: PipelineSettings, request: PipelineRequest, next: SendRequest): Promise<PipelineResponse> {
  const { signal, attemptTimeout = 60_000, onRequest } = settings;
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(attemptTimeout);
  request.abortSignal = AbortSignal.any([signal, deadline]);
  const started = performance.now();
  let status: number | undefined;
  try {
    const response = await next(request);
    status = response.status;
    return response;
  } catch (thrown) {
    signal.throwIfAborted();
    // The library reports its own deadline as an interruption; a RestError is one that can be retried.
    if (deadline.aborted) throw new live.RestError('timed out', { code: 'ETIMEDOUT', request });
    throw thrown;
  } finally {
    request.abortSignal = signal;
    onRequest?.(seen(request, status, performance.now() - started));
  }
}

/** Azure throttles by subscription: when one request is told to wait, the others of it wait too. */
function createThrottle() {
  const until = new Map<string, number>();
  const keyOf = ({ url }: PipelineRequest) => /^\/subscriptions\/[^/]+/i.exec(new URL(url).pathname)?.[0].toLowerCase() ?? '';
  return {
    pause(request: PipelineRequest, milliseconds: number): void {
      const key = keyOf(request);
      if (milliseconds <= patience) until.set(key, Math.max(until.get(key) ?? 0, Date.now() + milliseconds));
    },
    left: (request: PipelineRequest): number => (until.get(keyOf(request)) ?? 0) - Date.now(),
  };
}

/** Milliseconds that a response asks to wait: seconds, milliseconds or a date. */
export function retryAfter({ headers }: PipelineResponse): number | undefined {
  const milliseconds = headers.get('x-ms-retry-after-ms') ?? headers.get('retry-after-ms');
  if (milliseconds !== undefined && /^\d+$/.test(milliseconds)) return Number(milliseconds);
  const text = headers.get('retry-after');
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Of the query only what is known to be no secret: a skip token is opaque. */
function seen({ method, url }: PipelineRequest, status: number | undefined, milliseconds: number): RequestSeen {
  const { host, pathname, searchParams } = new URL(url);
  const query = [...searchParams].map(
    ([name, value]) => `${name}=${/^(?:api-version|\$filter|\$top)$/i.test(name) ? value.replaceAll(' ', '+') : '...'}`,
  );
  return { method, host, path: query.length === 0 ? pathname : `${pathname}?${query.join('&')}`, status, milliseconds };
}
