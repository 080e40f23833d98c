/** From here on up figures are told with four digits and more. */
const LONG = 999.5;

/**
 * Four significant digits are finer than a pixel. A last digit of 5 that was a little more or less
 * becomes 6 or 4: tips and tables tell three digits, and must not round up what was below the half.
 */
export function rounded(value: number | null): number | null {
  if (value === null) return null;
  const text = value.toExponential(3);
  const near = Number(text);
  if (near === value || Math.abs(value) >= LONG || !text.includes('5e')) return near;
  return Number(text.replace('5e', Math.abs(near) > Math.abs(value) ? '4e' : '6e'));
}
