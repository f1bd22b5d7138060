import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** For NODE_EXTRA_CA_CERTS. */
export const caFile = file('ca.crt');
/** What a fake serves with, and what a client must trust. */
export const tls = {
  ca: readFileSync(caFile, 'utf8'),
  cert: readFileSync(file('server.crt'), 'utf8'),
  key: readFileSync(file('server.key'), 'utf8'),
};
