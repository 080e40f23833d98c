import { grown } from '../../kernel/event-queue.js';

/** What is known of deliveries under way, by the number that `BrokerQueue.deliver` told. */
export class KafkaFlights {
  partition = new Int32Array(64);
  offset = new Float64Array(64);
  /** The assignment under which it was delivered, and the life of its member. */
  epoch = new Int32Array(64);
  life = new Int32Array(64);
  /** Which group it is of: the index of its reading. */
  reading = new Int32Array(64);

  /** Makes room for a delivery. */
  reach(delivery: number): void {
    if (delivery < this.partition.length) return;
    const rows = Math.ceil((delivery + 1) * 1.5);
    this.partition = grown(this.partition, new Int32Array(rows));
    this.offset = grown(this.offset, new Float64Array(rows));
    this.epoch = grown(this.epoch, new Int32Array(rows));
    this.life = grown(this.life, new Int32Array(rows));
    this.reading = grown(this.reading, new Int32Array(rows));
  }
}
