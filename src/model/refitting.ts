import type { Kernel } from '../kernel/kernel.js';
import { sayTheSame } from './changes.js';
import type { Edge } from './edges.js';
import type { ComponentPlan } from './plan.js';
import type { Program } from './program.js';
import type { Services } from './services.js';

/** What of the callers' side is refitted with an edge. */
interface Callers {
  of: { breakers: { look(edge: Edge): void } };
  gatekeeper: { changed(edge: Edge): void };
}

/**
 * Services and edges become others while they are in use: who waits stays in line, and is served by
 * the new law; what is at work goes on; a rule that is new begins anew.
 */
export class Refitting {
  constructor(
    private readonly kernel: Kernel,
    private readonly program: Program,
    private readonly services: Services,
    private readonly callers: Callers,
  ) {}

  /** Who waits at a component, and who comes to it, is treated so from now on. */
  component(component: number, was: ComponentPlan, is: ComponentPlan): void {
    const { kernel, services } = this;
    const { coalescing, degrading, leave, lines, replicas, rules, shedding } = services;
    kernel.suspend();
    leave.setBlocks(component, is.queue.whenFull === 'block');
    degrading?.setCapacity(component, is.queue.capacity);
    services.admission.setQueue(component, is.queue);
    services.disciplines[component] = is.queue.discipline;
    services.deadlineChecks[component] = is.deadlineCheck ? 1 : 0;
    lines.change(component, was.queue, is.queue, (attempt) => {
      return coalescing?.membersOf(attempt) ?? [];
    });
    coalescing?.setHow(component, is.queue.coalesce);
    if (!sayTheSame(was.queue.shed, is.queue.shed)) shedding?.setLaw(component, is.queue.shed);
    degrading?.setHow(component, is.degrade);
    services.refusals?.setCost(component, is.reject?.costNs ?? 0);
    if (!sayTheSame(was.admission, is.admission)) rules?.setList(component, is.admission);
    this.program.use(component, is);
    services.workbench.change(component, is);
    for (let r = replicas.first[component]; r < replicas.first[component + 1]; r++) {
      services.takeWork(r);
    }
    kernel.resume();
  }

  /** An edge is another: who stands at its gates is looked at, its breakers are watched. */
  edge(edge: Edge): void {
    this.callers.of.breakers.look(edge);
    this.callers.gatekeeper.changed(edge);
  }
}
