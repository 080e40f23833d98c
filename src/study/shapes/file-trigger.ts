import { type FaultPlan, isByOperator, type Plan } from '../../model/plan.js';

/** The faults of a file that can be made longer or shorter, as one trigger. */
export interface FileTrigger {
  faults: FaultPlan[];
  /** How long the longest of them lasts; 0 where there is none. */
  longestNs: number;
  /** Whether any of them has a size. */
  sized: boolean;
  /** Why faults of the file are no part of it, each reason once. */
  left: string[];
}

/**
 * What of a plan's faults can stand for a trigger: those that begin at a given time, last for a
 * given time and come once. An operator's changes are none.
 */
export function triggersOf({ faults: all }: Plan): FileTrigger {
  const faults: FaultPlan[] = [];
  const left = new Set<string>();
  for (const fault of all) {
    if (isByOperator(fault)) left.add(`${fault.text}: an operator's doing`);
    else if (fault.when !== null) left.add(`${fault.text}: it begins by a condition`);
    else if (fault.everyNs !== Infinity) left.add(`${fault.text}: it comes again`);
    else if (fault.forNs === Infinity) left.add(`${fault.text}: it lasts for good`);
    else faults.push(fault);
  }
  const longestNs = Math.max(0, ...faults.map(({ forNs }) => forNs));
  return { faults, longestNs, sized: faults.some(isSized), left: [...left] };
}

export interface Scale {
  /** When the first of them begins. */
  atNs: number;
  /** Times their lengths, and the distances between their beginnings. */
  stretch: number;
  /** Times what they do; 1 as written. */
  size: number;
  plan: Plan;
}

/** The faults from `atNs` on, longer or shorter, stronger or weaker. */
export function scaled(faults: readonly FaultPlan[], scale: Scale): FaultPlan[] {
  const firstNs = Math.min(...faults.map(({ atNs }) => atNs));
  return faults.map((fault) => ({
    ...sizedBy(fault, scale),
    atNs: scale.atNs + Math.round((fault.atNs - firstNs) * scale.stretch),
    forNs: Math.round(fault.forNs * scale.stretch),
    ...(fault.rampNs === undefined ? {} : { rampNs: Math.round(fault.rampNs * scale.stretch) }),
  }));
}

/** Work that is slowed *to* a time, a pause, a crash, an emptied cache: there or not. */
function isSized(fault: FaultPlan): boolean {
  if (fault.kind === 'slow') return fault.factor !== null;
  return ['errors', 'capacity', 'latency', 'drop', 'surge'].includes(fault.kind);
}

function sizedBy(fault: FaultPlan, { size, plan }: Scale): FaultPlan {
  switch (fault.kind) {
    case 'slow':
      if (fault.factor === null) return fault;
      return { ...fault, factor: Math.max(0, 1 + (fault.factor - 1) * size) };
    case 'surge':
      return { ...fault, factor: Math.max(0, 1 + (fault.factor - 1) * size) };
    case 'errors':
    case 'drop':
      return { ...fault, ratio: Math.min(1, fault.ratio * size) };
    case 'latency':
      return { ...fault, addNs: Math.round(fault.addNs * size) };
    case 'capacity': {
      const { share, workers, ...rest } = fault;
      const all = plan.components[fault.component]!.workers;
      const left = workers === null ? share : Math.min(1, workers / all);
      return { ...rest, workers: null, share: Math.max(0, 1 - (1 - left) * size) };
    }
    default:
      return fault;
  }
}
