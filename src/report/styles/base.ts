/** Page, letters and headings. */
export const BASE_STYLE = `
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
footer{color:var(--muted);font-size:.85rem;padding-top:24px;padding-bottom:40px}
@media (max-width:640px){
main,header,footer{padding-left:16px;padding-right:16px}
h1{font-size:1.5rem}
}
@media print{
figure,article,tr{break-inside:avoid}
}
`;
