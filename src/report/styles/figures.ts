/** Charts and what they say under the pointer. */
export const FIGURES_STYLE = `
figure{margin:0 0 36px;scroll-margin-top:56px}
ul+figure,ol+figure,.scroll+figure{margin-top:18px}
figcaption{color:var(--muted);font-size:.88rem;max-width:95ch;margin-top:4px}
.chart{position:relative;min-height:160px;overflow:hidden;touch-action:pan-y pinch-zoom}
.chart:focus-visible,.legend button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.chart[role=slider]{cursor:crosshair;user-select:none;-webkit-user-select:none}
.rule,.brush{position:absolute;pointer-events:none}
.rule{background:var(--ink);opacity:.65}
.brush{background:var(--link);opacity:.18}
.chart>svg{display:block;max-width:100%;height:auto;background:#fff}
.chart .live{width:100%}
.chart .live svg{display:block}
#tip{visibility:hidden;position:fixed;left:0;top:0;z-index:9;padding:8px 10px;max-width:92vw;
background:var(--paper);color:var(--ink);border:1px solid var(--grid);border-radius:6px;
box-shadow:0 3px 12px rgba(0,0,0,.25);font-size:12px;pointer-events:none}
#tip.visible{visibility:visible}
#tip .title{font-weight:600;margin:0 0 4px}
#tip table{width:auto;min-width:0;font-size:12px}
#tip td{border:0;padding:1px 0;white-space:nowrap;vertical-align:baseline}
#tip td.key{text-align:left;padding-right:14px;white-space:normal;max-width:17em}
#tip td.value{padding-left:10px}
#tip .columns td{color:var(--muted)}
.legend{position:sticky;top:0;z-index:5;display:flex;flex-wrap:wrap;gap:6px 10px;align-items:center;
padding:8px 0;margin:0 0 4px;background:var(--paper);border-bottom:1px solid var(--grid)}
.legend[hidden]{display:none}
.legend .policies{display:flex;flex-wrap:wrap;gap:6px}
.legend button{font:inherit;font-size:.85rem;line-height:1.4;color:var(--ink);background:var(--inset);
border:1px solid var(--edge);border-radius:14px;padding:3px 11px;cursor:pointer;white-space:nowrap}
.legend button[aria-pressed=false]{background:none;color:var(--muted);text-decoration:line-through;
border-style:dashed}
.legend button[aria-pressed=false] .swatch{background:var(--grid)}
.legend .whole-run{margin-left:auto}
.legend button:disabled{color:var(--muted);background:none;cursor:default}
.hint{color:var(--muted);font-size:.85rem;margin:8px 0 20px;max-width:none}
@media (max-width:640px){
.legend{flex-wrap:nowrap;overflow-x:auto}
.legend .policies{flex-wrap:nowrap}
.legend .whole-run{order:-1;margin:0}
}
@media (prefers-reduced-motion:no-preference){
.legend button{transition:background-color .15s}
}
@media print{
.hint,.rule,.brush,#tip{display:none}
}
`;
