/** Charts and what they say under the pointer. */
export const FIGURES_STYLE = `
figure{margin:0 0 36px}
figcaption{color:var(--muted);font-size:.88rem;max-width:95ch;margin-top:4px}
.chart{min-height:160px;overflow:hidden}
.chart>svg{display:block;max-width:100%;height:auto;background:#fff}
.chart .vega-embed{display:block;width:100%}
.chart .vega-embed svg{display:block}
#vg-tooltip-element{visibility:hidden;position:fixed;z-index:9;padding:8px 10px;max-width:90vw;
background:var(--paper);color:var(--ink);border:1px solid var(--grid);border-radius:6px;
box-shadow:0 3px 12px rgba(0,0,0,.25);font-size:12px;pointer-events:none}
#vg-tooltip-element.visible{visibility:visible}
#vg-tooltip-element h2{font-size:12px;margin:0 0 4px}
#vg-tooltip-element table{width:auto;font-size:12px}
#vg-tooltip-element td{border:0;padding:1px 0;white-space:normal}
#vg-tooltip-element td.key{text-align:left;color:var(--muted);padding-right:12px}
#vg-tooltip-element td.value{text-align:right;white-space:nowrap}
`;
