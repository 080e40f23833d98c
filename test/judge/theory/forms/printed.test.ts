import { describe, expect, it } from 'vitest';
import { busyPeriod } from '../../../../src/judge/theory/forms/busy-period.js';
import { erlangB } from '../../../../src/judge/theory/forms/erlang-b.js';
import { hedgedOver, hedgesSent } from '../../../../src/judge/theory/forms/hedging.js';
import { jackson } from '../../../../src/judge/theory/forms/jackson.js';
import { choiceTime } from '../../../../src/judge/theory/forms/many-choices.js';
import { mg1Wait, squareOf } from '../../../../src/judge/theory/forms/mg1.js';
import {
  exponentialWork,
  fifoWaitSquare,
  lifoWaitSquare,
} from '../../../../src/judge/theory/forms/mg1-lifo.js';
import {
  mm1Present,
  mm1Quantile,
  mm1Time,
  mm1Within,
} from '../../../../src/judge/theory/forms/mm1.js';
import { mm1D } from '../../../../src/judge/theory/forms/mm1-d.js';
import { erlangC, mmcWait, mmcWaitsLonger } from '../../../../src/judge/theory/forms/mmc.js';
import { mmcM } from '../../../../src/judge/theory/forms/mmc-m.js';
import { mmck } from '../../../../src/judge/theory/forms/mmck.js';
import { meanValues } from '../../../../src/judge/theory/forms/mva.js';
import { cobhamWaits } from '../../../../src/judge/theory/forms/priorities.js';
import { retriedAtMost, retriedForEver } from '../../../../src/judge/theory/forms/retries.js';
import { sharedTime } from '../../../../src/judge/theory/forms/shared-server.js';
import { uslPeak, uslThroughput } from '../../../../src/judge/theory/forms/usl.js';

/** Every digit that is printed: the figure rounds to it. */
function printed(value: number, digits: string): void {
  const decimals = digits.split('.')[1]?.length ?? 0;
  expect(value.toFixed(decimals)).toBe(digits);
}

const pool = (servers: number, arrivals: number) => ({ servers, arrivals, meanWork: 1 });

describe('the figures printed for the closed forms (results §1), to their last digit', () => {
  it('M/M/1', () => {
    printed(mm1Time({ arrivals: 0.5, service: 1 }), '2');
    printed(mm1Quantile({ arrivals: 0.5, service: 1 }, 0.99), '9.2103');
    printed(mm1Time({ arrivals: 0.9, service: 1 }), '10');
    printed(mm1Quantile({ arrivals: 0.9, service: 1 }, 0.99), '46.052');
    printed(mm1Present({ arrivals: 0.9, service: 1 }), '9');
  });

  it('M/M/1, the share answered within a time', () => {
    printed(mm1Within({ arrivals: 0.8, service: 1 }, 5), '0.632121');
  });

  it('M/M/1/K', () => {
    const some = mmck({ ...pool(1, 0.8), room: 10 });
    printed(some.loss, '0.0234929');
    printed(some.present, '2.96631');
    printed(some.time, '3.79710');
    const many = mmck({ ...pool(1, 2), room: 10 });
    printed(many.loss, '0.500244');
    printed(many.present, '9.00537');
    printed(many.time, '9.00978');
  });

  it('Erlang B and C', () => {
    printed(erlangB(5, 4), '0.199067');
    printed(erlangB(10, 8), '0.121661');
    printed(erlangC(5, 4), '0.554113');
    printed(mmcWait(pool(5, 4)), '0.554113');
    printed(erlangC(10, 8), '0.409180');
    printed(mmcWait(pool(10, 8)), '0.204590');
    expect(mmcWaitsLonger(pool(10, 8), 1)).toBeCloseTo(0.40918 * Math.exp(-2), 6);
  });

  it('M/M/c/K', () => {
    const { loss, wait } = mmck({ ...pool(5, 8), room: 10 });
    printed(loss, '0.382929');
    printed(wait, '0.722390');
  });

  it('M/G/1 by Pollaczek and Khinchine: M/D/1, M/E2/1, M/M/1 and cv² 4', () => {
    for (const [cv2, wait] of [
      [0, '2'],
      [0.5, '3'],
      [1, '4'],
      [4, '10'],
    ] as const) {
      printed(mg1Wait({ arrivals: 0.8, meanWork: 1, secondMoment: squareOf(1, cv2) }), wait);
    }
  });

  it('M/M/c+M, Erlang A', () => {
    const { waits, abandons } = mmcM({ ...pool(10, 10), meanPatience: 1 });
    printed(waits, '0.542070');
    printed(abandons, '0.125110');
  });

  it('M/M/1+D', () => {
    printed(mm1D({ arrivals: 1, service: 1, patience: 5 }).abandons, '0.142857');
  });

  it('a tandem, by Jackson', () => {
    const station = (service: number, outside: number, next: number[]) => ({
      servers: 1,
      meanWork: 1 / service,
      outside,
      next,
    });
    const network = jackson([
      station(1, 0.5, [0, 1, 0]),
      station(0.8, 0, [0, 0, 1]),
      station(0.6, 0, [0, 0, 0]),
    ]);
    printed(network.time, '15.3333');
  });

  it('a closed network, by mean value analysis', () => {
    const rounds = meanValues({ users: 20, think: 1, demands: [0.05, 0.03, 0.02] });
    printed(rounds.throughput, '15.975154');
    printed(rounds.response, '0.251944');
  });

  it('a shared server', () => {
    printed(sharedTime(0.8, 1), '5');
  });

  it('priorities by Cobham', () => {
    const of = (arrivals: number) => ({ arrivals, meanWork: 1, secondMoment: 2 });
    const [first, second] = cobhamWaits([of(0.3), of(0.5)]);
    printed(first!, '1.142857');
    printed(second!, '5.714286');
  });

  it('the spread of waits, first and last come first served', () => {
    const work = exponentialWork(0.8, 1);
    const spread = (square: number) => Math.sqrt(square - mg1Wait(work) ** 2);
    printed(spread(fifoWaitSquare(work)), '4.89898');
    printed(spread(lifoWaitSquare(work)), '13.5647');
  });

  it('the busy period', () => {
    const { mean, variance } = busyPeriod({ arrivals: 0.8, meanWork: 1, secondMoment: 2 });
    printed(mean, '5');
    printed(variance, '225');
  });

  it('retries after a long pause, for ever and three times', () => {
    const { offered, blocked } = retriedForEver(10, 8);
    printed(offered, '10.47365');
    printed(blocked, '0.236178');
    const three = retriedAtMost(10, 8, 3);
    printed(three.offered, '10.39406');
    printed(three.lost, '0.002926');
  });

  it('the power of two choices', () => {
    printed(choiceTime(0.9, 2), '2.61406');
    printed(choiceTime(0.9, 1), '10');
  });

  it('the Universal Scalability Law', () => {
    const law = { alpha: 0.0277285, beta: 0.0001044, gamma: 89.995 };
    printed(uslThroughput(law, 36), '1541.3');
    printed(uslPeak(law).throughput, '1884');
    printed(uslPeak(law).at, '96.5');
  });

  it('hedging of exponential answers', () => {
    const over = (t: number): number => Math.exp(-Math.max(0, t));
    printed(hedgesSent(over, Math.log(20)), '0.05');
    expect(hedgedOver(over, 3, 5)).toBeCloseTo(Math.exp(-7), 15);
    expect(hedgedOver(over, 3, 2)).toBe(over(2));
  });
});
