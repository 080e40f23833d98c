/** What the comparison uses of the libraries, which lie in a package of their own. */
declare module 'opossum' {
  export default class CircuitBreaker {
    constructor(action: (...arguments_: never[]) => Promise<unknown>, options: object);
    fire(...arguments_: unknown[]): Promise<unknown>;
    shutdown(): void;
    readonly closed: boolean;
    readonly opened: boolean;
    readonly halfOpen: boolean;
  }
}

declare module 'cockatiel' {
  export interface Rule {
    readonly state: unknown;
  }
  export class ConsecutiveBreaker implements Rule {
    constructor(failures: number);
    readonly state: unknown;
  }
  export class CountBreaker implements Rule {
    constructor(options: object);
    readonly state: unknown;
  }
  export class SamplingBreaker implements Rule {
    constructor(options: object);
    readonly state: unknown;
  }
  export const handleAll: object;
  export function circuitBreaker(
    policy: object,
    options: object,
  ): { readonly state: number; execute(run: () => Promise<unknown>): Promise<unknown> };
}
