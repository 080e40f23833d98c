/** What takes memory in a world. */
interface Held {
  readonly attempts: { readonly bytes: number; readonly rowBytes: number; readonly inUse: number };
  readonly calls: { readonly bytes: number; readonly rowBytes: number; readonly inUse: number };
  readonly kernel: { readonly bytes: number };
  readonly rows: { readonly bytes: number };
  readonly alarms: { readonly bytes: number };
  /** Null where there are none. */
  readonly caches: { readonly bytes: number } | null;
  readonly brokers: {
    readonly bytes: number;
    readonly messages: { readonly inUse: number };
  } | null;
}

/** Why a run has to stop that takes more bytes than `limit`; null where it takes less. */
export function tooMuchMemory(held: Held, limit: number): string | null {
  const { alarms, attempts, brokers, caches, calls, kernel, rows } = held;
  const bytes = attempts.bytes + calls.bytes + kernel.bytes + rows.bytes + alarms.bytes;
  const cached = caches?.bytes ?? 0;
  const inQueues = brokers?.bytes ?? 0;
  if (bytes + cached + inQueues <= limit) return null;
  const each = attempts.rowBytes + calls.rowBytes;
  const more = [
    cached > 0 ? `, caches ${megabytes(cached)}` : '',
    brokers === null ? '' : `, ${brokers.messages.inUse} messages ${megabytes(inQueues)}`,
  ];
  return (
    `${attempts.inUse} attempts and ${calls.inUse} calls under way at about ${each} bytes each take ` +
    `${megabytes(bytes)} with room to grow${more.join('')}; the limit is ${megabytes(limit)}`
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
