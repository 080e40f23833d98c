/** What services need of brokers, where a plan has queues. */
export interface ServiceBrokers {
  /** An attempt has come to a replica; true where that is a queue's counter, which has taken it. */
  arrive(attempt: number, replica: number): boolean;
  /** A publisher that waits at a counter leaves; false where it stands elsewhere. */
  leaveDoor(attempt: number, replica: number): boolean;
  /** A worker of a replica may be free, or its queue shorter. */
  hasRoom(replica: number): void;
  isWanted(call: number, parent: number): boolean;
  putCopy(queue: number, attempt: number): void;
}
