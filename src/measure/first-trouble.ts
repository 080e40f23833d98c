import { ENDED } from './edge-book.js';
import type { Mark, Trouble } from './measured.js';
import type { Recorder } from './recorder.js';
import type { SumsUpToNow } from './sums.js';

/** Looked at for so many seconds after a fault began, in all for so many; its end is for as many. */
const LOOKS = 20;
const LOOKS_MAX = 100;
const LOOKS_AT_END = 300;
/** Books of more cells are not read every second. */
const CELLS_MAX = 1_000_000;
/** So many fail, so much more of them by share, and by more standard deviations than by chance. */
const FAILED_MIN = 5;
const MORE = 0.05;
const SIGMAS = 3;
/** Of those that time out so many did not get there: they are lost, not late. */
const LOST = 0.5;

const KINDS = ['timeout', 'error', 'rejected'] as const;

/** Of an edge, sums since the beginning of the run. */
interface Ends {
  ended: number;
  /** By kind. */
  failed: readonly number[];
  /** Of all that is sent to the callee, how much has not come. */
  missing: number;
}

interface Seen {
  atNs: number;
  edges: readonly Ends[];
}

/**
 * Finds the calls that fail first after a fault has begun, and did not before: they get lost, time
 * out, end in an error, are refused. Of several, those furthest down. That is what sets a cascade
 * off where nothing is saturated yet, or all there is to see of a fault that saturates nothing.
 */
export class FirstTrouble {
  mark: Mark | null = null;
  private usual: Seen | null = null;
  private last: Seen | null = null;
  private edge = -1;
  private looks = 0;
  private looksInAll = 0;
  private readonly kinds: readonly number[];
  private readonly isTooMuch: boolean;

  constructor(
    private readonly recorder: Recorder,
    private readonly clock: Float64Array,
    private readonly sums: SumsUpToNow,
  ) {
    const { edges, outcomes, producers } = recorder.subjects;
    this.kinds = KINDS.map((kind) => outcomes.indexOf(kind));
    const cells = edges.length * outcomes.length * recorder.epochs.count;
    this.isTooMuch = cells * (recorder.edges.byProducer ? producers.length : 1) > CELLS_MAX;
  }

  faultBegins(): void {
    if (this.isTooMuch || this.mark !== null) return;
    if (this.looksInAll >= LOOKS_MAX) return;
    if (this.looks === 0) this.last = this.read();
    this.usual ??= this.last;
    this.looks = LOOKS;
  }

  /** A whole second has ended; returns what was found just now. */
  second(): Mark | null {
    if (this.looks === 0) return null;
    this.looks--;
    this.looksInAll++;
    if (this.mark !== null) {
      this.lookAtEnd(this.mark);
      return null;
    }
    const from = this.last as Seen;
    this.last = this.read();
    this.mark = this.found(from, this.last);
    if (this.mark !== null) this.looks = LOOKS_AT_END;
    else if (this.looksInAll >= LOOKS_MAX) this.looks = 0;
    return this.mark;
  }

  private found(from: Seen, to: Seen): Mark | null {
    const failing = to.edges.flatMap((ends, edge) => {
      const trouble = this.troubleOf(edge, from.edges[edge], ends);
      return trouble === null || this.sums.callees[edge] < 0 ? [] : [{ edge, trouble }];
    });
    const isFailing = new Set(failing.map(({ edge }) => edge));
    const deepest = failing.filter(({ edge }) => {
      return !this.sums.outgoing[this.sums.callees[edge]].some((next) => isFailing.has(next));
    });
    const [first] = (deepest.length > 0 ? deepest : failing).sort(
      (a, b) => b.trouble.share - a.trouble.share,
    );
    if (first === undefined) return null;
    this.edge = first.edge;
    const { components } = this.recorder.subjects;
    return {
      atNs: from.atNs,
      component: components[this.sums.callees[first.edge]].name,
      what: 'failing',
      how: 'failing',
      edge: null,
      workers: Infinity,
      depth: 0,
      capacity: 0,
      growthPerSecond: 0,
      untilNs: Infinity,
      trouble: first.trouble,
    };
  }

  /** How the calls on an edge fail that did not before; null if they do not. */
  private troubleOf(edge: number, from: Ends, to: Ends): Trouble | null {
    const usual = (this.usual as Seen).edges[edge];
    const ended = to.ended - from.ended;
    let most = MORE;
    let found: Trouble | null = null;
    KINDS.forEach((kind, k) => {
      const failed = to.failed[k] - from.failed[k];
      const before = usual.ended === 0 ? 0 : usual.failed[k] / usual.ended;
      const share = failed / ended;
      const expected = before * ended;
      if (failed < FAILED_MIN || share - before <= most) return;
      if (failed - expected <= SIGMAS * Math.sqrt(expected + 1)) return;
      most = share - before;
      const isLost = kind === 'timeout' && to.missing - from.missing >= LOST * failed;
      const name = this.recorder.subjects.edges[edge].split(' -> ')[0];
      const how = isLost ? 'lost' : kind;
      found = { from: name, how, share, before, foundNs: this.clock[0] };
    });
    return found;
  }

  /** Ends the episode at the beginning of the first second in which they fail so no more. */
  private lookAtEnd(mark: Mark): void {
    const from = this.last as Seen;
    const ends = this.endsOf(this.edge);
    const now = this.troubleOf(this.edge, from.edges[this.edge], ends);
    const edges = from.edges.slice();
    edges[this.edge] = ends;
    this.last = { atNs: this.clock[0], edges };
    const tooFew = ends.ended - from.edges[this.edge].ended < FAILED_MIN;
    if (tooFew || now?.how === mark.trouble?.how) return;
    mark.untilNs = from.atNs;
    this.looks = 0;
  }

  private read(): Seen {
    const { edges } = this.recorder.subjects;
    return { atNs: this.clock[0], edges: edges.map((_, e) => this.endsOf(e)) };
  }

  private endsOf(edge: number): Ends {
    const { edges, subjects } = this.recorder;
    const count = (outcome: number) => edges.total(edge, ENDED + outcome);
    const { came, sent } = this.sums.calls(edge);
    return {
      ended: subjects.outcomes.reduce((sum, _, o) => sum + count(o), 0),
      failed: this.kinds.map(count),
      missing: sent - came,
    };
  }
}
