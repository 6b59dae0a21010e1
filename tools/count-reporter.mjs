// A vitest reporter that writes how many tests passed, failed and were skipped to the file SCALEQUEST_TEST_COUNTS names, and,
// as `again`, those that passed only at a further try, each with the error of the one before.
// A process of the tests that ends before its file does is told at once and again in that file, as `lost`: by which code
// or signal it ended, the test files that had begun and not ended, and their tests without a result. Vitest gathers results
// for a tenth of a second or longer, so the first of those tests may have ended, and the one that was running is among them.
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync, writeFileSync } from 'node:fs';

/** Of a longer list of tests the first are named. */
const mostNames = 30;

export default class CountReporter {
  #lost = [];
  /** Test files that have been given to a process, and have not ended. */
  #open = new Set();
  #killsBefore = countMemoryKills();

  constructor() {
    // Vitest itself says of such a process only that it "exited unexpectedly". One that it ends itself is `killed`.
    subscribe('child_process', ({ process: child }) => {
      child.once('exit', (code, signal) => {
        if (isTestProcess(child) && !child.killed) this.#tell(describeEnd(child, code, signal, this.#killsBefore));
      });
    });
  }

  onTestModuleQueued(module) {
    this.#open.add(module);
  }

  onTestModuleEnd(module) {
    this.#open.delete(module);
  }

  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const again = [];
    for (const module of modules) {
      const unfinished = [];
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (test.diagnostic()?.flaky) again.push(describeAgain(test, errors));
        if (state in counts) counts[state]++;
        else unfinished.push(test);
      }
      // A file that fails before its tests begin has no failed test, and is a failure.
      if (module.state() === 'failed' && module.children.size === 0) counts.failed++;
      if (unfinished.length > 0 || this.#open.has(module)) this.#tell(describeUnfinished(module, unfinished));
    }
    // A run that is whole without them all is none: vitest's own error for it counts where there is one.
    if (this.#lost.length > 0) counts.failed = Math.max(1, counts.failed);
    writeFileSync(process.env.SCALEQUEST_TEST_COUNTS, JSON.stringify({ ...counts, again, lost: this.#lost }));
  }

  #tell(line) {
    this.#lost.push(line);
    console.error(`\n${line}`);
  }
}

function describeUnfinished({ relativeModuleId }, tests) {
  const names = tests.slice(0, mostNames).map(({ fullName }) => `\n  '${fullName}'`);
  const more = tests.length > mostNames ? `\n  and ${tests.length - mostNames} more` : '';
  const list = tests.length > 0 ? `:${names.join('')}${more}` : '.';
  return `Test file ${relativeModuleId} began and did not end; ${tests.length} of its tests have no result${list}`;
}

function describeAgain({ module, fullName }, errors) {
  const what = errors.map(({ stack, message }) => stack ?? message).join('\n');
  return `${module.relativeModuleId} > ${fullName}\n${what}`;
}

function isTestProcess({ spawnargs }) {
  return spawnargs.some((word) => /[\\/]vitest[\\/]dist[\\/]workers[\\/]forks\.js$/.test(word));
}

function describeEnd({ pid }, code, signal, killsBefore) {
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  const kills = countMemoryKills() - killsBefore;
  const memory = signal === 'SIGKILL' ? ` The system ended ${kills} processes for want of memory meanwhile.` : '';
  return `Process ${pid} of the tests ended ${how} before its test file did.${memory}`;
}

/** Processes that Linux has ended for want of memory since it began; 0 where that is not told. */
function countMemoryKills() {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
