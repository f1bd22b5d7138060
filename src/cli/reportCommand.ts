import type { Command } from 'commander';
import { readReport } from '../load/report.ts';
import { addGateOptions, addRenderOptions, collected, type GateFlags, gateOf } from './auditCommand.ts';
import { outcome } from './gate.ts';
import type { Shell } from './program.ts';
import { parseOutputs, writeOutputs } from './output.ts';
import { renderOptions } from './terminal.ts';

interface ReportFlags extends GateFlags {
  output: string[];
  color: string;
  show: string;
  sarifProfile?: string;
}

export function addReportCommand(program: Command, shell: Shell): void {
  const command = program
    .command('report')
    .description('render a report again that was kept with -o json=<file>')
    .argument('<report.json>', 'the kept report')
    .addOption(collected('-o, --output <format[=file]>', 'table, json, html or sarif, to standard output or a file; may be repeated'));
  addGateOptions(command);
  addRenderOptions(command);
  command.action(async (file: string, flags: ReportFlags) => {
    const outputs = parseOutputs(flags.output, process.stdout.isTTY === true);
    const report = await readReport(file);
    await writeOutputs(report, outputs, renderOptions(process.stdout, process.env, flags), process.stdout);
    shell.done(outcome(report, gateOf(flags, {})));
  });
}
