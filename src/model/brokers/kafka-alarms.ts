/** Kinds of a Kafka broker's alarms. The row: a partition, a group, a replica, a place of `KafkaRetries`. */
export const RETENTION = 1;
export const REBALANCED = 2;
export const POLLED_TOO_LATE = 3;
export const SESSION_OVER = 4;
export const NEXT_POLL = 5;
export const TRY_AGAIN = 6;
