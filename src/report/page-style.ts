import { DARK, LIGHT, POLICY_COLOURS, type Theme } from './palette.js';

function variables(theme: Theme, tones: string): string {
  const own = Object.entries(theme).map(([name, value]) => `--${name}:${value}`);
  return `${own.join(';')};${tones}`;
}

const LIGHT_TONES =
  '--good:#11663b;--good-bg:#e3f4ea;--fair:#7a4b00;--fair-bg:#fdf0d5;' +
  '--bad:#a3210f;--bad-bg:#fde8e4;--link:#0b5cad;--inset:#f5f6f8';
const DARK_TONES =
  '--good:#7fdcaa;--good-bg:#15352a;--fair:#f0c26a;--fair-bg:#3a2d10;' +
  '--bad:#ff9d8a;--bad-bg:#43201a;--link:#7ab8f5;--inset:#1d2127';

const swatches = POLICY_COLOURS.map((colour, index) => `.c${index}{background:${colour}}`).join('');

/** The page's whole style; its hash stands in the content security policy. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;${variables(LIGHT, LIGHT_TONES)}}
@media (prefers-color-scheme:dark){@media screen{:root{${variables(DARK, DARK_TONES)}}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
main,header,footer{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:32px}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 8px}
h2{font-size:1.3rem;line-height:1.3;margin:40px 0 12px}
h3{font-size:1.02rem;line-height:1.35;margin:0 0 8px}
p{margin:0 0 12px;max-width:75ch}
a{color:var(--link)}
code,pre{font:0.875em/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
.description{color:var(--muted);white-space:pre-line}
.partial{border-left:4px solid var(--bad);background:var(--bad-bg);color:var(--bad);
padding:10px 14px;max-width:none}
.lead{font-size:1.12rem}
.policy{font-weight:600}
th .policy{display:inline-block;min-width:min(9.4em,34vw)}
.swatch{display:inline-block;width:.72em;height:.72em;border-radius:2px;margin-right:.45em}
${swatches}
.sentences{list-style:none;padding:0;margin:0;display:grid;gap:8px}
.sentences li{border-left:4px solid var(--grid);padding:2px 0 2px 12px;max-width:95ch}
.sentences .tone-good{border-color:var(--good)}
.sentences .tone-fair{border-color:var(--fair)}
.sentences .tone-bad{border-color:var(--bad)}
.scroll{overflow-x:auto}
.scroll:focus-visible,pre:focus-visible,summary:focus-visible,a:focus-visible{
outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;min-width:min(100%,46rem);font-size:.9rem;overflow-wrap:normal;
font-variant-numeric:tabular-nums}
.comparison{width:100%}
caption{text-align:left;color:var(--muted);padding-bottom:8px;font-size:.85rem}
th,td{padding:7px 8px;text-align:right;vertical-align:top;border-bottom:1px solid var(--grid);
white-space:nowrap}
thead th{color:var(--muted);font-weight:600;vertical-align:bottom}
thead th:first-child,th[scope=row],.word{text-align:left}
td.word{white-space:normal;min-width:7em}
th:first-child[scope]{position:sticky;left:0;background:var(--paper);max-width:13em;
white-space:normal;overflow-wrap:break-word}
thead th{white-space:normal}
sup{line-height:0;margin-left:2px;font-size:.72em}
.interval{display:block;color:var(--muted);font-size:.8rem}
.verdict{display:inline-block;padding:0 8px;border-radius:10px;background:var(--inset);
white-space:nowrap;font-weight:600;font-size:.85rem}
.verdict.tone-good{color:var(--good);background:var(--good-bg)}
.verdict.tone-fair{color:var(--fair);background:var(--fair-bg)}
.verdict.tone-bad{color:var(--bad);background:var(--bad-bg)}
.notes{font-size:.85rem;color:var(--muted);margin:10px 0 0;padding-left:24px}
figure{margin:0 0 36px}
figcaption{color:var(--muted);font-size:.88rem;max-width:95ch;margin-top:4px}
.chart{min-height:160px;overflow:hidden}
.chart>svg{display:block;max-width:100%;height:auto;background:#fff}
.chart .vega-embed{display:block;width:100%}
.chart .vega-embed svg{display:block}
.stories{display:grid;gap:12px 40px;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr))}
article{min-width:0}
.timeline{list-style:none;margin:0 0 12px;padding:0;font-size:.92rem}
.timeline li{display:grid;grid-template-columns:6.2em 1fr;gap:10px;padding:3px 0}
.time{color:var(--muted);text-align:right;font-variant-numeric:tabular-nums}
.timeline .fault{color:var(--muted);font-style:italic}
.timeline .alert,.timeline .scaling{color:var(--muted)}
.timeline .end{color:var(--good);font-weight:600}
.tick{color:var(--good);font-weight:700}
.cross{color:var(--bad);font-weight:700}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 16px;margin:0 0 16px}
dt{color:var(--muted)}
dd{margin:0;min-width:0}
details{margin:0 0 10px}
summary{cursor:pointer;padding:4px 0}
pre{background:var(--inset);padding:12px 14px;overflow-x:auto;border-radius:6px;margin:6px 0 0}
footer{color:var(--muted);font-size:.85rem;padding-top:24px;padding-bottom:40px}
#vg-tooltip-element{visibility:hidden;position:fixed;z-index:9;padding:8px 10px;max-width:90vw;
background:var(--paper);color:var(--ink);border:1px solid var(--grid);border-radius:6px;
box-shadow:0 3px 12px rgba(0,0,0,.25);font-size:12px;pointer-events:none}
#vg-tooltip-element.visible{visibility:visible}
#vg-tooltip-element h2{font-size:12px;margin:0 0 4px}
#vg-tooltip-element table{width:auto;font-size:12px}
#vg-tooltip-element td{border:0;padding:1px 0;white-space:normal}
#vg-tooltip-element td.key{text-align:left;color:var(--muted);padding-right:12px}
#vg-tooltip-element td.value{text-align:right;white-space:nowrap}
@media (max-width:640px){
main,header,footer{padding-left:16px;padding-right:16px}
h1{font-size:1.5rem}
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:8px}
.timeline li{grid-template-columns:5.8em 1fr}
}
@media print{
.scroll{overflow:visible}
table{font-size:.66rem}
th,td{white-space:normal;padding:4px 3px;overflow-wrap:anywhere}
th .policy,td.word{min-width:0}
.verdict{white-space:normal}
figure,article,tr{break-inside:avoid}
pre{white-space:pre-wrap}
}
`;
