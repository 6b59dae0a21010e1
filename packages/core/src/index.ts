export { Belt, type BeltOptions } from './belt.ts';
export { formatCsvCell } from './csv-cell.ts';
export { DurationHistogram, type DurationPercentiles } from './duration-histogram.ts';
export { type Environment, makeChildEnvironment, readEnvironment } from './env.ts';
export {
  CoreError,
  type CoreErrorCode,
  type ErrorDetails,
  type ErrorKind,
  excerpt,
  getSystemErrorCode,
  isScaleQuestError,
  ScaleQuestError,
} from './errors.ts';
export { escapeMarkup } from './escape-markup.ts';
export { asFileError, makeFolder, pathExists, syncFolder, writeFileAtomic } from './files.ts';
export { findProgram } from './find-program.ts';
export { canonicalJson, digest, sha256Hex } from './hash.ts';
export { hashFile } from './hash-file.ts';
export { isProcessAlive } from './is-process-alive.ts';
export { cutTornTail } from './jsonl/cut-torn-tail.ts';
export { createJsonLinesWriter, type JsonLinesWriter, type JsonLinesWriterOptions } from './jsonl/json-lines-writer.ts';
export { LineSplitter, type RawLine } from './jsonl/line-splitter.ts';
export { type BadLine, type JsonLine, type ReadJsonLinesOptions, readJsonLines } from './jsonl/read-json-lines.ts';
export { unpackGzip } from './jsonl/unpack-gzip.ts';
export { html, type Markup, trusted } from './markup.ts';
export { renderPageHead } from './page-head.ts';
export { createRandom, type Random } from './random.ts';
export { Secret } from './secret.ts';
export { deriveSeed, type SeedInput, seedSpacing } from './seed.ts';
export { showUnseen } from './show-unseen.ts';
export { createSignalListeners, type ListenToAbort } from './signal-listeners.ts';
export { stripByteOrderMark } from './strip-byte-order-mark.ts';
export { describeCloseNames, findCloseNames } from './suggest.ts';
