/**
 * Erlang's B: the share refused by `c` servers without a line, offered the load `a` = λ·E[S], of
 * Poisson arrivals and any law of work (M/G/c/c). By the recurrence B_k = aB_{k−1}/(k + aB_{k−1})
 * from B_0 = 1, which neither overflows nor cancels. (A. K. Erlang 1917; the recurrence as in
 * D. L. Jagerman, Bell System Technical Journal 53, 1974.)
 */
export function erlangB(c: number, a: number): number {
  let blocked = 1;
  for (let k = 1; k <= c; k++) blocked = (a * blocked) / (k + a * blocked);
  return blocked;
}
