import type { RunResult } from '../../study/index.js';

/** "lesson: 3 questions, in the report": to ask them here would tell the answers above them. */
export function lessonLines({ lesson = [] }: RunResult): string[] {
  const asked = lesson.filter(({ ask }) => ask !== undefined).length;
  if (asked === 0) return [];
  return [`lesson: ${asked} ${asked === 1 ? 'question' : 'questions'}, in the report`];
}
