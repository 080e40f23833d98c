/** Stories in the order of time. */
export const CASCADE_STYLE = `
.stories{display:grid;gap:12px 40px;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr))}
article{min-width:0}
.timeline{list-style:none;margin:0 0 12px;padding:0;font-size:.92rem}
.timeline li{display:grid;grid-template-columns:6.2em 1fr;gap:10px;padding:3px 0}
.time{color:var(--muted);text-align:right;font-variant-numeric:tabular-nums}
button.time{padding:0 6px;border-color:var(--grid);background:none;color:var(--muted);
justify-self:end;align-self:start}
button.time:hover{border-color:var(--muted)}
.timeline li[aria-current]{background:var(--inset);box-shadow:inset 4px 0 0 var(--link);font-weight:600}
.timeline .fault{color:var(--muted);font-style:italic}
.timeline .alert,.timeline .scaling{color:var(--muted)}
.timeline .end{color:var(--good);font-weight:600}
.timeline .bad-end{color:var(--bad);font-weight:600}
@media print{
button.time{border:0}
}
@media (max-width:640px){
.timeline li{grid-template-columns:5.8em 1fr}
}
`;
