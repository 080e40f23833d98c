import type { Scenario } from '../scenario/index.js';
import type { Outcome } from './outcome.js';
import type { Tick } from './progress.js';
import type { Runner } from './runner.js';
import type { Task } from './task.js';

/** A run that waits for its turn. */
interface Waiting {
  rank: number;
  begin(): void;
}

/**
 * One place for the runs of several studies at once: no more are under way together than it takes,
 * and those of the lowest rank go first. So studies end about in the order of their ranks, and what
 * one of them leaves idle the next one uses.
 */
export function shareRunner(runner: Runner): (rank: number) => Runner {
  const waiting: Waiting[] = [];
  let underWay = 0;

  const next = (): void => {
    while (underWay < runner.width && waiting.length > 0) {
      const lowest = Math.min(...waiting.map(({ rank }) => rank));
      const at = waiting.findIndex(({ rank }) => rank === lowest);
      underWay++;
      waiting.splice(at, 1)[0]!.begin();
    }
  };
  const run = (rank: number, scenario: Scenario, task: Task, tick: Tick): Promise<Outcome> =>
    new Promise<Outcome>((resolve, reject) => {
      const begin = (): void => {
        runner
          .run(scenario, task, tick)
          .finally(() => {
            underWay--;
            next();
          })
          .then(resolve, reject);
      };
      waiting.push({ rank, begin });
      next();
    });
  return (rank) => ({
    width: runner.width,
    run: (scenario, task, tick) => run(rank, scenario, task, tick),
  });
}
