import { IdentitySource, purposeOf, unit53 } from '../../kernel/draws.js';
import { HI, LO, ROW } from '../attempts.js';
import type { AdmissionPlan } from '../plan.js';
import type { House } from './house.js';
import { DELAYED, LET_IN, REFUSED, Rule } from './rule.js';

const SIGNAL = purposeOf('signal');

type SignalPlan = Extract<AdmissionPlan, { kind: 'signal' }>;

/** While one of its conditions held over the last whole second, a share is refused, or delayed. */
export class SignalRule extends Rule {
  override readonly delayNs: number;
  private isOn = false;
  private readonly draw = new IdentitySource();

  constructor(
    private readonly house: House,
    private readonly signal: SignalPlan,
    private readonly component: number,
  ) {
    super();
    this.delayNs = signal.delayNs;
  }

  ask(attempt: number): number {
    if (!this.isOn || !this.isStruck(attempt)) return LET_IN;
    return this.delayNs > 0 ? DELAYED : REFUSED;
  }

  override second(holds: readonly boolean[]): void {
    const isOn = holds.includes(true);
    if (isOn === this.isOn) return;
    this.isOn = isOn;
    this.house.changed(this.component, isOn ? 1 : 0);
  }

  private isStruck(attempt: number): boolean {
    const { words } = this.house.attempts;
    if (this.signal.share >= 1) return true;
    this.draw.seek(words[attempt * ROW + HI], words[attempt * ROW + LO], SIGNAL ^ this.component);
    return unit53(this.draw) < this.signal.share;
  }
}
