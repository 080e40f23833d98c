import type { Known } from '../../judge/figures.js';
import type { Issue, Scenario } from '../../scenario/index.js';
import { readStep } from './reading.js';

/** What is wrong in the lesson of a scenario, each mistake with its place in the file. */
export function lessonIssues({ lesson }: Scenario, file: string, known: Known): Issue[] {
  return lesson.flatMap((item) =>
    readStep(item, known).mistakes.map((mistake) => ({
      ...mistake,
      file,
      severity: 'error' as const,
    })),
  );
}
