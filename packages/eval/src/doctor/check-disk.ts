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

/** A line of the journal and two of scores, without the reply. */
const bytesPerSample = 1_500;
/** Of English and LaTeX. */
const bytesPerToken = 4;
/** Replies that reach the end of what they may take are few: recorded ones of MATH have about 400 tokens. */
const likelyTokens = 1_024;
/** run.json, summary.json, the lock, and in the temporary folder the sandbox's files. */
const fixedBytes = 4 << 20;

/** Looks at the room for the run folder and for temporary files. */
export function checkDisk({
  needs,
  folder,
  temporaryFolder,
  measureFreeSpace = measureWithStatfs,
}: CheckDiskInput): Check {
  const estimate = (tokens: number): number => fixedBytes + needs.samples * (bytesPerSample + tokens * bytesPerToken);
  const look = async (place: { readonly path: string; readonly likely: number; readonly most: number }) =>
    describeRoom(await measureFreeSpace(place.path), place);
  return {
    name: 'disk',
    looksAt: 'the room for the run folder and for temporary files',
    run: async () => {
      const { maxTokens } = needs;
      const findings = [
        await look({ path: folder, likely: estimate(Math.min(maxTokens, likelyTokens)), most: estimate(maxTokens) }),
        await look({ path: temporaryFolder, likely: fixedBytes, most: fixedBytes }),
      ];
      const worst =
        findings.find(({ status }) => status === 'broken') ?? findings.find(({ status }) => status !== 'ok');
      return worst ?? (findings[0] as Finding);
    },
  };
}

function describeRoom(
  { bytes, files }: FreeSpace,
  { path, likely, most }: { readonly path: string; readonly likely: number; readonly most: number },
): Finding {
  const next = 'Make room there, or choose another folder: --out DIR for the run, TMPDIR for temporary files.';
  if (files === 0) {
    return broken({ what: `No further file can be made where '${path}' is.`, why: 'It has no inodes left.', next });
  }
  if (bytes < likely) {
    return broken({
      what: `There is no room where '${path}' is.`,
      why: `${formatMegabytes(bytes)} are free, and about ${formatMegabytes(likely)} are needed.`,
      next,
    });
  }
  if (bytes < most) {
    return warning({
      what: `The room where '${path}' is may not do.`,
      why: `${formatMegabytes(bytes)} are free, and ${formatMegabytes(most)} are needed where every reply takes all its tokens.`,
      next,
    });
  }
  return ok(`${formatMegabytes(bytes)} are free for about ${formatMegabytes(likely)}.`);
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
