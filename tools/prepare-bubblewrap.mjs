import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Installs Debian's bubblewrap for the tests of the sandbox where that is allowed, and says so; where it is not, says how
 * to get it. It never throws: without it those tests are skipped, with their reason.
 */
export function prepareBubblewrap(say) {
  if (runs('bwrap', ['--version'])) return;
  const how = 'Tests with bubblewrap are skipped. Install it: apt install bubblewrap';
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    say(`bubblewrap is missing. ${how}`);
    return;
  }
  say('Installing bubblewrap.');
  const isInstalled =
    runs('apt-get', ['update', '-qq']) &&
    runs('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'bubblewrap']);
  if (!isInstalled) say(`apt could not install bubblewrap. ${how}`);
}

function runs(program, args) {
  return spawnSync(program, args, { stdio: 'ignore', timeout: 300_000 }).status === 0;
}
