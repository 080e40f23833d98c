import { M_NEXT, type Messages } from './messages.js';

const NONE = -1;

/** Messages one after another, each in one line at most. */
export class MessageLine {
  first = NONE;
  count = 0;
  private last = NONE;

  constructor(private readonly messages: Messages) {}

  push(message: number): void {
    const { messages } = this;
    messages.set(message, M_NEXT, NONE);
    if (this.last === NONE) this.first = message;
    else messages.set(this.last, M_NEXT, message);
    this.last = message;
    this.count++;
  }

  /** Back to where it came from. */
  pushFirst(message: number): void {
    this.messages.set(message, M_NEXT, this.first);
    if (this.first === NONE) this.last = message;
    this.first = message;
    this.count++;
  }

  /** Takes the first out; there must be one. */
  shift(): number {
    const message = this.first;
    this.first = this.messages.get(message, M_NEXT);
    if (this.first === NONE) this.last = NONE;
    this.count--;
    return message;
  }

  /** Takes out the one behind `before` (NONE: the first). */
  removeAfter(before: number): number {
    if (before === NONE) return this.shift();
    const { messages } = this;
    const message = messages.get(before, M_NEXT);
    const next = messages.get(message, M_NEXT);
    messages.set(before, M_NEXT, next);
    if (next === NONE) this.last = before;
    this.count--;
    return message;
  }

  next(message: number): number {
    return this.messages.get(message, M_NEXT);
  }
}
