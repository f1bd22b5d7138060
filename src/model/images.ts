/** An image as the container runtime reads it. `tag` is unset only beside a digest, which alone decides what is pulled. */
export interface Image {
  /** Host in lower case with its port, if any: `docker.io`, `registry.example.com:5000`. */
  registry: string;
  /** Path in the registry: `library/nginx`. */
  repository: string;
  tag?: string;
  digest?: string;
}

// The grammar of github.com/distribution/reference, which kubelet and containerd parse with.
const host = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[a-f0-9:]+\])(?::[0-9]+)?$/;
const repositoryPath = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagged = /^\w[\w.-]{0,127}$/;
const digests = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const identifier = /^[a-f0-9]{64}$/;

/**
 * An image reference with the defaults filled in: docker.io, `library/`, and `latest` when neither tag nor digest is given.
 * @returns undefined when the runtime would refuse the reference
 */
export function parseImage(reference: unknown): Image | undefined {
  if (typeof reference !== 'string' || reference.length > 4096 || identifier.test(reference)) return undefined;
  const [named = '', digest, ...more] = reference.split('@');
  if (more.length > 0 || (digest !== undefined && !digests.test(digest))) return undefined;
  const { registry, rest } = splitRegistry(named);
  const colon = rest.indexOf(':');
  const path = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (!host.test(registry) || !repositoryPath.test(path) || (tag !== undefined && !tagged.test(tag))) return undefined;
  const repository = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path;
  if (repository.length > 255) return undefined;
  if (digest === undefined) return { registry, repository, tag: tag ?? 'latest' };
  return { registry, repository, ...(tag === undefined ? {} : { tag }), digest };
}

/** The first step is a registry only if it looks like a host: a dot, a port, `localhost` or a capital; else it is a folder of Docker Hub. */
function splitRegistry(named: string): { registry: string; rest: string } {
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0));
  if (slash < 0 || !(/[.:A-Z]/.test(first) || first === 'localhost')) return { registry: 'docker.io', rest: named };
  const registry = first.toLowerCase();
  return { registry: registry === 'index.docker.io' ? 'docker.io' : registry, rest: named.slice(slash + 1) };
}
