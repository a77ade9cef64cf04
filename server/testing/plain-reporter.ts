import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/*
 * The last words of a test run, for people and scripts alike: every skip with its reason, then one line of counts. A file
 * that could not be loaded and an error outside any test count as failures: a run that looks green was green.
 */
type Counts = { passed: number; failed: number; skips: string[] };

const count = (modules: ReadonlyArray<TestModule>): Counts => {
  const counts: Counts = { passed: 0, failed: 0, skips: [] };
  for (const module of modules) {
    if (module.errors().length > 0) counts.failed += 1;
    // What is set up or taken down around tests fails on its own account.
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') counts.passed += 1;
      else if (result.state === 'failed') counts.failed += 1;
      else {
        const why = (result.state === 'skipped' && result.note) || 'no reason given';
        counts.skips.push(`${module.relativeModuleId}: ${test.fullName}: ${why}`);
      }
    }
  }
  return counts;
};

export const plainReporter: Reporter = {
  /** What failed is told with its reason at once: a deep run is long, and one that is broken off should have told. */
  onTestCaseResult(test: TestCase) {
    const { state, errors = [] } = test.result();
    if (state !== 'failed') return;
    const reasons = errors.map(({ message, diff, stack }) => [message, diff, stack].filter(Boolean).join('\n'));
    process.stdout.write(`\nfailed  ${test.module.relativeModuleId}: ${test.fullName}\n${reasons.join('\n')}\n\n`);
  },
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>) {
    const { passed, failed, skips } = count(modules);
    const lines = skips.map((skip) => `skipped  ${skip}`);
    lines.push(`${passed} passed, ${failed + unhandled.length} failed, ${skips.length} skipped`);
    process.stdout.write(`\n${lines.join('\n')}\n`);
  },
};
