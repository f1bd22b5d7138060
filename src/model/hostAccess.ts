import type { PodSpec } from '../wire.ts';
import type { Flaw } from './flaws.ts';
import { isOn, isSet } from './podSecurityControl.ts';
import { containersOf } from './podSpecs.ts';
import type { Shape } from './workloads.ts';

/**
 * What pods have of their node: its network, processes or memory, its paths, its ports.
 * @param allowedPaths folders of the node that may be mounted where every mount is read-only, with all below them
 */
export function hostAccess({ spec, pointer: at }: Shape, allowedPaths: readonly string[]): Flaw[] {
  return [...hostNamespaces(spec, at), ...hostPaths(spec, at, allowedPaths), ...hostPorts(spec, at)];
}

const hostNamespaces = (spec: PodSpec, at: string): Flaw[] =>
  (['hostNetwork', 'hostPID', 'hostIPC'] as const)
    .filter((field) => isOn(spec[field]))
    .map((field) => ({ of: field, what: field, pointer: `${at}/${field}`, expected: 'false or not set' }));

function hostPaths(spec: PodSpec, at: string, allowedPaths: readonly string[]): Flaw[] {
  return (spec.volumes ?? []).flatMap((volume, index) => {
    if (!isSet(volume?.hostPath)) return [];
    const path = volume.hostPath.path ?? '';
    const allowed = !ownsNode(path) && allowedPaths.some((folder) => isBelow(path, folder)) && isReadOnly(spec, volume.name);
    const expected = 'another kind of volume';
    return allowed ? [] : [{ of: `volume ${volume.name}`, what: path, pointer: `${at}/volumes/${index}/hostPath/path`, expected }];
  });
}

const isReadOnly = (spec: PodSpec, volume: string | undefined): boolean =>
  containersOf(spec).every(({ container }) =>
    (container.volumeMounts ?? []).every(({ name, readOnly }) => name !== volume || readOnly === true),
  );

/** On the host's network every port is the node's: the API server sets hostPort to containerPort there. */
function hostPorts(spec: PodSpec, at: string): Flaw[] {
  if (isOn(spec.hostNetwork)) return [];
  return containersOf(spec, at).flatMap(({ container, pointer }) =>
    (container.ports ?? []).flatMap((port, index) => {
      const { hostPort } = port ?? {};
      if (!isSet(hostPort) || hostPort === 0) return [];
      return [
        { of: container.name ?? '', what: `port ${hostPort}`, pointer: `${pointer}/ports/${index}/hostPort`, expected: '0 or not set' },
      ];
    }),
  );
}

/** Paths of the node through which a pod takes it over: sockets of container runtimes, and the folders that they are in. */
const ownedThrough = [
  '/run/containerd/containerd.sock',
  '/run/crio/crio.sock',
  '/run/docker.sock',
  '/var/run/containerd/containerd.sock',
  '/var/run/crio/crio.sock',
  '/var/run/docker.sock',
];
export const ownsNode = (path: string): boolean => ownedThrough.some((socket) => isBelow(socket, path));

function isBelow(path: string, folder: string): boolean {
  const [inner, outer] = [plain(path), plain(folder)];
  return inner === outer || inner.startsWith(outer === '/' ? '/' : `${outer}/`);
}

/** Without a slash at the end, doubled slashes and steps that stay in place. */
const plain = (path: string): string =>
  `/${path
    .split('/')
    .filter((step) => step !== '' && step !== '.')
    .join('/')}`;
