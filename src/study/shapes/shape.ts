import type { Plan } from '../../model/plan.js';
import type { Scenario } from '../../scenario/index.js';
import { loadText } from './load.js';
import type { Shaping } from './shaping.js';
import { type Staircase, staircasePlan } from './staircase.js';
import { type Steady, steadyPlan } from './steady.js';
import { type Triggered, triggeredPlan } from './trigger.js';

/** How a study bends a scenario's plan; each kind has a file of its own here. Plain data. */
export type Shape = Steady | Staircase | Triggered;

/** The plan of a scenario, bent. */
export function shaped(scenario: Scenario, of: Shaping<Shape>): Plan {
  const { shape } = of;
  switch (shape.kind) {
    case 'steady':
      return steadyPlan(scenario, { ...of, shape });
    case 'staircase':
      return staircasePlan(scenario, { ...of, shape });
    case 'trigger':
      return triggeredPlan(scenario, { ...of, shape });
  }
}

/** "150% load": where a run of this shape stands in its study. */
export function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case 'steady':
      return `${Math.round(shape.load * 100)}% load`;
    case 'staircase':
      return 'loads up and down';
    case 'trigger':
      return loadText(shape);
  }
}
