import { ruleCard, ruleTable } from '../reporters/ruleCards.ts';
import { Argument, type Command, Option } from 'commander';
import { loadCatalogue } from '../catalogue.ts';
import { findRule, suggestion } from '../config.ts';
import { UserError } from '../errors.ts';
import type { Chapter, Rule } from '../rule.ts';
import { exitCodes } from './gate.ts';
import type { Shell } from './program.ts';
import { renderOptions } from './terminal.ts';

interface RulesFlags {
  output: 'table' | 'json' | 'markdown';
  chapter?: string;
  manual?: boolean;
  color: string;
}

export function addRulesCommand(program: Command, shell: Shell): void {
  const rules = program.command('rules').description('list and explain the rules');
  const list = rules.command('list', { isDefault: true }).description('list the rules');
  addFormat(list)
    .option('--chapter <name>', 'of this chapter')
    .option('--manual', 'the questions that no API answers')
    .action(async (flags: RulesFlags) => {
      const catalogue = loadCatalogue();
      const chosen = catalogue.rules.filter(
        (rule) => (flags.chapter === undefined || rule.chapter === flags.chapter) && (flags.manual !== true || rule.ask !== undefined),
      );
      if (chosen.length === 0)
        throw new UserError({
          where: `--chapter ${flags.chapter}`,
          what: 'no such rule.',
          todo: `Chapters are ${catalogue.chapters.map((chapter) => chapter.name).join(', ')}.`,
        });
      await print(chosen, catalogue.chapters, flags, false);
      shell.done({ code: exitCodes.ok, reasons: [] });
    });
  for (const [parent, name] of [
    [rules, 'show'],
    [program, 'explain'],
  ] as const) {
    addFormat(
      parent
        .command(name)
        .description('show what a rule demands, why, how it is judged and how it is fixed')
        .addArgument(new Argument('<name>', 'the rule')),
    ).action(async (ruleName: string, flags: RulesFlags) => {
      const catalogue = loadCatalogue();
      const rule = findRule(catalogue, ruleName);
      if (rule === undefined) throw new UserError({ where: ruleName, what: 'there is no such rule.', ...suggestion(ruleName, catalogue) });
      await print([rule], catalogue.chapters, flags, true);
      shell.done({ code: exitCodes.ok, reasons: [] });
    });
  }
}

const addFormat = (command: Command): Command =>
  command
    .addOption(new Option('-o, --output <format>', 'how').choices(['table', 'json', 'markdown']).default('table'))
    .addOption(new Option('--color <when>', 'colours').choices(['auto', 'always', 'never']).default('auto'));

async function print(rules: readonly Rule[], chapters: readonly Chapter[], flags: RulesFlags, whole: boolean): Promise<void> {
  const options = renderOptions(process.stdout, process.env, flags);
  const chunks = whole ? ruleCard(rules[0] as Rule, flags.output, options) : ruleTable(rules, chapters, flags.output, options); // show has one rule
  for (const chunk of chunks) process.stdout.write(chunk);
}
