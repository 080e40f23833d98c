/** The question before the answer. A choice is marked by a sign too, never by its colour alone. */
export const LESSON_STYLE = `
.lesson{border:1px solid var(--grid);border-radius:10px;padding:4px 20px 8px;margin-top:24px}
.lesson h2{margin:14px 0 10px}
.ask{font-size:1.08rem;font-weight:600;margin-bottom:8px}
.question{margin-bottom:18px}
.choices{margin:0 0 10px;padding-left:1.4em}
.choices:has(button){list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:8px}
.choices button{font:inherit;color:var(--ink);background:var(--inset);min-height:40px;
border:1px solid var(--muted);border-radius:8px;padding:6px 14px;cursor:pointer;text-align:left}
.choices button:hover{border-color:var(--link)}
.choices button:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.answered .chosen button{border-width:2px;border-color:var(--bad);background:var(--bad-bg);color:var(--bad)}
.answered .chosen button::before{content:"✗ "/""}
.answered [data-right] button{border-width:2px;border-color:var(--good);background:var(--good-bg);color:var(--good)}
.answered [data-right] button::before{content:"✓ "/""}
.outcome{font-weight:600;min-height:1.5em;margin-bottom:4px}
.lesson .told{margin:0}
.lesson .measured{color:var(--muted)}
@media (max-width:640px){
.lesson{padding:2px 14px 6px}
.choices:has(button){flex-direction:column}
.choices button{width:100%}
}
@media print{
.outcome{display:none}
.lesson details::details-content{content-visibility:visible;block-size:auto}
}
`;
