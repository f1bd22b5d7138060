import { redactObject } from '../../model/redact.ts';
import { type KubernetesApi, ReadFault } from '../source.ts';
import { createDiscovery } from './discovery.ts';
import { type Answer, type Connect, createHttp, type HttpOptions } from './http.ts';
import { isObject } from '../../model/objects.ts';

/** Objects in a page, as kubectl asks for; of ConfigMaps fewer, as each may be as large as etcd takes. */
const pageSize = (plural: string): number => (plural === 'configmaps' ? 100 : 500);
/** Times that a list may expire while it is read. */
const mostExpirations = 3;

interface Asked {
  /** Whether the present identity is allowed this, cluster-wide. */
  may: (verb: string, group: string, plural: string) => Promise<boolean>;
  close: () => Promise<void>;
}

/**
 * Discovery and cluster-wide lists of one API server, connected to when the first is asked for. What proves impossible
 * then (no route, no credential) is thrown by every read. Secrets' values are taken out of each page before it is handed on.
 */
export function createKubernetesApi(connect: Connect, options: HttpOptions): KubernetesApi & Asked {
  const http = createHttp(connect, options);
  return {
    served: createDiscovery(http),
    /** Yields nothing when the resource is not served; of none that exist, one empty page. */
    async *list(group, version, plural, only) {
      const path = group === '' ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`;
      const ask = (token: string | undefined): Promise<Answer> => {
        // A token, not a link: wherever the server points, the path stays ours.
        const query = `?limit=${pageSize(plural)}${token === undefined ? '' : `&continue=${encodeURIComponent(token)}`}`;
        const answer = only === 'metadata' ? http.get(`${path}${query}&includeObject=Metadata`, acceptTable) : http.get(`${path}${query}`);
        answer.catch(() => undefined); // Thrown where it is awaited, if anyone still waits.
        return answer;
      };
      let token: string | undefined;
      let asked = ask(token);
      for (let expired = 0; ; ) {
        const answer = await asked;
        if (answer.status === 404 && token === undefined) return;
        if (answer.status === 410 && ++expired <= mostExpirations) {
          // With a new token the rest is newer than the pages before; without one the list begins anew, and load takes
          // the later of two states of one object.
          token = continueOf(answer.body);
          if (token === undefined) expired = mostExpirations;
          asked = ask(token);
          continue;
        }
        const { items, next } = pageOf(answer, `${plural}${group === '' ? '' : `.${group}`}`, only);
        if (next !== undefined && next === token) throw new ReadFault('failed', 'The API server sent the same page again.');
        token = next;
        // The next page travels while this one is redacted and written.
        if (token !== undefined) asked = ask(token);
        yield items.map(redactObject);
        if (token === undefined) return;
      }
    },
    async may(verb, group, plural) {
      const { status, body } = await http.review({ resourceAttributes: { verb, group, resource: plural } });
      const allowed = isObject(body?.status) ? body.status.allowed : undefined;
      if ((status !== 200 && status !== 201) || typeof allowed !== 'boolean')
        throw new ReadFault('failed', `The API server answered the question for permissions with ${status}.`);
      return allowed;
    },
    close: http.close,
  };
}

function continueOf(body: Answer['body']): string | undefined {
  const token = isObject(body?.metadata) ? body.metadata.continue : undefined;
  return typeof token === 'string' && token !== '' ? token : undefined;
}

interface ListPage {
  items: object[];
  next: string | undefined;
}

/** @throws ReadFault for an answer that is not a page of a list, or not of metadata alone where that was asked for */
function pageOf({ status, body }: Answer, resource: string, only?: 'metadata'): ListPage {
  if (status === 403) throw new ReadFault('forbidden', `Listing ${resource} is denied.`, `list ${resource}`);
  if (status === 410) throw new ReadFault('failed', `The list of ${resource} expired again and again while it was read.`);
  if (only === 'metadata') return { items: rowsOf(status, body, resource), next: continueOf(body) };
  const { kind, apiVersion, items } = body ?? {};
  if (
    status !== 200 ||
    typeof kind !== 'string' ||
    !kind.endsWith('List') ||
    (items !== null && items !== undefined && !Array.isArray(items))
  )
    throw new ReadFault('failed', `What the API server answered (${status}) is not a list of ${resource}.`);
  const typed = { apiVersion, kind: kind.slice(0, -'List'.length) };
  // Items of a typed list do not say what they are; those of custom resources do.
  const objects = (items ?? []).map((item: unknown) => ({ ...typed, ...(isObject(item) ? item : {}) }));
  return { items: objects, next: continueOf(body) };
}

/** The server fills in what stands in the columns; of the objects it sends the metadata alone. */
const acceptTable = 'application/json;as=Table;v=v1;g=meta.k8s.io';

/** Secrets, of which a Table says the type. Any other answer holds values: nothing of it is taken. */
function rowsOf(status: number, body: Answer['body'], resource: string): object[] {
  const { kind, columnDefinitions, rows } = body ?? {};
  const columns = Array.isArray(columnDefinitions) ? columnDefinitions.map((each) => (isObject(each) ? each.name : undefined)) : [];
  if (status !== 200 || kind !== 'Table' || !columns.includes('Type'))
    throw new ReadFault('failed', `The API server (${status}) did not answer with the metadata of ${resource} alone.`);
  return (Array.isArray(rows) ? rows : []).map((row) => {
    const { cells, object } = isObject(row) ? row : {};
    const { metadata } = isObject(object) ? object : {};
    return { apiVersion: 'v1', kind: 'Secret', metadata, type: Array.isArray(cells) ? cells[columns.indexOf('Type')] : undefined };
  });
}
