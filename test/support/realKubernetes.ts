import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { testCa } from './fakeKubernetes.ts';

/** etcd and kube-apiserver on this host, over a folder of their own. */
export interface RealKubernetes {
  url: string;
  /** Creates an object; `path` is that of its list. */
  create: (path: string, object: object) => Promise<void>;
  /** Forgets all revisions of etcd before the present one, so that the continue tokens given so far are too old. */
  compact: () => Promise<void>;
  close: () => Promise<void>;
}

/** What a server answered, real or fake. */
export interface WireAnswer {
  status: number;
  type: string;
  /** Whether it came compressed. */
  gzip: boolean;
  text: string;
  /** When it is JSON. */
  body: unknown;
}

export const adminToken = 'token-of-admin';
/** Of a user without any right but those of everyone who is known. */
export const restrictedToken = 'token-of-someone';

const binaries = ['etcd', 'kube-apiserver'];

/** Why no real API server can be started here, if so: KUBEBUILDER_ASSETS is envtest's name for the folder of its binaries. */
export function whyNoRealKubernetes(folder = process.env.KUBEBUILDER_ASSETS): string | undefined {
  if (!folder) return 'KUBEBUILDER_ASSETS is not set';
  const missing = binaries.filter((name) => !existsSync(join(folder, name)));
  return missing.length === 0 ? undefined : `the folder of KUBEBUILDER_ASSETS holds no ${missing.join(' and no ')}`;
}

/** Ready for requests within some 5 s. @throws with the last words of what did not start */
export async function startRealKubernetes(): Promise<RealKubernetes> {
  const assets = process.env.KUBEBUILDER_ASSETS ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'aks-audit-apiserver-'));
  const [client = 0, peer = 0, port = 0] = await freePorts(3);
  const store = `http://127.0.0.1:${client}`;
  const started = [start(join(assets, 'etcd'), etcdFlags(folder, store, `http://127.0.0.1:${peer}`))];
  const close = async () => {
    await Promise.all([...started].reverse().map(({ stop }) => stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `https://localhost:${port}`;
  const etcd = async (path: string, body: object) =>
    (await fetch(`${store}/v3/kv/${path}`, { method: 'POST', body: JSON.stringify(body) })).json() as Promise<{
      header: { revision: string };
    }>; // etcd's JSON gateway
  try {
    await until(started, async () => (await fetch(`${store}/health`)).ok);
    started.push(start(join(assets, 'kube-apiserver'), apiServerFlags(folder, store, port)));
    await until(started, async () => (await ask(url, '/readyz', { token: adminToken })).status === 200);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    url,
    async create(path, object) {
      const { status, text } = await ask(url, path, { token: adminToken, method: 'POST', body: object });
      if (status !== 201) throw new Error(`${path} answered ${status}: ${text}`);
    },
    async compact() {
      const { header } = await etcd('range', { key: Buffer.from('/').toString('base64') });
      await etcd('compaction', { revision: header.revision, physical: true });
    },
    close,
  };
}

const etcdFlags = (folder: string, store: string, peer: string): string[] => [
  `--data-dir=${join(folder, 'etcd')}`,
  `--listen-client-urls=${store}`,
  `--advertise-client-urls=${store}`,
  `--listen-peer-urls=${peer}`,
  `--initial-advertise-peer-urls=${peer}`,
  `--initial-cluster=default=${peer}`,
];

function apiServerFlags(folder: string, store: string, port: number): string[] {
  const key = join(folder, 'serviceAccounts.key');
  const tokens = join(folder, 'tokens.csv');
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(key, privateKey, { mode: 0o600 });
  writeFileSync(tokens, `${adminToken},admin,admin,system:masters\n${restrictedToken},someone,someone\n`, { mode: 0o600 });
  const tls = join(import.meta.dirname, 'tls');
  return [
    `--etcd-servers=${store}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    '--endpoint-reconciler-type=none',
    `--cert-dir=${folder}`,
    `--tls-cert-file=${join(tls, 'server.crt')}`,
    `--tls-private-key-file=${join(tls, 'server.key')}`,
    `--token-auth-file=${tokens}`,
    '--authorization-mode=RBAC',
    '--anonymous-auth=false',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-account-issuer=https://localhost',
    '--service-cluster-ip-range=10.0.0.0/24',
    // Nobody makes the service accounts that pods would have to name.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

interface Started {
  /** What it said last, once it has ended. */
  ended: () => string | undefined;
  stop: () => Promise<void>;
}

function start(binary: string, flags: readonly string[]): Started {
  const child: ChildProcess = spawn(binary, flags, { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: '/usr/bin:/bin' } });
  const kill = () => child.kill('SIGKILL'); // Nothing is kept, and a gentle end takes several seconds.
  process.once('exit', kill);
  let said = '';
  let ended = false;
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  const end = new Promise<void>((resolve) => {
    const note = () => {
      ended = true;
      resolve();
    };
    child.on('exit', note);
    child.on('error', note);
  });
  return {
    ended: () => (ended ? `${binary} ended: ${said}` : undefined),
    async stop() {
      kill();
      await end;
      process.off('exit', kill);
    },
  };
}

async function until(started: readonly Started[], isReady: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const ended = started.map((each) => each.ended()).find((each) => each !== undefined);
    if (ended !== undefined) throw new Error(ended);
    if (await isReady().catch(() => false)) return;
    await pause(100);
  }
  throw new Error('etcd and kube-apiserver did not get ready within 40 s.');
}

/** @returns ports that are free now, each another */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port); // of a listening socket
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

const agent = new Agent({ keepAlive: true, ca: testCa, maxSockets: 8 });

export interface Question {
  token?: string;
  method?: string;
  accept?: string;
  gzip?: boolean;
  body?: object;
}

/** Asks a server whose certificate is of the test CA, as plainly as can be. */
export function ask(url: string, path: string, { token, method = 'GET', accept, gzip, body }: Question = {}): Promise<WireAnswer> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    accept: accept ?? 'application/json',
    ...(gzip ? { 'accept-encoding': 'gzip' } : {}),
    ...(body ? { 'content-type': 'application/json' } : {}),
  };
  const options: RequestOptions = { method, headers, agent };
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const compressed = response.headers['content-encoding'] === 'gzip';
        const bytes = Buffer.concat(chunks);
        const text = (compressed ? gunzipSync(bytes) : bytes).toString('utf8');
        const type = response.headers['content-type'] ?? '';
        const isJson = type.startsWith('application/json') && text !== '';
        resolve({ status: response.statusCode ?? 0, type, gzip: compressed, text, body: isJson ? JSON.parse(text) : undefined });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
