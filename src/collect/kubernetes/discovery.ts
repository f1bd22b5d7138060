import { type KubernetesApi, ReadFault } from '../source.ts';
import type { Http } from './http.ts';
import { isObject } from '../../model/objects.ts';

/** What a group serves: each plural's version, the one the server prefers. */
interface Group {
  versions: ReadonlyMap<string, string>;
  /** What serves some of it does not answer, so that a plural that is not listed may be there. */
  down: boolean;
}
type Groups = ReadonlyMap<string, () => Promise<Group>>;
type Members = Readonly<Record<string, unknown>>;

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

/** Asks what is served: of all groups in one answer each of /api and /apis, or of each group when it is first asked for. */
export function createDiscovery(http: Http): KubernetesApi['served'] {
  const groups = once(
    async () => new Map([...(await Promise.all([groupsAt('/api', http), groupsAt('/apis', http)]))].flatMap((each) => [...each])),
  );
  return async (group, plural) => {
    const found = await (await groups()).get(group)?.();
    const version = found?.versions.get(plural);
    if (version !== undefined) return { version };
    if (found?.down) throw new ReadFault('failed', `The API group ${group} is registered, but what serves it does not answer.`);
    return undefined;
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= read();
    return result;
  };
}

async function groupsAt(path: '/api' | '/apis', http: Http): Promise<Groups> {
  const { status, body } = await http.get(path, accept);
  if (status === 403) throw new ReadFault('forbidden', 'Discovery is denied.', `get ${path}`);
  if (body?.kind === 'APIGroupDiscoveryList') return new Map(list(body.items).map((each) => [nameOf(each), async () => aggregated(each)]));
  if (body?.kind === 'APIVersions') return new Map([['', once(() => groupOf(['/api/v1'], http))]]);
  if (body?.kind !== 'APIGroupList')
    throw new ReadFault('failed', `What the API server answered at ${path} (${status}) is not what it serves.`);
  return new Map(
    list(body.groups).map(({ name, versions }) => [
      String(name),
      once(() =>
        groupOf(
          list(versions).map(({ groupVersion }) => `/apis/${groupVersion}`),
          http,
        ),
      ),
    ]),
  );
}

function aggregated({ versions }: Members): Group {
  const found = new Map<string, string>();
  for (const { version, resources } of list(versions)) {
    for (const { resource } of list(resources)) if (!found.has(String(resource))) found.set(String(resource), String(version));
  }
  return { versions: found, down: list(versions).some(({ freshness }) => freshness === 'Stale') };
}

/** Of an API server before Kubernetes 1.27. */
async function groupOf(paths: readonly string[], http: Http): Promise<Group> {
  const found = new Map<string, string>();
  let down = false;
  for (const path of paths) {
    const { body } = await http.get(path).catch((fault: unknown) => {
      if (fault instanceof ReadFault && fault.why === 'failed') return { body: undefined };
      throw fault;
    });
    if (body?.kind !== 'APIResourceList') down = true;
    for (const { name } of list(body?.resources))
      if (!found.has(String(name))) found.set(String(name), path.slice(path.lastIndexOf('/') + 1));
  }
  return { versions: found, down };
}

const list = (value: unknown): Members[] => (Array.isArray(value) ? value.filter(isObject) : []);
/** The core group has none. */
const nameOf = ({ metadata }: Members): string => (isObject(metadata) && typeof metadata.name === 'string' ? metadata.name : '');
