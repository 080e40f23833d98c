/** The system drawn, and its player. Tones of Okabe and Ito, each with a word or a shape beside it. */
export const TOPOLOGY_STYLE = `
:root{--flow:#5b87b8;--again:#c85a00;--busy:#e69f00;--hot:#d55e00;--box:#f7f8fa}
@media (prefers-color-scheme:dark){@media screen{:root{--flow:#5a8cc4;--again:#f08a3c;--busy:#d99a1c;
--hot:#e8702a;--box:#1d2127}}}
.player{display:grid;gap:10px;margin:0 0 14px}
.player[hidden],.player fieldset[hidden]{display:none}
.player fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 18px}
.player legend{float:left;color:var(--muted);margin-right:14px;padding:0}
.player label{display:inline-flex;align-items:center;gap:6px;cursor:pointer}
.player input[type=radio]{margin:0;width:16px;height:16px}
.track{display:grid}
.track svg{grid-area:1/1;width:calc(100% - 16px);height:40px;margin:0 8px;display:block}
.track .span{fill:var(--shade);opacity:.28}
.track .good{fill:var(--flow);opacity:.65}
.track .offered{fill:var(--grid)}
.track .tick{fill:none;stroke:var(--hot);stroke-width:2;vector-effect:non-scaling-stroke}
.track input{margin:0;width:100%;height:24px;accent-color:var(--link);cursor:pointer}
.track .ends{display:flex;justify-content:space-between;color:var(--muted);font-size:.8rem}
.buttons{display:flex;flex-wrap:wrap;gap:8px;align-items:center}
.buttons button,.buttons select,button.time{font:inherit;color:var(--ink);background:var(--inset);
border:1px solid var(--muted);border-radius:6px;padding:5px 12px;cursor:pointer}
.buttons button{min-width:5.2em}
.buttons label{margin-left:auto;color:var(--muted)}
.player :focus-visible,.stage:focus-visible,button.time:focus-visible{outline:2px solid var(--link);
outline-offset:2px}
.now{max-width:none;min-height:3em;margin:0 0 4px}
.now .policy{margin-right:.5em}
.stage{overflow-x:auto;margin:0 0 8px}
#topology figcaption p{max-width:100ch;margin:0 0 8px}
.scene{display:block;margin:0 auto;font:12px system-ui,"DejaVu Sans",sans-serif}
.scene.narrow{display:none}
.scene text{fill:var(--ink)}
.scene .box{fill:var(--box);stroke:var(--muted);stroke-width:1.5}
.scene .name{font-weight:700;font-size:13px}
.scene .centre,.scene .word,.scene .fault,.scene .rate,.scene .more{text-anchor:middle}
.scene .label,.scene .centre{fill:var(--muted)}
.scene .figure{text-anchor:end;font-variant-numeric:tabular-nums}
.scene .frame{fill:none;stroke:var(--muted);stroke-width:1}
.scene .busy,.scene .depth{fill:var(--flow)}
.scene .tone-busy .busy{fill:var(--busy)}
.scene .tone-hot .busy,.scene .tone-hot .depth{fill:var(--hot)}
.scene .tone-busy .box{stroke:var(--busy);stroke-width:2.5}
.scene .tone-hot .box{stroke:var(--hot);stroke-width:3.5}
.scene .tone-down .box{stroke:var(--ink);stroke-width:2.5;stroke-dasharray:3 3}
.scene .pill{fill:var(--paper);stroke:var(--muted);stroke-width:1.5}
.scene .tone-busy .pill{stroke:var(--busy)}
.scene .tone-hot .pill{stroke:var(--hot);stroke-width:2}
.scene .tone-down .pill{stroke:var(--ink);fill:var(--ink)}
.scene .tone-down .word{fill:var(--paper)}
.scene .word{font-weight:600}
.scene .ring{fill:none;stroke:none}
.scene .struck>.ring{stroke:var(--shade);stroke-width:2.5;stroke-dasharray:7 5}
.scene .fault{font-weight:600}
.scene .up{fill:var(--flow);stroke:var(--flow)}
.scene .away{fill:none;stroke:var(--ink)}
.scene .mark circle{fill:var(--ink)}
.scene .mark text{fill:var(--paper);text-anchor:middle;font-weight:700}
.scene .mark.none{display:none}
.scene .rim{fill:none;stroke:var(--again);stroke-dasharray:5 3}
.scene .core{fill:none;stroke:var(--flow)}
.scene .tip{fill:var(--flow)}
.scene .open .core,.scene .open .rim{stroke-dasharray:10 8}
.scene .idle .core{stroke:var(--grid)}
.scene .idle .tip{fill:var(--grid)}
.scene .struck .core{stroke:var(--shade)}
.scene .letters .core{stroke:var(--muted);stroke-dasharray:2 4}
.scene .letters .rim{stroke:none}
.scene .letters .tip{fill:var(--muted)}
.scene .rate,.scene .more,.scene .fault{paint-order:stroke;stroke:var(--paper);stroke-width:4px;
stroke-linejoin:round;font-variant-numeric:tabular-nums}
.scene .more{font-weight:600}
.scene .start{text-anchor:start}
.scene .absent{opacity:.25}
@media (min-width:900px){.scene.fits{max-width:100%;height:auto}}
.scene.narrow.fits{max-width:100%;height:auto}
@media (min-width:1440px){.stage{margin-left:-116px;margin-right:-116px}}
@media (max-width:640px){
.scene.wide{display:none}
.scene.narrow{display:block}
.buttons label{margin-left:0}
.now{min-height:6em}
}
@media (prefers-reduced-motion:no-preference){
.playing .busy,.playing .depth{transition:width .12s linear}
.playing .core,.playing .rim{transition:stroke-width .12s linear}
}
@media print{
.player{display:none}
.scene.wide{display:block;max-width:100%;height:auto}
.scene.narrow{display:none}
}
`;
