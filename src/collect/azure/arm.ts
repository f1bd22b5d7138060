import type { TokenCredential } from '@azure/core-auth';
import { type AzureApi, ReadFault } from '../source.ts';
import type { Arm } from './clouds.ts';
import { createTokens } from './credentials.ts';
import { type Answer, bodyOf, isRecord, readFault } from './faults.ts';
import { createPipeline, type PipelineSettings } from './pipeline.ts';
import { createCapture, createSdk, type PageCall } from './sdk.ts';

export interface AzureOptions extends Omit<PipelineSettings, 'tokens'> {
  arm: Arm;
  credential: TokenCredential;
}

/** Azure Resource Manager for one run: one pipeline, one token cache, one limit on requests for all clusters. */
export interface Azure extends AzureApi {
  /** The kubeconfig of a cluster's user, as text; never the admin's. Throws ReadFault. */
  listClusterUserCredential(clusterId: string): Promise<string>;
  /** A token for another audience, of the same credential. Throws AuthenticationFault. */
  tokenFor(scope: string, rejected?: string): Promise<string>;
}

/** A list that goes on for more pages than this goes round in circles. */
const mostPages = 10_000;
const graphVersion = '2024-04-01';

export async function createAzureApi(options: AzureOptions): Promise<Azure> {
  const live = await import('../live.ts');
  const { endpoint } = options.arm;
  const tokens = createTokens(options.credential, options.signal);
  const capture = createCapture();
  const pipeline = createPipeline(live, { ...options, tokens }, [capture.policy]);
  const httpClient = live.createDefaultHttpClient();
  const sdk = createSdk(live, endpoint, options.credential, pipeline, httpClient);

  const urlOf = (path: string, apiVersion: string) => {
    const url = new URL(path, endpoint);
    url.searchParams.set('api-version', apiVersion);
    return url.href;
  };
  const send = (url: string, body?: object) => {
    const method = body === undefined ? 'GET' : 'POST';
    const request = live.createPipelineRequest({ url, method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    request.headers.set('Accept', 'application/json');
    if (body !== undefined) request.headers.set('Content-Type', 'application/json');
    return pipeline.sendRequest(httpClient, request);
  };
  /** What stood on the wire, of a call of the SDK or one of our own; ReadFault when there is no answer. */
  const answerTo = async (call: () => Promise<unknown>, about: string): Promise<Answer> => {
    try {
      const { request, status, bodyAsText, headers } = await capture.wire(call);
      return { method: request.method, url: request.url, status, text: bodyAsText ?? '', location: headers.get('location') };
    } catch (thrown) {
      if (options.signal.aborted) throw new ReadFault('failed', 'The run was stopped.');
      throw readFault(thrown, about);
    }
  };
  async function* list(path: string, apiVersion: string): AsyncGenerator<readonly object[], void, void> {
    const page: PageCall = sdk.list(path) ?? ((link) => send(link ?? urlOf(path, apiVersion)));
    let link: string | undefined;
    for (let count = 0; count < mostPages; count++) {
      const body = await wholeBody(answerTo(() => page(link), new URL(path, endpoint).pathname));
      yield itemsOf(body.value, path);
      link = nextLink(body.nextLink, endpoint, link);
      if (link === undefined) return;
    }
    throw new ReadFault('failed', `The list ${path} did not end after ${mostPages} pages.`);
  }
  async function* graph(
    query: string,
    scope: { subscriptions?: readonly string[]; managementGroups?: readonly string[] },
  ): AsyncGenerator<readonly object[], void, void> {
    let $skipToken: string | undefined;
    do {
      const asked = { query, ...scope, options: { resultFormat: 'objectArray', $top: 1000, ...($skipToken ? { $skipToken } : {}) } };
      const url = urlOf('/providers/Microsoft.ResourceGraph/resources', graphVersion);
      const body = await wholeBody(answerTo(() => send(url, asked), 'Resource Graph'));
      yield itemsOf(body.data, 'Resource Graph');
      const next = body.$skipToken;
      if (next === $skipToken && next !== undefined) throw new ReadFault('failed', 'Resource Graph gave the same page again.');
      if (typeof next !== 'string' && body.resultTruncated === 'true')
        throw new ReadFault('failed', 'Resource Graph cut its answer short.');
      $skipToken = typeof next === 'string' ? next : undefined;
    } while ($skipToken !== undefined);
  }
  return {
    get: onceEach(async (path, apiVersion) =>
      bodyOf(await answerTo(sdk.get(path) ?? (() => send(urlOf(path, apiVersion))), new URL(path, endpoint).pathname)),
    ),
    list,
    whole: onceEach((path, apiVersion) => allOf(list(path, apiVersion))),
    graph,
    found: onceEach((query, subscription) => allOf(graph(query, subscription === '' ? {} : { subscriptions: [subscription] }))),
    async listClusterUserCredential(clusterId) {
      const call = sdk.userCredential(clusterId);
      if (call === undefined) throw new ReadFault('failed', `${clusterId} is not the id of a cluster.`);
      return kubeconfigIn(await wholeBody(answerTo(call, clusterId)));
    },
    tokenFor: (scope, rejected) => tokens.get(scope, rejected),
  };
}

/** What several clusters link to is read once; a fault is as good an answer the second time, after all the retries. */
function onceEach<T>(get: (what: string, how: string) => Promise<T>): typeof get {
  const read = new Map<string, Promise<T>>();
  return (what, how) => {
    const key = `${how} ${what.toLowerCase()}`;
    const known = read.get(key);
    if (known !== undefined) return known;
    const reading = get(what, how);
    read.set(key, reading);
    return reading;
  };
}

async function allOf(pages: AsyncIterable<readonly object[]>): Promise<readonly object[]> {
  const all: object[] = [];
  for await (const items of pages) all.push(...items);
  return all;
}

/** Of a list or an action, where nothing at all is not an answer. */
async function wholeBody(answered: Promise<Answer>): Promise<Record<string, unknown>> {
  const answer = await answered;
  const body = bodyOf(answer);
  if (body === undefined) throw new ReadFault('failed', `${new URL(answer.url).pathname} is not there (404).`, undefined, true);
  return body;
}

function itemsOf(value: unknown, about: string): readonly object[] {
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw new ReadFault('failed', `The answer of ${about} holds no list of resources.`);
}

function nextLink(next: unknown, endpoint: string, current: string | undefined): string | undefined {
  if (next === undefined || next === null || next === '') return undefined;
  const url = typeof next === 'string' && URL.canParse(next, endpoint) ? new URL(next, endpoint) : undefined;
  if (url?.origin !== endpoint)
    throw new ReadFault('failed', `The link to the next page leads to another host, ${url?.host ?? 'unreadable'}, and was not followed.`);
  if (url.href === current) throw new ReadFault('failed', 'The link to the next page leads to the same page again.');
  return url.href;
}

function kubeconfigIn(body: Record<string, unknown>): string {
  const [first] = Array.isArray(body.kubeconfigs) ? body.kubeconfigs : [];
  if (!isRecord(first) || typeof first.value !== 'string') throw new ReadFault('failed', 'Azure handed out no kubeconfig.');
  return Buffer.from(first.value, 'base64').toString('utf8');
}
