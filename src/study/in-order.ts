/** Outcomes kept behind a slow one, for each run that can be under way: enough that nobody idles. */
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

/** An item that was begun. */
interface Begun<Item, Outcome> {
  item: Item;
  /** Null until it is over. What it came to: a failure is thrown when its turn has come. */
  over: (() => Outcome | null) | null;
}

/**
 * Runs items several at a time and folds their outcomes in the order of the items, so that a study
 * comes to the same bytes however many run at once. An item is taken and begun when there is room
 * for it: a list of millions may be a generator, and nothing is begun that has to wait elsewhere.
 * Folding may change what later items say, as long as nothing but needless runs depends on how
 * many of them were begun already. True where every item was folded, false where it was stopped
 * before.
 */
export async function inOrder<Item, Outcome>(study: InOrder<Item, Outcome>): Promise<boolean> {
  const { fold, run, stopped } = study;
  const width = Math.max(1, study.width);
  const ahead = width === 1 ? 1 : width * AHEAD;
  const open: Begun<Item, Outcome>[] = [];
  const items = study.items[Symbol.iterator]();
  let isWhole = false;
  let underWay = 0;
  let wake = (): void => undefined;

  const begin = (item: Item): void => {
    const begun: Begun<Item, Outcome> = { item, over: null };
    const end = (over: () => Outcome): void => {
      begun.over = over;
      underWay--;
      wake();
    };
    const outcome = run(item);
    open.push(begun);
    if (outcome === null) {
      begun.over = () => null;
      return;
    }
    underWay++;
    const fail = (error: unknown): never => {
      throw error;
    };
    outcome.then(
      (value) => end(() => value),
      (error: unknown) => end(() => fail(error)),
    );
  };

  while (open.length > 0 || !(isWhole || stopped())) {
    while (!isWhole && open.length < ahead && underWay < width && !stopped()) {
      const next = items.next();
      if (next.done) isWhole = true;
      else begin(next.value);
    }
    const head = open[0];
    if (head === undefined) break;
    if (head.over === null) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    } else {
      open.shift();
      await fold(head.item, head.over());
    }
  }
  return isWhole || items.next().done === true;
}
