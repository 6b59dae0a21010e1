import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathExists } from '@scalequest/core';
import { broken, type Check, type Finding, ok, warning } from './check.ts';
import type { RunNeeds } from './describe-needs.ts';

/** What a file system has left. */
export interface FreeSpace {
  readonly bytes: number;
  /** Files that can still be made; undefined where the file system does not count them. */
  readonly files?: number;
}

/** Asks the file system that holds a folder, or will hold it. */
export type MeasureFreeSpace = (folder: string) => Promise<FreeSpace>;

export interface CheckDiskInput {
  readonly needs: Pick<RunNeeds, 'samples' | 'maxTokens'>;
  /** Where the run is written. */
  readonly folder: string;
  /** Where programs are run and files are made ready. */
  readonly temporaryFolder: string;
  /** @defaultValue statfs of the system */
  readonly measureFreeSpace?: MeasureFreeSpace;
}

/** A line of the journal and two of scores, without the reply: what a run needs in any case. */
const bytesPerSample = 1_500;
/** Of English and LaTeX. */
const bytesPerToken = 4;
/** Replies that reach the end of what they may take are few: recorded ones of MATH have about 400 tokens. */
const likelyTokens = 1_024;
/** run.json, summary.json and the lock. */
const fixedBytes = 64 << 10;
/** The sandbox's files. */
const temporaryBytes = 1 << 20;

/**
 * Looks at the room for the run folder and for temporary files. Too little for the lines of a run without any reply is
 * broken; too little for replies of a likely length is a warning.
 */
export function checkDisk({
  needs,
  folder,
  temporaryFolder,
  measureFreeSpace = measureWithStatfs,
}: CheckDiskInput): Check {
  const estimate = (tokens: number): number => fixedBytes + needs.samples * (bytesPerSample + tokens * bytesPerToken);
  const look = async (place: Room): Promise<Finding> => describeRoom(await measureFreeSpace(place.path), place);
  return {
    name: 'disk',
    looksAt: 'the room for the run folder and for temporary files',
    run: async () => {
      const { maxTokens } = needs;
      const findings = [
        await look({ path: folder, least: estimate(0), likely: estimate(Math.min(maxTokens, likelyTokens)) }),
        await look({ path: temporaryFolder, least: temporaryBytes, likely: temporaryBytes }),
      ];
      const worst =
        findings.find(({ status }) => status === 'broken') ?? findings.find(({ status }) => status !== 'ok');
      return worst ?? (findings[0] as Finding);
    },
  };
}

/** What is needed somewhere, in bytes: in any case, and as runs go. */
interface Room {
  readonly path: string;
  readonly least: number;
  readonly likely: number;
}

function describeRoom({ bytes, files }: FreeSpace, { path, least, likely }: Room): Finding {
  const next = 'Make room there, or choose another folder: --out DIR for the run, TMPDIR for temporary files.';
  if (files === 0) {
    return broken({ what: `No further file can be made where '${path}' is.`, why: 'It has no inodes left.', next });
  }
  if (bytes >= likely) return ok(`${formatMegabytes(bytes)} are free for about ${formatMegabytes(likely)}.`);
  const why = `${formatMegabytes(bytes)} are free, and about ${formatMegabytes(likely)} are needed.`;
  return bytes < least
    ? broken({ what: `There is no room where '${path}' is.`, why, next })
    : warning({ what: `The room where '${path}' is may not do.`, why, next });
}

function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: bytes < 1e8 ? 1 : 0 })} MB`;
}

const measureWithStatfs: MeasureFreeSpace = async (folder) => {
  let path = resolve(folder);
  while (!(await pathExists(path)) && path !== dirname(path)) path = dirname(path);
  const { bavail, bsize, ffree, files } = await statfs(path);
  return { bytes: bavail * bsize, ...(files === 0 ? {} : { files: ffree }) };
};
