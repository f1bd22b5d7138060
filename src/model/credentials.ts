/** What a text looks like when it is, or holds, a credential. The name stands in snapshots: a released one stays. */
export interface Detector {
  name: string;
  /** Linear in the text: runs are bounded, or begin where no other run can. */
  matches: (text: string) => boolean;
}

const by = (name: string, pattern: RegExp): Detector => ({ name, matches: (text) => pattern.test(text) });

/** The first that matches names the marker, so what says most stands first. */
export const detectors: readonly Detector[] = [
  by('private-key', /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----/),
  by('azure-connection-string', /(?:AccountKey|SharedAccessKey|SharedSecretValue)=[A-Za-z0-9+/%]{16}/i),
  by('azure-sas', /(?:^|[?&;'"\s])sig=[A-Za-z0-9%+/_-]{20}/),
  by('azure-storage-key', /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==/),
  by('azure-client-secret', /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/),
  by('jwt', /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*/),
  by('github-token', /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36}|(?<!\w)github_pat_\w{22}/),
  by('gitlab-token', /(?<![\w-])glpat-[\w-]{20}/),
  by('slack-token', /(?<![\w-])xox[abeoprs]-[\w-]{10}|hooks\.slack\.com\/services\/\w{8,20}\/\w{8,20}\/\w{16,40}/),
  by('aws-access-key', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/),
  by('google-api-key', /(?<![\w-])AIza[\w-]{35}(?![\w-])/),
  by(
    'api-key',
    /(?<![\w-])(?:sk-(?:proj-|ant-api\d\d-)?[A-Za-z0-9_]{20}|[sr]k_live_[A-Za-z0-9]{16}|npm_[A-Za-z0-9]{36}|dop_v1_[a-f0-9]{64}|SG\.[\w-]{22}\.[\w-]{43}|hvs\.[\w-]{24})/,
  ),
  by('registry-credential', /"auths?"\s{0,9}:\s{0,9}(?:"[A-Za-z0-9+/=]{8,}"|\{)/),
  by('url-password', /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@?#]{0,200}:(?!\$[({])[^\s/@]{1,500}@/i),
  by(
    'password',
    /(?:^|[;,&?\s{"'-])(?:password|passwd|pwd|client_?secret|api_?key|access_?token)["']?\s{0,5}[=:]\s{0,5}["']?[^;,&\s"'$]{3}/i,
  ),
  by('bearer-token', /(?:^|authorization["']?\s{0,5}[:=]\s{0,5}["']?)(?:Bearer|Basic)\s{1,5}[A-Za-z0-9+/_.~=-]{16}/i),
  {
    name: 'high-entropy',
    matches: (text) => /[A-Za-z0-9+/_-]{24}/.test(text) && text.split(/[^A-Za-z0-9+/_-]/, 2000).some((run) => isRandom(run.slice(0, 4096))),
  },
];

export const looksLike = (text: string): string | undefined => detectors.find(({ matches }) => matches(text))?.name;

/**
 * A run of letters and digits drawn by chance: its classes change at every second character or so (words and
 * identifiers do so at every third), and it repeats itself little. Hexadecimal is left out, for digests and UUIDs are.
 */
function isRandom(run: string): boolean {
  if (run.length < 24 || /^[0-9a-f-]+$/i.test(run) || !/\d/.test(run) || !/[A-Z]/.test(run) || !/[a-z]/.test(run)) return false;
  let changes = 0;
  const counts = new Map<string, number>();
  let before = '';
  for (const character of run) {
    const kind = character >= '0' && character <= '9' ? 'digit' : character >= 'a' ? 'lower' : 'upper';
    if (kind !== before) changes++;
    before = kind;
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / run.length) * Math.log2(count / run.length);
  return changes / run.length >= 0.42 && entropy >= 3.8;
}
