import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

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
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>) {
    const { passed, failed, skips } = count(modules);
    const lines = skips.map((skip) => `skipped  ${skip}`);
    lines.push(`${passed} passed, ${failed + unhandled.length} failed, ${skips.length} skipped`);
    process.stdout.write(`\n${lines.join('\n')}\n`);
  },
};
