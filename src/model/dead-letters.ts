import { DEAD_LETTERED, LOST, type QueueBook } from '../measure/queue-book.js';
import type { Plan, QueuePlan } from './plan.js';

/**
 * Where copies of refused requests are put (`when_full: { dead_letter: QUEUE }`): they lie there, for
 * nobody takes them out yet. Where there is no room the copy is lost, or the oldest one is thrown out.
 */
export class DeadLetters {
  private readonly queues: readonly QueuePlan[];

  constructor(
    plan: Plan,
    private readonly book: QueueBook,
  ) {
    this.queues = plan.queues;
  }

  /** A copy of a request that arrived in `epoch` is put into a queue. */
  put(queue: number, epoch: number): void {
    const { book } = this;
    const { capacity, whenFull } = this.queues[queue];
    book.counts.add(queue, epoch, DEAD_LETTERED);
    if (book.levels.level[queue] >= capacity) {
      book.counts.add(queue, epoch, LOST);
      if (whenFull !== 'drop_oldest' || capacity === 0) return;
      book.takeOldest(queue);
    }
    book.put(queue);
  }
}
