import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { caFile } from './tls/tls.ts';

export interface FakeAz {
  /** A clean environment in which the real credential chain finds this az and nothing else, and trusts the fakes. */
  environment: Record<string, string>;
  /** The audiences that tokens were asked for, in order. */
  audiences(): string[];
  /** The whole command lines. */
  calls(): string[];
  remove(): void;
}

/**
 * The az CLI as a script on PATH: prints a token for the audience asked and records the call. A token is
 * `fake.<audience in base64url>.<number of the call>`, so that a server can say for whom it was.
 */
export function fakeAz(options: { lifetime?: number; fails?: string; defaultSubscription?: string } = {}): FakeAz {
  const folder = mkdtempSync(join(tmpdir(), 'aks-audit-az-'));
  const log = join(folder, 'calls.txt');
  const config = join(folder, '.azure');
  mkdirSync(config);
  if (options.defaultSubscription !== undefined) {
    const subscriptions = [
      { id: '00000000-0000-0000-0000-000000000000', name: 'other', isDefault: false },
      { id: options.defaultSubscription, name: 'current', isDefault: true },
    ];
    // az writes a byte order mark here.
    writeFileSync(join(config, 'azureProfile.json'), `\uFEFF${JSON.stringify({ installationId: 'x', subscriptions })}`);
  }
  const script = options.fails
    ? `process.stderr.write(${JSON.stringify(options.fails)}); process.exit(1);`
    : `const resource = process.argv[process.argv.indexOf('--resource') + 1];
       const number = fs.readFileSync(${JSON.stringify(log)}, 'utf8').split('\\n').length - 1;
       const token = 'fake.' + Buffer.from(resource).toString('base64url') + '.' + number;
       const expires = Math.floor(Date.now() / 1000) + ${options.lifetime ?? 3600};
       console.log(JSON.stringify({ accessToken: token, expires_on: expires, expiresOn: new Date(expires * 1000).toISOString(), tokenType: 'Bearer' }));`;
  const az = join(folder, 'az');
  writeFileSync(
    az,
    `#!${process.execPath}\nconst fs = require('node:fs');\nfs.appendFileSync(${JSON.stringify(log)}, process.argv.slice(2).join(' ') + '\\n');\n${script}\n`,
  );
  chmodSync(az, 0o755);
  const calls = () => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : []);
  return {
    environment: {
      PATH: [folder, '/usr/bin', '/bin'].join(delimiter),
      HOME: folder,
      AZURE_CONFIG_DIR: config,
      AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential',
      NODE_EXTRA_CA_CERTS: caFile,
    },
    audiences: () => calls().flatMap((call) => /--resource (\S+)/.exec(call)?.[1] ?? []),
    calls,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
