import type { AccessToken, TokenCredential } from '@azure/core-auth';
import { orAborted } from '../iterate.ts';
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
      // Not every credential minds the signal: az is waited for.
      const asked = credential.getToken(scope, { abortSignal: signal, ...(claims ? { claims, enableCae: true } : {}) });
      const token = await orAborted(asked, signal);
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

/** Which credential answers for a scope, and why those before it in the chain did not. */
export async function explainCredential(
  credential: TokenCredential,
  scope: string,
): Promise<{ answered: string | undefined; tried: Tried[] }> {
  const live = await import('../live.ts');
  const tried: Tried[] = [];
  for (const each of membersOf(credential)) {
    const named = chain.find((name) => each instanceof live[name]);
    try {
      const token = await each.getToken(scope);
      if (token !== null) return { answered: named ?? 'a credential', tried };
      const why = 'credentialUnavailableErrorMessage' in each ? each.credentialUnavailableErrorMessage : 'It gave no token.';
      tried.push(refusal(named, String(why)));
    } catch (thrown) {
      tried.push(refusal(named, thrown instanceof Error ? thrown.message : String(thrown)));
    }
  }
  return { answered: undefined, tried };
}

/** The library's names of what its chain is made of; a bundle has none for its classes. */
const chain = [
  'EnvironmentCredential',
  'WorkloadIdentityCredential',
  'ManagedIdentityCredential',
  'VisualStudioCodeCredential',
  'AzureCliCredential',
  'AzurePowerShellCredential',
  'AzureDeveloperCliCredential',
] as const;

/** The chain keeps to itself what went wrong before one answered, so its members are asked one by one. */
function membersOf(credential: TokenCredential): readonly TokenCredential[] {
  const { _sources: members } = credential as { _sources?: readonly TokenCredential[] }; // private to the library, so looked at first
  return Array.isArray(members) && members.length > 0 ? members : [credential];
}

const refusal = (named: string | undefined, why: string): Tried => ({ credential: named ?? credentialNamed(why), why: plain(why) });

/** What the library throws, in words; of a chain, what each credential said. */
export function authenticationFault(thrown: unknown): AuthenticationFault {
  if (thrown instanceof AuthenticationFault) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const errors = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const messages = errors.flatMap((each) => (each instanceof Error ? [plain(each.message)] : []));
  const tried = messages.map((why) => refusal(undefined, why));
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
