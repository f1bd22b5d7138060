import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { generateCluster } from './generateCluster.ts';

// npm run bench [-- <pods>...]   measures the built package: start-up, a small snapshot, and generated pods, each
// against the floor of reading and parsing the same bytes; and whole clusters, of all rules, with the JSON and the HTML report, by
// phase. Times are medians of five runs (of what is quick fifteen, of clusters one), memory the highest peak.
const root = fileURLToPath(new URL('../', import.meta.url));
const work = join(root, '.bench');
const command = join(root, 'out/package/bin/aks-audit.js');
const runs = 5;
const quickRuns = 15;

/** Writes the peak of resident memory, in kB, where the parent looks for it. */
const preload = join(work, 'peak.mjs');
/** What any audit must do at least: read the file and parse each line. */
const floor = join(work, 'floor.mjs');

mkdirSync(work, { recursive: true });
writeFileSync(
  preload,
  `import { writeFileSync } from 'node:fs';\nprocess.on('exit', () => writeFileSync(process.env.BENCH_PEAK, String(process.resourceUsage().maxRSS)));\n`,
);
writeFileSync(
  floor,
  `import { createReadStream } from 'node:fs';
let rest = '', count = 0;
for await (const chunk of createReadStream(process.argv[2], { encoding: 'utf8', highWaterMark: 1 << 20 })) {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) if (line !== '') { JSON.parse(line); count++; }
}
`,
);
if (!existsSync(command)) throw new Error('npm run build comes first');

/** By what begins each on standard error under --verbose. */
const phases = ['reading', 'judging', 'finding', 'scoring', 'writing'];
const sizes = process.argv.slice(2).map(Number);
console.log(`load average ${loadavg()[0]?.toFixed(2)}; Node ${process.version}; medians\n`);
row('', 'time', 'floor', 'times', 'peak');
row('--version', ...measured([command, '--version']));
row('rules', ...measured([command, 'rules']));
row('an empty program', ...measured(['-e', '']));
for (const name of ['partial', 'healthy', 'neglected'])
  row(`snapshot ${name}`, ...measured([command, 'audit', join(root, 'fixtures/snapshots', name), '--exit-zero', '--min-coverage', '0']));
for (const pods of sizes.length > 0 ? sizes : [1_000, 10_000, 100_000]) podsAlone(pods);
console.log();
row('whole clusters', 'time', 'us a pod', 'peak', ...phases);
for (const pods of sizes.length > 0 ? sizes : [50_000, 100_000, 200_000]) await wholeCluster(pods);

function podsAlone(pods: number): void {
  const folder = join(work, String(pods));
  const file = join(folder, 'pods.ndjson');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const out = openSync(file, 'w');
    spawnSync('node', [join(root, 'scripts/generate.ts'), String(pods)], { stdio: ['ignore', out, 'inherit'] });
  }
  const least = timed([floor, file]);
  const whole = timed([command, 'audit', folder, '--exit-zero', '--min-coverage', '0', '-q', '-o', `json=${join(work, 'report.json')}`]);
  row(
    `${pods} pods, ${Math.round(statSync(file).size / 1e6)} MB`,
    ms(whole.time),
    ms(least.time),
    (whole.time / least.time).toFixed(2),
    `${Math.round(whole.peak / 1024)} MB`,
  );
}

async function wholeCluster(pods: number): Promise<void> {
  const folder = join(work, `cluster-${pods}`);
  const { nodes, workloads } = generateCluster(pods, folder);
  const args = [
    'audit',
    folder,
    '--exit-zero',
    '--complete',
    '--min-coverage',
    '0',
    '-v',
    '-o',
    `json=${join(work, 'report.json')}`,
    '-o',
    `html=${join(work, 'report.html')}`,
  ];
  const peakFile = join(work, 'peak');
  const began = performance.now();
  const child = spawn('node', ['--import', preload, command, ...args], { env: { ...process.env, BENCH_PEAK: peakFile } });
  const times = new Map<string, number>();
  let [phase, since] = ['reading', began];
  const enter = (next: string) => {
    const now = performance.now();
    times.set(phase, (times.get(phase) ?? 0) + now - since);
    [phase, since] = [next, now];
  };
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr })) {
    const [word = ''] = line.split(' ');
    if (phases.includes(word) && word !== phase) enter(word);
    else if (phase === 'scoring') enter('writing'); // the tally, which is printed behind the score
  }
  const [code] = await ended;
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  enter('');
  const whole = performance.now() - began;
  const peak = Number(readFileSync(peakFile, 'utf8'));
  row(
    `${pods} of ${workloads} on ${nodes}`,
    ms(whole),
    ((whole * 1000) / pods).toFixed(0),
    `${Math.round(peak / 1024)} MB`,
    ...phases.map((each) => `${Math.round((100 * (times.get(each) ?? 0)) / whole)} %`),
  );
}

function measured(args: readonly string[]): string[] {
  const times = Array.from({ length: quickRuns + 1 }, () => run(args, process.env));
  return [ms(median(times.slice(1))), '', '', `${Math.round(timed(args, 1).peak / 1024)} MB`];
}

function timed(args: readonly string[], times = runs): { time: number; peak: number } {
  const peakFile = join(work, 'peak');
  const measures = Array.from({ length: times }, () => {
    rmSync(peakFile, { force: true });
    const time = run(['--import', preload, ...args], { ...process.env, BENCH_PEAK: peakFile });
    return { time, peak: Number(readFileSync(peakFile, 'utf8')) };
  });
  return { time: median(measures.map(({ time }) => time)), peak: Math.max(...measures.map(({ peak }) => peak)) };
}

/** Milliseconds that a program of Node takes from start to end. */
function run(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync('node', args, { env, encoding: 'utf8' });
  const time = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return time;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

function ms(time: number): string {
  return `${Math.round(time)} ms`;
}
function row(...cells: readonly string[]): void {
  console.log(cells.map((cell, column) => (column === 0 ? cell.padEnd(28) : cell.padStart(10))).join(''));
}
