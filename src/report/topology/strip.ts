import type { Film } from './film.js';
import { frameAt } from './film.js';

/** Paths in a field of 1000 by 40: the run at a glance, behind the slider. */
export interface Strip {
  /** Faults. */
  span: string;
  offered: string;
  good: string;
  /** When the cascade reached its parts. */
  tick: string;
}

const WIDE = 1000;
const HIGH = 40;

export function stripOf(film: Film): Strip {
  const frames = Array.from({ length: film.length }, (_, moment) => frameAt(film, moment));
  const most = Math.max(
    1e-9,
    ...frames.map(({ good, offered }) => Math.max(good ?? 0, offered ?? 0)),
  );
  const run = film.length * film.seconds;
  const x = (seconds: number): number => round((Math.min(seconds, run) / run) * WIDE);
  const area = (values: (number | null)[]): string => {
    const points = values.map((value, moment) => {
      const y = round(HIGH - ((value ?? 0) / most) * (HIGH - 4));
      return `L${x(frames[moment]?.from ?? 0)} ${y}H${x(frames[moment]?.to ?? 0)}`;
    });
    return `M0 ${HIGH}${points.join('')}V${HIGH}Z`;
  };
  const span = film.faults.map(({ from, to }) => {
    const wide = Math.max(2, x(to) - x(from));
    return `M${x(from)} 0h${wide}v${HIGH}h-${wide}z`;
  });
  const reached = film.told.filter(({ part }) => part !== undefined);
  const tick = reached.map(({ at }) => `M${x(at)} 0v9`);
  return {
    span: span.join(''),
    offered: area(frames.map(({ offered }) => offered)),
    good: area(frames.map(({ good }) => good)),
    tick: tick.join(''),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
