/** Stands in for Vega-Lite in the page, where every chart comes compiled. */
export const version = '6.4.3';

/** Never called: the page embeds Vega only. */
export function compile(): never {
  throw new Error('this page draws Vega, not Vega-Lite');
}
