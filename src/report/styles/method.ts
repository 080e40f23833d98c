/** Lists of facts, what can be opened, and texts of files. */
export const METHOD_STYLE = `
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 16px;margin:0 0 16px}
dt{color:var(--muted)}
dd{margin:0;min-width:0}
details{margin:0 0 10px}
summary{cursor:pointer;padding:4px 0}
.fold{border:1px solid var(--grid);border-radius:8px;padding:6px 14px;margin:0 0 8px}
.fold[open]{padding-bottom:14px}
.fold summary{font-weight:600}
.command{user-select:all;-webkit-user-select:all;white-space:pre-wrap;margin:0 0 16px}
.facts{background:var(--inset);border-radius:8px;padding:12px 14px}
pre{background:var(--inset);padding:12px 14px;overflow-x:auto;border-radius:6px;margin:6px 0 0}
@media (max-width:640px){
dl{grid-template-columns:1fr;gap:0}
dd{margin-bottom:8px}
}
@media print{
pre{white-space:pre-wrap}
}
`;
