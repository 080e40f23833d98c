import { expect } from 'vitest';
import type { ComponentPlan, Plan, QueuePlan } from '../../src/model/plan.js';
import { mistakes, small } from './support.js';

/** The shop publishes to `jobs`, which the worker consumes. */
export function published(queue: string, worker = '', more = ''): string {
  return small(`queues:
  jobs: { ${queue} }
  dead: { broker: memory }
${more}`)
    .replace('{ call: db }', '{ call: db }, { publish: jobs }')
    .replace(
      'dependencies:',
      `  worker: { workers: 3, consumes: jobs, handler: [ { work: 2ms } ]${worker === '' ? '' : `, ${worker}`} }
dependencies:`,
    );
}

/** Queues of each broker with nothing said of them. */
export const PLAIN: Record<string, string> = {
  memory: 'broker: memory',
  kafka: 'broker: kafka',
  rabbitmq: 'broker: rabbitmq',
  sqs: 'broker: sqs',
  stream: 'broker: stream',
};

export function queue(plan: Plan, name: string): QueuePlan {
  return plan.queues.find((one) => one.name === name)!;
}

export function part(plan: Plan, name: string): ComponentPlan {
  return plan.components.find((one) => one.name === name)!;
}

/** Warnings of what is not used are for other tests. */
export const errors = (text: string): string[] =>
  mistakes(text).filter((line) => !line.includes('warning'));

/** One error of the text says so, with its place. */
export const told = (text: string, reason: string): void => {
  const lines = errors(text);
  expect(
    lines.filter((line) => line.includes(reason)),
    lines.join('\n') || 'nothing is told',
  ).toHaveLength(1);
  expect(lines[0]).toMatch(/^f:\d+:\d+: /);
};
