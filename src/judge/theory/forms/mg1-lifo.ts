import type { AnyWork } from './mg1.js';

/** Work with its third moment, which the spread of waits needs; seconds to the power. */
export interface WorkToTheThird extends AnyWork {
  thirdMoment: number;
}

/**
 * M/G/1, first come first served: mean of the square of the wait,
 * E[Wq²] = 2Wq² + λE[S³]/(3(1−ρ)). (L. Takács, "Introduction to the Theory of Queues", 1962.)
 */
export function fifoWaitSquare(work: WorkToTheThird): number {
  const { arrivals, meanWork, secondMoment, thirdMoment } = work;
  const rest = 1 - arrivals * meanWork;
  if (rest <= 0) return Infinity;
  const wait = (arrivals * secondMoment) / (2 * rest);
  return 2 * wait * wait + (arrivals * thirdMoment) / (3 * rest);
}

/**
 * M/G/1, last come first served without interrupting: the mean wait is that of first come first
 * served, the mean of its square is 1/(1−ρ) times as great. (L. Takács, "Delay distributions for one
 * line with Poisson input, general holding times, and various orders of service", Bell System
 * Technical Journal 42, 1963.)
 */
export function lifoWaitSquare(work: WorkToTheThird): number {
  return fifoWaitSquare(work) / (1 - work.arrivals * work.meanWork);
}

/** Exponential work: E[S²] = 2m², E[S³] = 6m³. */
export function exponentialWork(arrivals: number, mean: number): WorkToTheThird {
  const square = mean * mean;
  return { arrivals, meanWork: mean, secondMoment: 2 * square, thirdMoment: 6 * square * mean };
}
