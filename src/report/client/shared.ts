import type { Span } from '../series/moment.js';

/** A value that several parts of the page show and change. */
export class Shared<T> {
  private readonly listeners: ((value: T) => void)[] = [];

  constructor(private held: T) {}

  get value(): T {
    return this.held;
  }

  set(value: T): void {
    if (Object.is(value, this.held)) return;
    this.held = value;
    for (const listener of this.listeners) listener(value);
  }

  /** Calls back at every change from now on. */
  on(listener: (value: T) => void): void {
    this.listeners.push(listener);
  }
}

/** The stretch of time that every time axis shows; `null` for the whole run. Seconds. */
export const sharedSpan = new Shared<Span | null>(null);

/** The moment that every time panel marks; `null` for none. Seconds. */
export const sharedMoment = new Shared<number | null>(null);

/** The places of the policies that the reader switched off, in rising order. */
export const sharedHidden = new Shared<readonly number[]>([]);
