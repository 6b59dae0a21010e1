import { checkReport, listFindings, listWarnings, writeReport } from '@scalequest/loop';
import { CliError } from '../errors.ts';
import type { ExitCode } from '../main.ts';
import { countOf } from '../output/format.ts';

export interface LoopReportFlags {
  readonly out: string;
  readonly check?: boolean;
  readonly settledAt?: string;
  readonly machine?: string;
  readonly json?: boolean;
}

export async function printLoopReport(folders: readonly string[], flags: LoopReportFlags): Promise<ExitCode> {
  if (flags.check === true) return await printCheck(folders, flags);
  if (folders.length === 0) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: 'There is no loop to make a report of.',
      why: 'A report is made of the folders of finished loops, or of their summaries.',
      next: 'Name them: `scalequest loop report loops/nano-11 loops/nano-12 --out docs/loop-report`. Or look whether one holds: --check.',
    });
  }
  const { out, settledAt, machine, json } = flags;
  const { report, written } = await writeReport({
    ...{ from: folders, out },
    ...(settledAt === undefined ? {} : { settledAt }),
    ...(machine === undefined ? {} : { machine }),
  });
  const findings = listFindings(report);
  const warnings = listWarnings(report);
  if (json === true) console.log(JSON.stringify({ written, warnings, findings }));
  else {
    for (const { text } of findings) console.log(text);
    console.log(
      `${written[0]} and ${written[1]}: ${countOf(report.seeds.length, 'seed')}, ${countOf(report.arms.length, 'arm')}.`,
    );
    for (const line of warnings) console.error(`note: ${line}`);
  }
  return 0;
}

async function printCheck(
  [folder]: readonly string[],
  { out, json, settledAt, machine }: LoopReportFlags,
): Promise<ExitCode> {
  const ignored = [
    ...(folder === undefined ? [] : [`'${folder}'`]),
    ...(settledAt === undefined ? [] : ['--settled-at']),
    ...(machine === undefined ? [] : ['--machine']),
  ][0];
  if (ignored !== undefined) {
    throw new CliError({
      code: 'BAD_OPTION',
      kind: 'request',
      what: `${ignored} is not looked at with --check.`,
      why: 'A report is made again from the summaries that lie with it, and with what it says of its commit and machine.',
      next: `Leave it out: \`scalequest loop report --check --out ${out}\`.`,
    });
  }
  const findings = await checkReport({ out });
  if (json === true) console.log(JSON.stringify({ findings }));
  else if (findings.length === 0) console.log(`${out}: nothing would change.`);
  for (const { place, what } of findings) console.error(`${place}: ${what}`);
  if (findings.length === 0) return 0;
  console.error(`Put that right, or make it again: \`scalequest loop report ${out}/summaries/*.json --out ${out}\`.`);
  return 1;
}
