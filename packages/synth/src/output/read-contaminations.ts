import { type ContaminationReport, reportContamination } from '../stages/report-contamination.ts';
import { listDecontaminations, type RunSummary } from './summarize-run.ts';

/** What each decontamination of a run found. A stage of the user's own, whose settings say nothing, is not among them. */
export async function readContaminations(folder: string, summary: RunSummary): Promise<readonly ContaminationReport[]> {
  const reports: ContaminationReport[] = [];
  for (const stage of listDecontaminations(summary)) {
    const report = await reportContamination(folder, stage);
    if (report !== undefined) reports.push(report);
  }
  return reports;
}
