import type { AccessToken, TokenCredential } from '@azure/core-auth';
import type { Arm } from './clouds.ts';

/** No credential answered, or Azure takes no token of the one that did. */
export class AuthenticationFault extends Error {
  override readonly name = 'AuthenticationFault';
  /** Of a chain: each credential that was tried, and why it did not answer. */
  readonly tried: readonly Tried[];
  constructor(message: string, tried: readonly Tried[] = []) {
    super(message);
    this.tried = tried;
  }
}
export interface Tried {
  credential: string;
  why: string;
}

/** DefaultAzureCredential in its documented order; AZURE_TOKEN_CREDENTIALS narrows it, as the library documents. */
export async function createCredential(arm: Arm, tenant?: string): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('../live.ts');
  const { authorityHost } = arm;
  try {
    return new DefaultAzureCredential({ ...(tenant ? { tenantId: tenant } : {}), ...(authorityHost ? { authorityHost } : {}) });
  } catch (thrown) {
    throw authenticationFault(thrown);
  }
}

/** Tokens by scope, kept in memory until shortly before they expire; parallel wishes for one share the asking. */
export interface Tokens {
  /**
   * @param rejected a token that the server did not take, which is not handed out again
   * @param claims of a challenge (continuous access evaluation)
   * @throws AuthenticationFault
   */
  get(scope: string, rejected?: string, claims?: string): Promise<string>;
}

/** Milliseconds before its end when a token is not handed out any more. */
const margin = 120_000;

export function createTokens(credential: TokenCredential, signal: AbortSignal): Tokens {
  const kept = new Map<string, Promise<AccessToken>>();
  const ask = async (scope: string, claims: string | undefined): Promise<AccessToken> => {
    try {
      const token = await credential.getToken(scope, { abortSignal: signal, ...(claims ? { claims, enableCae: true } : {}) });
      if (token === null) throw new Error('no credential gave a token.');
      return token;
    } catch (thrown) {
      throw authenticationFault(thrown);
    }
  };
  const renew = (scope: string, claims?: string): Promise<AccessToken> => {
    const asked = ask(scope, claims);
    kept.set(scope, asked);
    // What failed is asked for again, and only if nobody did so meanwhile.
    asked.catch(() => kept.get(scope) === asked && kept.delete(scope));
    return asked;
  };
  return {
    async get(scope, rejected, claims) {
      const before = kept.get(scope);
      if (before === undefined) return (await renew(scope, claims)).token;
      const { token, expiresOnTimestamp } = await before;
      if (token !== rejected && expiresOnTimestamp - margin >= Date.now()) return token;
      const newer = kept.get(scope);
      return (await (newer === undefined || newer === before ? renew(scope, claims) : newer)).token;
    },
  };
}

/** Which credential answers for a scope, and why those before it did not: what the library logs of its chain. */
export async function explainCredential(
  credential: TokenCredential,
  scope: string,
): Promise<{ answered: string | undefined; tried: Tried[] }> {
  const { identityLog } = await import('../live.ts');
  const lines: string[] = [];
  const { enabled, log } = identityLog.info;
  Object.assign(identityLog.info, { enabled: true, log: (...words: unknown[]) => lines.push(words.join(' ')) });
  try {
    await credential.getToken(scope);
    return { answered: answeredIn(lines), tried: triedIn(lines) };
  } catch (thrown) {
    const { tried } = authenticationFault(thrown);
    return { answered: undefined, tried: tried.length > 0 ? [...tried] : triedIn(lines) };
  } finally {
    Object.assign(identityLog.info, { enabled, log });
  }
}

const answeredIn = (lines: readonly string[]): string | undefined =>
  lines.flatMap((line) => /Result for (\w+Credential): SUCCESS/.exec(line)?.[1] ?? []).at(-1);

function triedIn(lines: readonly string[]): Tried[] {
  const tried = lines.flatMap((line) => {
    const [, credential, why] = /(\w+Credential) => getToken\(\) => .*?(?:Error message: |reason: )([\s\S]*)/.exec(line) ?? [];
    return credential === undefined || credential === 'ChainedTokenCredential' ? [] : [{ credential, why: plain(why ?? '') }];
  });
  return tried.filter(({ credential }, at) => tried.findIndex((each) => each.credential === credential) === at);
}

/** What the library throws, in words; of a chain, what each credential said. */
export function authenticationFault(thrown: unknown): AuthenticationFault {
  if (thrown instanceof AuthenticationFault) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const errors = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const messages = errors.flatMap((each) => (each instanceof Error ? [plain(each.message)] : []));
  const tried = messages.map((why): Tried => ({ credential: credentialNamed(why), why }));
  const said = messages.length === 0 ? plain(error.message) : messages.join(' ');
  return new AuthenticationFault(`No credential for Azure: ${said}`, tried);
}

const credentialNamed = (message: string): string =>
  /\b(\w+Credential)\b/.exec(message)?.[1] ?? (/azure cli|az login/i.test(message) ? 'AzureCliCredential' : 'a credential');

/** One line, without anything that looks like a token or an assertion. */
const plain = (message: string): string =>
  message
    .replaceAll(/\beyJ[\w-]+(?:\.[\w-]+)*/g, '<token>')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 500);
