/** Every table. */
export const TABLES_STYLE = `
.scroll{overflow-x:auto}
.scroll:focus-visible,pre:focus-visible,summary:focus-visible,a:focus-visible,select:focus-visible{
outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:collapse;min-width:min(100%,46rem);font-size:.9rem;overflow-wrap:normal;
font-variant-numeric:tabular-nums}
.comparison{width:100%}
caption{text-align:left;max-width:min(95ch,calc(100vw - 32px));color:var(--muted);padding-bottom:8px;font-size:.85rem}
th,td{padding:7px 8px;text-align:right;vertical-align:top;border-bottom:1px solid var(--grid);
white-space:nowrap}
thead th{color:var(--muted);font-weight:600;vertical-align:bottom}
thead th:first-child,th[scope=row],.word{text-align:left}
td.word{white-space:normal;min-width:7em}
th:first-child[scope]{position:sticky;left:0;background:var(--paper);max-width:13em;
white-space:normal;overflow-wrap:break-word}
thead th{white-space:normal}
sup{line-height:0;margin-left:2px;font-size:.72em}
sup a{display:inline-block;line-height:1;padding:8px 8px 8px 10px;margin:-8px -8px -8px -10px}
.mark{display:block;font-size:.75rem;font-weight:600;line-height:1.4}
.mark-best,.better{color:var(--good)}
.mark-worst,.worse{color:var(--bad)}
.better,.worse{font-weight:600}
.differences{width:100%}
#reference label{display:inline-block;margin:0 0 10px;font-size:.9rem}
select{font:inherit;color:var(--ink);background:var(--inset);border:1px solid var(--edge);
border-radius:6px;padding:4px 8px;max-width:100%}
section h3#h-differences{margin:28px 0 8px}
.interval{display:block;white-space:normal;color:var(--muted);font-size:.8rem}
.verdict{display:inline-block;padding:0 8px;border-radius:10px;background:var(--inset);
white-space:nowrap;font-weight:600;font-size:.85rem}
.verdict.tone-good{color:var(--good);background:var(--good-bg)}
.verdict.tone-fair{color:var(--fair);background:var(--fair-bg)}
.verdict.tone-bad{color:var(--bad);background:var(--bad-bg)}
.notes{font-size:.85rem;color:var(--muted);margin:10px 0 0;padding-left:24px}
.tick{color:var(--good);font-weight:700}
.cross{color:var(--bad);font-weight:700}
@media print{
.scroll{overflow:visible}
table{font-size:.62rem}
th,td{white-space:normal;padding:4px 3px}
th .policy,td.word{min-width:0}
.mark,.interval{font-size:.92em;white-space:nowrap}
.verdict{font-size:1em;padding:0 4px}
#reference{display:none}
}
`;
