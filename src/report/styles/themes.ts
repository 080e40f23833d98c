import { DARK, LIGHT, type Theme } from '../palette.js';

function variables(theme: Theme, tones: string): string {
  const own = Object.entries(theme).map(([name, value]) => `--${name}:${value}`);
  return `${own.join(';')};${tones}`;
}

const LIGHT_TONES =
  '--good:#11663b;--good-bg:#e3f4ea;--fair:#7a4b00;--fair-bg:#fdf0d5;' +
  '--bad:#a3210f;--bad-bg:#fde8e4;--link:#0b5cad;--inset:#f5f6f8;--edge:#868e97';
const DARK_TONES =
  '--good:#7fdcaa;--good-bg:#15352a;--fair:#f0c26a;--fair-bg:#3a2d10;' +
  '--bad:#ff9d8a;--bad-bg:#43201a;--link:#7ab8f5;--inset:#1d2127;--edge:#6b747e';

/** Every colour that is not a policy's, by name, light and dark; paper is always light. */
export const THEMES_STYLE = `
:root{color-scheme:light dark;${variables(LIGHT, LIGHT_TONES)}}
@media (prefers-color-scheme:dark){@media screen{:root{${variables(DARK, DARK_TONES)}}}}
`;
