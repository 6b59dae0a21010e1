import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';
/** Test files run beside each other, and one of them installs. */
const install = `test -x ${executablePath} || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium; }`;

/** Debian's Chromium, installed where that is allowed; what is missing in words, also printed, where there is none. */
export function findChromium(): string | null {
  const missing = lookForChromium();
  if (missing !== null) console.log(`Skipped: ${missing}`);
  return missing;
}

export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

function lookForChromium(): string | null {
  if (existsSync(executablePath)) return null;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return `${executablePath} is missing: apt install chromium`;
  try {
    execFileSync('flock', ['/tmp/scalequest-chromium.lock', 'sh', '-c', install], { stdio: 'ignore' });
    return null;
  } catch (error) {
    return `apt could not install chromium: ${String(error).slice(0, 200)}`;
  }
}
