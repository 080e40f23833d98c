/** Which edge a call uses and which route of the callee it enters (index into its `routes`). */
export interface CallTarget {
  edge: number;
  route: number;
}

/** A figure over the last whole second, as the series call it, against a value in its unit. */
export interface FaultCondition {
  metric: string;
  op: '<' | '<=' | '>' | '>=' | '==' | '!=';
  value: number;
}
