/** Tasks waiting behind a slow one, for each that can be under way: enough that nobody idles. */
const AHEAD = 4;

export interface InOrder<Item, Outcome> {
  items: Iterable<Item>;
  /** How many can be under way at once; 1 runs one after the other. */
  width: number;
  /** Null where the item turned out to need no run. */
  run(item: Item): Promise<Outcome> | null;
  /** Called in the order of the items, whatever the order in which they end. */
  fold(item: Item, outcome: Outcome | null): void | Promise<void>;
  /** Once true, no further item is begun; those under way are still folded. */
  stopped(): boolean;
}

/**
 * Runs items several at a time and folds their outcomes in the order of the items, so that a study
 * comes to the same bytes however many run at once. Items are taken as they are needed: a list of
 * millions may be a generator. Folding may change what later items say, as long as nothing but
 * needless runs depends on how many of them were begun already.
 */
export async function inOrder<Item, Outcome>(study: InOrder<Item, Outcome>): Promise<void> {
  const { width, run, fold, stopped } = study;
  const ahead = width <= 1 ? 1 : width * AHEAD;
  const open: { item: Item; outcome: Promise<Outcome> | null }[] = [];
  const items = study.items[Symbol.iterator]();
  let next = stopped() ? null : items.next();
  while (open.length > 0 || (next !== null && !next.done)) {
    while (next !== null && !next.done && open.length < ahead) {
      const outcome = run(next.value);
      // Who waits for an earlier one must not lose this one's failure to the process.
      outcome?.catch(() => undefined);
      open.push({ item: next.value, outcome });
      next = stopped() ? null : items.next();
    }
    const head = open.shift()!;
    await fold(head.item, head.outcome === null ? null : await head.outcome);
    if (stopped()) next = null;
  }
}
