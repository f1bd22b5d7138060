/** What a text looks like when it is, or holds, a credential. The name stands in snapshots: a released one stays. */
export interface Detector {
  name: string;
  /** Linear in the text: runs are bounded, or begin where no other run can. */
  matches: (text: string) => boolean;
}

/** @param hint a text that every match holds, looked for first: it is a pattern's price divided by ten */
const by = (name: string, pattern: RegExp, hint = ''): Detector => ({ name, matches: (text) => text.includes(hint) && pattern.test(text) });

/** The first that matches names the marker, so what says most stands first. */
export const detectors: readonly Detector[] = [
  by('private-key', /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/, '-----BEGIN '),
  by('azure-connection-string', /(?:AccountKey|SharedAccessKey|SharedSecretValue)=[A-Za-z0-9+/%]{16}/i),
  by('azure-sas', /(?:^|[?&;'"\s])sig=[A-Za-z0-9%+/_-]{20}/, 'sig='),
  by('azure-storage-key', /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/, '=='),
  by('azure-client-secret', /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/, 'Q~'),
  by('jwt', /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/, 'eyJ'),
  by('github-token', /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36}|(?<!\w)github_pat_\w{22}/),
  by('gitlab-token', /(?<![\w-])glpat-[\w-]{20}/, 'glpat-'),
  by('slack-token', /(?<![\w-])xox[abeoprs]-[\w-]{10}|hooks\.slack\.com\/services\/\w{8,20}\/\w{8,20}\/\w{16,40}/),
  by('aws-access-key', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/),
  by('google-api-key', /(?<![\w-])AIza[\w-]{35}(?![\w-])/, 'AIza'),
  by(
    'api-key',
    /(?<![\w-])(?:sk-(?:proj-|ant-api\d\d-)?[A-Za-z0-9_]{20}|[sr]k_live_[A-Za-z0-9]{16}|npm_[A-Za-z0-9]{36}|dop_v1_[a-f0-9]{64}|SG\.[\w-]{22}\.[\w-]{43}|hvs\.[\w-]{24})/,
  ),
  by('registry-credential', /"auths?"\s{0,9}:\s{0,9}(?:"[A-Za-z0-9+/=]{8,}"|\{)/, '"auth'),
  by('url-password', /:\/\/[^\s/:@?#]{0,200}:(?!\$[({])[^\s/@]{1,500}@/, '://'),
  by(
    'password',
    /(?:^|[;,&?\s{"'-])(?:password|passwd|pwd|client_?secret|api_?key|access_?token)["']?\s{0,5}[=:]\s{0,5}["']?[^;,&\s"'$]{3}/i,
  ),
  by('bearer-token', /(?:^|authorization["']?\s{0,5}[:=]\s{0,5}["']?)(?:Bearer|Basic)\s{1,5}[A-Za-z0-9+/_.~=-]{16}/i),
  { name: 'high-entropy', matches: (text) => text.length >= shortestRun && hasRandomRun(text) },
];

/** What is mostly no credential, though it is named like one; a marker may say so. */
const harmless: readonly Detector[] = [
  by('application-insights', /^InstrumentationKey=[0-9a-f-]{36}(?:;|$)/i, '='),
  // Without a user, a query or a fragment; a name that is a long mixture of letters and digits was caught before.
  by('plain-url', /^[a-z][a-z0-9+.-]{0,20}:\/\/[A-Za-z0-9.[\]:_-]{1,253}(?:\/[A-Za-z0-9._~/-]{0,500})?$/i, '://'),
  by('file-path', /^(?:\/[\w.-]{1,255}){2,40}$/, '/'),
];
export const harmlessKinds: ReadonlySet<string> = new Set(harmless.map(({ name }) => name));
/** Which of these a text is that does not look like a credential. */
export const harmlessKind = (text: string): string | undefined => harmless.find(({ matches }) => matches(text))?.name;

/** Nothing shorter is told from a word. */
const shortestMatch = 7;
export function looksLike(text: string): string | undefined {
  if (text.length < shortestMatch) return undefined;
  if (text.length > longestKept) return lookedAt(text);
  if (!lately.has(text)) {
    if (lately.size >= mostKept) lately.clear();
    lately.set(text, lookedAt(text));
  }
  return lately.get(text);
}
const lookedAt = (text: string): string | undefined => detectors.find(({ matches }) => matches(text))?.name;

/** The pods of a template say the same: what was found in a text is kept for a while, of so many texts up to such a length. */
const lately = new Map<string, string | undefined>();
const [mostKept, longestKept] = [10_000, 1_000];

const shortestRun = 24;
/** Of runs in base64, of either alphabet; other characters end a run. */
const classes = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[0-9]/.test(character) ? 1 : /[a-z]/.test(character) ? 2 : /[A-Z]/.test(character) ? 4 : /[+/_-]/.test(character) ? 8 : 0;
});

/**
 * A run drawn by chance: small letters, capitals and digits change at every second character or so (in words and
 * identifiers at every third), and it repeats itself little. Digests and UUIDs have no capitals, or no small letters.
 */
function hasRandomRun(text: string): boolean {
  let start = 0;
  let seen = 0;
  let last = 0;
  let changes = 0;
  for (let index = 0; index <= text.length; index++) {
    const code = index < text.length ? text.charCodeAt(index) : 0;
    const kind = code < classes.length ? (classes[code] as number) : 0; // an index of the array
    if (kind === 0) {
      const length = index - start;
      if (length >= shortestRun && (seen & 7) === 7 && changes >= 0.42 * length && entropy(text.slice(start, index)) >= 3.8) return true;
      start = index + 1;
      seen = last = changes = 0;
    } else if (kind !== 8) {
      if (kind !== last) changes++;
      last = kind;
      seen |= kind;
    }
  }
  return false;
}

/** Bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
