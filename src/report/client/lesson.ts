/// <reference lib="dom" />

/** Makes the choices of the lesson's questions buttons: choosing one says whether it is so, and why. */
export function playLesson(): void {
  for (const question of document.querySelectorAll<HTMLElement>('#lesson .question')) {
    const choices = [...question.querySelectorAll<HTMLElement>('.choices > li')];
    for (const choice of choices) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = choice.textContent;
      button.setAttribute('aria-pressed', 'false');
      button.addEventListener('click', () => choose(question, choices, choice));
      choice.replaceChildren(button);
    }
  }
}

function choose(question: HTMLElement, choices: HTMLElement[], chosen: HTMLElement): void {
  const isRight = 'right' in chosen.dataset;
  for (const choice of choices) {
    choice.firstElementChild?.setAttribute('aria-pressed', String(choice === chosen));
    choice.classList.toggle('chosen', choice === chosen);
  }
  question.classList.add('answered');
  const right = choices
    .filter(({ dataset }) => 'right' in dataset)
    .map(({ textContent }) => textContent);
  const outcome = question.querySelector('.outcome');
  if (outcome) outcome.textContent = isRight ? 'Right.' : `Not so. Right: ${right.join(', ')}.`;
  const told = question.querySelector('details');
  if (told) told.open = true;
}
