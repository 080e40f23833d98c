/** The colours of Okabe and Ito, safe for the colour-blind, in the order in which policies get them. */
export const POLICY_COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#8a8f98',
  '#b5a700',
] as const;

/** More policies than colours begin anew, told apart by their dashes. */
export const POLICY_DASHES: readonly number[][] = [
  [1, 0],
  [6, 3],
  [2, 2],
];

/** The colour of the policy at this place. */
export function policyColour(index: number): string {
  return POLICY_COLOURS[index % POLICY_COLOURS.length] as string;
}

/** The dash of the policy at this place. */
export function policyDash(index: number): number[] {
  const round = Math.floor(index / POLICY_COLOURS.length);
  return POLICY_DASHES[round % POLICY_DASHES.length] as number[];
}

/** What a theme colours: the names are parameters of every chart, so that a page can switch them. */
export interface Theme {
  ink: string;
  muted: string;
  grid: string;
  paper: string;
  shade: string;
  /** Five shades of one hue, from little to much: each further from the paper than the one before. */
  heat1: string;
  heat2: string;
  heat3: string;
  heat4: string;
  heat5: string;
}

/** Dark ink on white paper: also the theme of the pictures in files. */
export const LIGHT: Theme = {
  ink: '#1b1f24',
  muted: '#57606a',
  grid: '#e3e6ea',
  paper: '#ffffff',
  shade: '#8c6d1f',
  heat1: '#d3e3f3',
  heat2: '#a3cae6',
  heat3: '#62a3d3',
  heat4: '#2a73b4',
  heat5: '#083d7f',
};

/** Light ink on dark paper. */
export const DARK: Theme = {
  ink: '#e8eaed',
  muted: '#a3acb6',
  grid: '#2c323a',
  paper: '#14171c',
  shade: '#d8b24a',
  heat1: '#17324f',
  heat2: '#1f5587',
  heat3: '#3480c0',
  heat4: '#7ab4e8',
  heat5: '#d6e9fc',
};
