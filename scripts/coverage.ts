import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadCatalogue } from '../src/catalogue.ts';

// npm run coverage [-- --all]   What the documents that the catalogue answers recommend, against the rules that answer it: a line a
// document and each recommendation that none answers, which ends it with 1; with --all every recommendation.

/** A recommendation of docs/coverage.yaml. */
interface Recommendation {
  id: string;
  section: string;
  asks: string;
  /** Names of rules, automated or manual. */
  rules: readonly string[];
  note?: string;
}
interface Source {
  source: string;
  recommendations: readonly Recommendation[];
}
type Answer = 'automated' | 'automated and manual' | 'manual' | 'none';

const sources = parse(readFileSync(new URL('../docs/coverage.yaml', import.meta.url), 'utf8')) as Source[];
const { rules } = loadCatalogue();
const manual = new Map(rules.map(({ name, ask }) => [name, ask !== undefined]));
const missing = ({ rules: names }: Recommendation): string[] => names.filter((name) => !manual.has(name));

function answerOf(recommendation: Recommendation): Answer {
  const known = recommendation.rules.filter((name) => manual.has(name));
  if (known.length === 0 || missing(recommendation).length > 0) return 'none';
  const asked = known.filter((name) => manual.get(name) === true).length;
  return asked === 0 ? 'automated' : asked === known.length ? 'manual' : 'automated and manual';
}

const all = process.argv.includes('--all');
let unanswered = 0;
for (const { source, recommendations } of sources) {
  const answers = recommendations.map((each) => ({ ...each, answer: answerOf(each) }));
  const count = (answer: Answer) => answers.filter((each) => each.answer === answer).length;
  unanswered += count('none');
  console.log(
    `${source}: ${recommendations.length} recommendations, ${count('automated')} automated, ${count('automated and manual')} automated and manual, ${count('manual')} manual, ${count('none')} not answered`,
  );
  for (const each of answers) {
    const { id, asks, rules: names, answer } = each;
    if (answer === 'none') console.log(`  ${id} ${asks}: no rule ${missing(each).join(', ')}`);
    else if (all) console.log(`  ${id} ${asks}: ${names.join(', ')}`);
  }
}
const answering = new Set(sources.flatMap(({ recommendations }) => recommendations.flatMap(({ rules: names }) => names)));
console.log(
  `${rules.length} rules, of which ${rules.filter(({ name }) => !answering.has(name)).length} answer other sources (their refs name them).`,
);
if (unanswered > 0) process.exitCode = 1;
