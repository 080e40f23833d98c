import type { AnyWork } from './mg1.js';

/**
 * One server, classes from the most important down, no class interrupting another: mean waits
 * Wq_k = W0/((1−σ_{k−1})(1−σ_k)), W0 = Σλ_iE[S_i²]/2, σ_k = ρ_1 + … + ρ_k. (A. Cobham, "Priority
 * assignment in waiting line problems", Operations Research 2, 1954.) Infinity for classes that the
 * more important ones leave too little to.
 */
export function cobhamWaits(classes: readonly AnyWork[]): number[] {
  const residual = classes.reduce((sum, { arrivals, secondMoment }) => {
    return sum + (arrivals * secondMoment) / 2;
  }, 0);
  return classes.map((_, k) => {
    const [above, here] = [loadOf(classes, k), loadOf(classes, k + 1)];
    return here < 1 ? residual / ((1 - above) * (1 - here)) : Infinity;
  });
}

/**
 * The same where the more important interrupts and the interrupted goes on later (preemptive
 * resume): mean times in the system T_k = (E[S_k](1−σ_k) + Σ_{i≤k}λ_iE[S_i²]/2)/((1−σ_{k−1})(1−σ_k)).
 * (L. Kleinrock, "Queueing Systems II", 1976, 3.6.)
 */
export function preemptiveTimes(classes: readonly AnyWork[]): number[] {
  return classes.map(({ meanWork }, k) => {
    const [above, here] = [loadOf(classes, k), loadOf(classes, k + 1)];
    if (here >= 1) return Infinity;
    let residual = 0;
    for (const { arrivals, secondMoment } of classes.slice(0, k + 1)) {
      residual += (arrivals * secondMoment) / 2;
    }
    return (meanWork * (1 - here) + residual) / ((1 - above) * (1 - here));
  });
}

/** σ of the first `count` classes. */
function loadOf(classes: readonly AnyWork[], count: number): number {
  let sum = 0;
  for (const { arrivals, meanWork } of classes.slice(0, count)) sum += arrivals * meanWork;
  return sum;
}
