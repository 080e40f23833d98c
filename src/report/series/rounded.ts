/** Four significant digits are finer than a pixel. */
export function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
