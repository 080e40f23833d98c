import { grown } from '../../kernel/event-queue.js';
import { MessageLine } from './line.js';
import { M_NEXT, type Messages } from './messages.js';

/**
 * What is ready in a queue to which messages come back: each stands where it stood before it was
 * delivered. All that were ever delivered stand before those that never were, so these keep a plain
 * line, and the others a heap by their order. That order is given at the first delivery, and kept
 * where a message has no use for its place in a line: it takes no memory of its own.
 */
export class ReadyLine {
  private readonly fresh: MessageLine;
  /** Those that came back, as a heap by their order. */
  private back = new Int32Array(16);
  private backCount = 0;
  private ordinal = 0;

  constructor(private readonly messages: Messages) {
    this.fresh = new MessageLine(messages);
  }

  get count(): number {
    return this.fresh.count + this.backCount;
  }

  /** The one at the head, NONE for none. */
  get first(): number {
    return this.backCount > 0 ? this.back[0] : this.fresh.first;
  }

  /** Whether one that was taken out would come back to the head. */
  comesBefore(message: number): boolean {
    return this.backCount === 0 || this.orderOf(message) < this.orderOf(this.back[0]);
  }

  /** One that was never delivered comes to the end. */
  push(message: number): void {
    this.fresh.push(message);
  }

  /** Takes out the head; there must be one. It may come back to where it was. */
  shift(): number {
    if (this.backCount > 0) return this.shiftBack();
    const message = this.fresh.shift();
    this.messages.set(message, M_NEXT, ++this.ordinal);
    return message;
  }

  /** One that was taken out is there again, in its place. */
  putBack(message: number): void {
    if (this.backCount === this.back.length) {
      this.back = grown(this.back, new Int32Array(Math.ceil(this.back.length * 1.5)));
    }
    const { back } = this;
    const order = this.orderOf(message);
    let at = this.backCount++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.orderOf(back[parent]) < order) break;
      back[at] = back[parent];
      at = parent;
    }
    back[at] = message;
  }

  private shiftBack(): number {
    const { back } = this;
    const message = back[0];
    const moved = back[--this.backCount];
    const order = this.orderOf(moved);
    const count = this.backCount;
    let at = 0;
    for (let child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && this.orderOf(back[child + 1]) < this.orderOf(back[child])) child++;
      if (order < this.orderOf(back[child])) break;
      back[at] = back[child];
      at = child;
    }
    back[at] = moved;
    return message;
  }

  private orderOf(message: number): number {
    return this.messages.get(message, M_NEXT);
  }
}
