import { POLICY_COLOURS } from '../palette.js';

const swatches = POLICY_COLOURS.map((colour, index) => `.c${index}{background:${colour}}`).join('');

/** The answer, and the marks of policies. */
export const SUMMARY_STYLE = `
.lead{font-size:1.12rem}
.policy{font-weight:600}
th .policy{display:inline-block;min-width:min(9.4em,34vw)}
.swatch{display:inline-block;width:.72em;height:.72em;border-radius:2px;margin-right:.45em}
${swatches}
.swatch.d1{mask:linear-gradient(90deg,#000 38%,#0000 38% 62%,#000 62%)}
.swatch.d2{mask:repeating-linear-gradient(90deg,#000 0 .16em,#0000 .16em .28em)}
.sentences{list-style:none;padding:0;margin:0;display:grid;gap:8px}
.sentences li{border-left:4px solid var(--grid);padding:2px 0 2px 12px;max-width:95ch}
.sentences .tone-good{border-color:var(--good)}
.sentences .tone-fair{border-color:var(--fair)}
.sentences .tone-bad{border-color:var(--bad)}
`;
