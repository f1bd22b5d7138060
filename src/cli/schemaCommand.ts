import { Argument, type Command } from 'commander';
import ruleSchema from '../../rules/rule.schema.json' with { type: 'json' };
import configSchema from '../config.schema.json' with { type: 'json' };
import reportSchema from '../report.schema.json' with { type: 'json' };
import snapshotSchema from '../snapshot.schema.json' with { type: 'json' };

const schemas = { snapshot: snapshotSchema, report: reportSchema, rule: ruleSchema, config: configSchema };

export function addSchemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print a JSON Schema: of a snapshot manifest, a report, a rule file or the configuration')
    .addArgument(new Argument('<of>', 'which one').choices(Object.keys(schemas)))
    .action((of: keyof typeof schemas) => {
      process.stdout.write(`${JSON.stringify(schemas[of], null, 2)}\n`);
    });
}
