import { POLICY_COLOURS, POLICY_DASHES } from './palette.js';

/** The classes of a policy's mark: its colour, and past the palette the gaps that its lines have. */
export function swatchClass(policy: number): string {
  const count = POLICY_COLOURS.length;
  const dash = Math.floor(policy / count) % POLICY_DASHES.length;
  return `swatch c${policy % count}${dash > 0 ? ` d${dash}` : ''}`;
}
