import type { Plan } from '../../model/plan.js';
import type { TheoryForm, TheoryRefusal } from '../../study/result.js';
import { reachOf } from '../reach.js';
import { closedForm } from './recognise/closed.js';
import type { Figures, Fitting } from './recognise/fits.js';
import { isOpenRoom } from './recognise/flows.js';
import { openForms } from './recognise/open.js';
import { refusal } from './recognise/say.js';

/** What closed forms say of a plan. */
export interface Recognised {
  forms: TheoryForm[];
  refused: TheoryRefusal[];
}

/**
 * Which closed form each component, and what the producers see as a whole, follows exactly, with its
 * figures under the names that a run gives them; and why the others follow none. Of a system in
 * equilibrium: the warm-up is up to the scenario.
 */
export function recognise(plan: Plan): Recognised {
  const struck = plan.faults.some(({ atNs }) => atNs < plan.durationNs);
  if (struck) return nothing(refusal.faults());
  if (plan.locks.length > 0) return nothing(refusal.lock(plan.locks[0].name));
  if (plan.producers.some(({ to }) => to.length > 1)) return nothing(refusal.several());
  const { stations, clients, tooLarge } = openForms(plan);
  if (tooLarge) return nothing(refusal.large());
  const book = new Book(plan);
  const reaches = plan.producers.map(({ to }) => reachOf(plan, to[0]).components);
  const settled = new Set<number>();
  plan.producers.forEach(({ arrivals }, producer) => {
    if (arrivals.kind !== 'closed') return;
    const shared = reaches.some((other, index) => {
      return index !== producer && meet(other, reaches[producer]);
    });
    for (const component of reaches[producer]) if (!shared) settled.add(component);
    if (shared) return;
    const closed = closedForm(plan, producer);
    if (typeof closed === 'string') book.refuse(plan.producers[producer].name, closed);
    else {
      book.client(producer, closed.form, closed.client);
      for (const [station, figures] of closed.stations) book.add(station, closed.form, figures);
    }
  });
  for (const { producer, form, figures } of clients) book.client(producer, form, figures);
  for (const [station, fitting] of [...stations].sort(([a], [b]) => a - b)) {
    if (!settled.has(station)) book.put(station, fitting);
  }
  return book;
}

function nothing(reason: string): Recognised {
  return { forms: [], refused: [{ component: null, reason }] };
}

function meet(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  for (const one of a) if (b.has(one)) return true;
  return false;
}

/** Collects forms and refusals under the names of figures. */
class Book implements Recognised {
  readonly forms: TheoryForm[] = [];
  readonly refused: TheoryRefusal[] = [];
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  put(station: number, fitting: Fitting): void {
    const { name } = this.#plan.components[station];
    if ('fit' in fitting) {
      // A room without a bound in which nobody stays has nothing to be compared.
      const { form, figures } = fitting.fit;
      if (!isOpenRoom(this.#plan, station) || figures['sojourn.mean'] > 0) {
        this.add(station, form, figures);
      }
    } else this.refuse(name, fitting.reason);
  }

  add(station: number, form: string, figures: Figures): void {
    const { name, kind } = this.#plan.components[station];
    const room = kind === 'service' ? 'services' : 'dependencies';
    this.forms.push({ component: name, form, figures: under(`${room}.${name}.`, figures) });
  }

  /** Of one producer alone the figures are those of the whole run. */
  client(producer: number, form: string, figures: Figures): void {
    const { producers } = this.#plan;
    const prefix = producers.length === 1 ? '' : `producers.${producers[producer].name}.`;
    this.forms.push({ component: null, form, figures: under(prefix, figures) });
  }

  refuse(component: string, reason: string): void {
    this.refused.push({ component, reason });
  }
}

function under(prefix: string, figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [prefix + name, value]));
}
