/** The tables behind the pictures, which the page's script puts in. */
export const NUMBERS_STYLE = `
figure:has(+.numbers){margin-bottom:6px}
.numbers{margin:0 0 36px;font-size:.9rem}
.numbers summary{display:list-item;width:max-content;max-width:100%;padding:4px 2px;color:var(--link)}
.numbers p{color:var(--muted);max-width:95ch;margin:8px 0}
.numbers .scroll{max-height:min(70vh,34rem);overflow:auto;margin:10px 0 20px;border-bottom:1px solid var(--grid)}
.numbers table{min-width:0;font-size:.85rem}
.numbers th,.numbers td{padding:4px 10px}
.numbers caption{color:var(--ink);font-weight:600}
.numbers thead{position:sticky;top:0;z-index:2;background:var(--paper)}
.numbers thead th{background:var(--paper);vertical-align:bottom;min-width:5.5em}
.numbers thead tr+tr th:first-child{position:static;text-align:right}
.numbers thead th[scope=colgroup]{text-align:center;color:var(--ink)}
.numbers colgroup+colgroup{border-left:1px solid var(--grid)}
.numbers tbody th[scope=row]{font-weight:400;white-space:nowrap;max-width:none}
@media (max-width:640px){
.numbers tbody th[scope=row]{white-space:normal;min-width:7.5em;max-width:10em}
}
@media print{
.numbers:not([open]){display:none}
.numbers .scroll{max-height:none}
}
`;
