export { RunsError, type RunsErrorCode } from './errors.ts';
export { type JournalRecord, journalRecordSchema } from './journal/journal-record.ts';
export { readRecords } from './journal/read-records.ts';
export { type OpenRunOptions, openRun, type Run, readJournal, readRunDescription, runFiles } from './open-run.ts';
export { removeLeftovers } from './remove-leftovers.ts';
export {
  type OpenRequestJournalOptions,
  openRequestJournal,
  type RecordedEnd,
  type RequestCounts,
  type RequestJournal,
  requestJournalFiles,
} from './request-journal/open-request-journal.ts';
export {
  diffIdentities,
  type IdentityDifference,
  type RunDescription,
  type RunSession,
  runDescriptionSchema,
} from './run-description.ts';
export { acquireRunLock, findRunHolder, type RunHolder } from './run-lock.ts';
export { createSampleTable, type SampleState, type SampleTable } from './sample-table.ts';
