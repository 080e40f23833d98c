import type { LessonStep } from '../../study/result.js';
import { html, type Markup } from '../html.js';
import type { ReportInput } from '../input.js';

/** A question with all that is told after it, up to the next one. */
interface Question {
  step: LessonStep;
  told: LessonStep[];
}

/**
 * The lesson, which opens the page: each question with its choices; the answer, and what is said
 * after it, stand in what can be opened, so that all is there without a script. With one the choices
 * are buttons (`client/lesson.ts`), and choosing opens the answer.
 */
export function lessonSection({ result }: ReportInput): Markup | null {
  const steps = result.lesson ?? [];
  if (steps.length === 0) return null;
  const { before, questions } = grouped(steps);
  const asks = questions.length === 0 ? 'First' : 'First, what would you say?';
  return html`<section class="lesson" id="lesson" aria-labelledby="h-lesson">
<h2 id="h-lesson">${asks}</h2>
${before.map(paragraphs)}${questions.map(questionPart)}</section>\n`;
}

function grouped(steps: readonly LessonStep[]): { before: LessonStep[]; questions: Question[] } {
  const before: LessonStep[] = [];
  const questions: Question[] = [];
  for (const step of steps) {
    if (step.ask !== undefined) questions.push({ step, told: [] });
    else (questions.at(-1)?.told ?? before).push(step);
  }
  return { before, questions };
}

function questionPart({ step, told }: Question, index: number): Markup {
  const choices = step.choices ?? [];
  const right = choices.filter((choice) => choice.right === true).map(({ text }) => text);
  const marks = choices.map(
    ({ text, right: isRight }) => html`<li${isRight ? RIGHT : null}>${text}</li>\n`,
  );
  return html`<div class="question" role="group" aria-labelledby="ask-${index}">
<p class="ask" id="ask-${index}">${step.ask}</p>
<ul class="choices">
${marks}</ul>
<p class="outcome" role="status"></p>
<details class="told">
<summary>The answer</summary>
<p><strong>${right.join(', ')}</strong> <span class="measured">(measured: <code>${step.answer}</code>)</span></p>
${told.map(paragraphs)}</details>
</div>\n`;
}

const RIGHT = html` data-right`;

/** A blank line begins a paragraph. */
function paragraphs({ say }: LessonStep): Markup[] {
  return (say ?? '')
    .split(/\n\s*\n/)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => html`<p>${text}</p>\n`);
}
