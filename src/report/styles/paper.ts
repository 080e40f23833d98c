/**
 * What differs on paper: no picture over the edge or the end of a page, each with the names of its
 * colours, and of what is folded only what is short: the command tells how to have the rest.
 */
export const PAPER_STYLE = `
.colours{display:none}
@media print{
@page{margin:14mm 12mm}
.swatch,.verdict{-webkit-print-color-adjust:exact;print-color-adjust:exact}
article{break-inside:auto}
li,.sentences li,.ask,.question,dl{break-inside:avoid}
table{min-width:0;break-inside:avoid}
figure,figure:has(+.numbers){margin-bottom:24px}
.chart{min-height:0}
.chart svg{max-width:100%;max-height:205mm}
.chart .live svg{height:auto}
.legend{display:none}
.colours{display:flex;flex-wrap:wrap;gap:2px 14px;list-style:none;margin:0 0 6px;padding:0;font-size:.8rem}
figcaption{font-size:.8rem}
details:not(.told,.description,.short,[open]){display:none}
.description summary,.told summary{display:none}
details:is(.description,.short)::details-content{content-visibility:visible;block-size:auto}
.short summary{list-style:none}
}
`;
