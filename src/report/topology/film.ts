import { numberAt, shareAt } from './letters.js';

/** What a policy's moments are drawn from, as the page carries it. */
export interface Film {
  /** Moments; each spans so many seconds. */
  length: number;
  seconds: number;
  /** Requests/s, columns of numbers. */
  offered: string;
  good: string;
  /** In the order of the graph; null of what this policy has not. */
  parts: (PartFilm | null)[];
  links: (LinkFilm | null)[];
  faults: FilmFault[];
  /** What is told, in the order of time. */
  told: FilmEvent[];
}

/** Columns, and what does not change. */
export interface PartFilm {
  /** Of one replica; null for no bound, and of a queue. */
  workers: number | null;
  capacity: number | null;
  replicas: number;
  busy?: string;
  /** In work or away on a call, where workers have no bound. */
  flight?: string;
  depth?: string;
  rotation?: string;
  present?: string;
  /** Share of the limit, of the fullest replica. */
  memory?: string;
}

export interface LinkFilm {
  attempts: string;
  /** Retries as a share of the attempts. */
  retries: string;
  /** 0 closed, 1 open. */
  breaker?: string;
}

/** Seconds. */
export interface FilmFault {
  from: number;
  to: number;
  text: string;
  parts: number[];
  links: number[];
  set?: true;
}

export interface FilmEvent {
  at: number;
  text: string;
  /** The part that a cascade has reached. */
  part?: number;
}

/** Greatest values under any policy: what bars and lines are drawn to the scale of. */
export interface Scale {
  rate: number;
  workers: number;
  depth: number;
}

/** What is to be seen at a moment. */
export interface Frame {
  /** The middle of the moment, and its span, in seconds. */
  at: number;
  from: number;
  to: number;
  offered: number | null;
  good: number | null;
  parts: (PartState | null)[];
  links: (LinkState | null)[];
  /** Faults that are on, an operator's changes among them. */
  faults: FilmFault[];
  /** Parts that the cascade has reached, in its order. */
  reached: number[];
}

export interface PartState {
  /** Of all replicas that are there; null for no bound, and of what has none. */
  workers: number | null;
  busy: number | null;
  inFlight: number | null;
  depth: number | null;
  /** How many may wait, at the replicas in rotation together. */
  bound: number | null;
  replicas: number;
  rotation: number | null;
  memory: number | null;
}

export interface LinkState {
  attempts: number;
  retries: number;
  breaker: number | null;
}

/** The moment of a film that a second lies in. */
export function momentOf({ length, seconds }: Film, at: number): number {
  return Math.max(0, Math.min(length - 1, Math.floor(at / seconds + 1e-9)));
}

export function frameAt(film: Film, moment: number): Frame {
  const from = moment * film.seconds;
  const to = from + film.seconds;
  const reached = film.told.flatMap(({ at, part }) => {
    return part !== undefined && at < to ? [part] : [];
  });
  return {
    at: (from + to) / 2,
    from,
    to,
    offered: numberAt(film.offered, moment),
    good: numberAt(film.good, moment),
    parts: film.parts.map((part) => (part === null ? null : partState(part, moment))),
    links: film.links.map((link) => (link === null ? null : linkState(link, moment))),
    // What is emptied is empty at once: it is seen for the moment it strikes in.
    faults: film.faults.filter((fault) => {
      return fault.from < to && (fault.to > from || fault.from >= from);
    }),
    reached: [...new Set(reached)],
  };
}

function partState(film: PartFilm, moment: number): PartState {
  const share = (text?: string) => (text === undefined ? null : shareAt(text, moment));
  const number = (text?: string) => (text === undefined ? null : numberAt(text, moment));
  const rotation = number(film.rotation);
  const replicas = Math.max(number(film.present) ?? film.replicas, 0);
  const there = Math.max(1, Math.min(replicas, rotation ?? replicas));
  const bound = film.capacity === null ? null : film.capacity * there;
  const depth = number(film.depth);
  return {
    workers: film.workers === null ? null : film.workers * Math.max(1, replicas),
    busy: share(film.busy),
    inFlight: number(film.flight),
    depth: depth !== null && bound !== null ? Math.min(depth, bound) : depth,
    bound,
    replicas,
    rotation,
    memory: share(film.memory),
  };
}

function linkState(film: LinkFilm, moment: number): LinkState {
  const attempts = numberAt(film.attempts, moment) ?? 0;
  const retries = attempts * (shareAt(film.retries, moment) ?? 0);
  return {
    attempts,
    retries,
    breaker: film.breaker === undefined ? null : shareAt(film.breaker, moment),
  };
}
