/** Stories in the order of time. */
export const CASCADE_STYLE = `
.stories{display:grid;gap:12px 40px;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr))}
article{min-width:0}
.timeline{list-style:none;margin:0 0 12px;padding:0;font-size:.92rem}
.timeline li{display:grid;grid-template-columns:8em 1fr;gap:10px}
.timeline li>:last-child{border-left:3px solid var(--grid);padding:3px 0 5px 18px;position:relative}
.timeline li>:last-child::before{content:"";position:absolute;left:-8px;top:.55em;width:13px;height:13px;
border-radius:50%;background:var(--paper);border:3px solid var(--muted)}
.timeline .cascade>:last-child::before{background:var(--hot);border-color:var(--hot)}
.timeline .fault>:last-child::before{border-radius:2px;border-color:var(--shade);background:var(--shade)}
.timeline .alert>:last-child::before{border-color:var(--busy)}
.timeline .end>:last-child::before{border-color:var(--good);background:var(--good)}
.timeline .bad-end>:last-child::before{border-color:var(--bad);background:var(--bad)}
.timeline .time{padding-top:3px}
.timeline .whole{white-space:nowrap}
.time{color:var(--muted);text-align:right;font-variant-numeric:tabular-nums}
button.time{padding:0 6px;white-space:nowrap;margin-top:3px;border-color:var(--grid);background:none;color:var(--muted);
justify-self:end;align-self:start}
button.time:hover{border-color:var(--muted)}
.timeline li[aria-current]{background:var(--inset);box-shadow:inset 4px 0 0 var(--link)}
.timeline li[aria-current] button.time{border-color:var(--link);color:var(--ink)}
.timeline .fault{color:var(--muted);font-style:italic}
.timeline .alert,.timeline .scaling{color:var(--muted)}
.timeline .end{color:var(--good);font-weight:600}
.timeline .bad-end{color:var(--bad);font-weight:600}
@media print{
button.time{border:0}
.timeline li>:last-child::before{print-color-adjust:exact}
}
@media (max-width:640px){
.timeline li{grid-template-columns:7.2em 1fr;gap:6px}
}
`;
