import { OF_ADMISSION } from './presets/admission.js';
import { OF_CALLS } from './presets/calls.js';
import type { Preset } from './presets/preset.js';
import { OF_QUEUES } from './presets/queues.js';

export type { Preset } from './presets/preset.js';

/** The built-in policies, in the order of the language. */
export const PRESETS: readonly Preset[] = [...OF_QUEUES, ...OF_ADMISSION, ...OF_CALLS];

/** The built-in policy of this name, if there is one. */
export function presetNamed(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
