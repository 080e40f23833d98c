/// <reference lib="dom" />

/** What parts of the page tell each other when one moves to another moment. */
export interface SharedMoment {
  seconds: number;
  /** The end of the span it stands for, where it is one. */
  until?: number;
  /** Who moved. */
  source: string;
  /** Of which policy, by its place, where it is one's. */
  policy?: number;
}

const NAME = 'spillway:moment';

/** Tells the others. */
export function shareMoment(detail: SharedMoment): void {
  document.dispatchEvent(new CustomEvent(NAME, { detail }));
}

/** Hears what others tell; not what comes from itself. */
export function onMoment(self: string, hear: (moment: SharedMoment) => void): void {
  document.addEventListener(NAME, (event) => {
    const moment = (event as CustomEvent<SharedMoment>).detail;
    if (moment.source !== self && Number.isFinite(moment.seconds)) hear(moment);
  });
}
