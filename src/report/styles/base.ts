/** Page, letters and headings. */
export const BASE_STYLE = `
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
main,header,footer,.contents{max-width:1160px;margin:0 auto;padding:0 24px}
header{padding-top:32px}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 8px}
h2{font-size:1.3rem;line-height:1.3;margin:40px 0 12px}
h3{font-size:1.02rem;line-height:1.35;margin:0 0 8px}
p{margin:0 0 12px;max-width:75ch}
a{color:var(--link)}
code,pre{font:0.875em/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
.description{color:var(--muted);white-space:pre-line;margin:0 0 8px}
main:focus{outline:none}
h2{scroll-margin-top:12px}
.skip{position:absolute;left:-999px;top:0;z-index:10;background:var(--paper);padding:8px 14px}
.skip:focus{left:8px;top:8px}
.contents ul{list-style:none;display:flex;flex-wrap:wrap;gap:2px 18px;margin:14px 0 0;padding:8px 0;
border-top:1px solid var(--grid);border-bottom:1px solid var(--grid);font-size:.88rem}
.contents a{display:inline-block;padding:3px 0;text-underline-offset:3px}
.partial{border-left:4px solid var(--bad);background:var(--bad-bg);color:var(--bad);
padding:10px 14px;max-width:none}
footer{color:var(--muted);font-size:.85rem;padding-top:24px;padding-bottom:40px}
@media (max-width:640px){
main,header,footer,.contents{padding-left:16px;padding-right:16px}
h1{font-size:1.5rem}
}
@media print{
body{font-size:11pt}
main,header,footer{max-width:none;padding:0}
.contents,.skip{display:none}
h2,h3{break-after:avoid}
figure,article,tr{break-inside:avoid}
}
`;
