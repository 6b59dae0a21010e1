// A vitest reporter that writes how many tests passed, failed and were skipped to the file SCALEQUEST_TEST_COUNTS names.
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++;
      // A file that fails before its tests begin has no failed test, and is a failure.
      if (module.state() === 'failed' && module.children.size === 0) counts.failed++;
    }
    writeFileSync(process.env.SCALEQUEST_TEST_COUNTS, JSON.stringify(counts));
  }
}
