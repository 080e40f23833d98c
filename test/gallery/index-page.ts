import { html, Markup } from '../../src/report/html.js';
import type { Entry } from './entries.js';

/** A scenario as the index lists it. */
export interface Listed {
  /** Below scenarios/. */
  file: string;
  title: string;
  description: string;
}

const STYLE = `
:root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--muted:#57606a;--line:#e3e6ea;--link:#0b5cad}
@media (prefers-color-scheme:dark){:root{--paper:#14171c;--ink:#e8eaed;--muted:#a3acb6;--line:#2c323a;--link:#7ab8f5}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1160px;padding:32px 24px;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,"DejaVu Sans",sans-serif;overflow-wrap:anywhere}
a{color:var(--link)}
h2{margin:40px 0 12px}
p{max-width:75ch}
.pictures{display:grid;gap:32px;grid-template-columns:repeat(auto-fit,minmax(min(100%,520px),1fr))}
figure{margin:0}
img{width:100%;height:auto;background:#fff;border:1px solid var(--line);border-radius:6px}
figcaption{color:var(--muted);font-size:.9rem}
figcaption code{display:block}
dl{columns:2 420px;column-gap:40px}
dt{font-weight:600;break-after:avoid}
dd{margin:0 0 14px;color:var(--muted);font-size:.92rem}
code{font:.875em ui-monospace,"DejaVu Sans Mono",monospace}
`;

/** What a chapter of the list is called, by folder. */
const CHAPTERS: Record<string, string> = {
  '': 'Mechanisms and failures',
  brokers: 'Brokers and streams',
  incidents: 'Incidents from their write-ups',
  papers: 'Papers, reproduced',
  theory: 'Closed forms, simulated',
};

function figureOf({ name, scenario, says }: Entry): Markup {
  return html`<figure>
<a href="${name}.svg"><img src="${name}.svg" alt="${says}" loading="lazy"></a>
<figcaption>${says}<code>spillway run scenarios/${scenario}</code></figcaption>
</figure>\n`;
}

/** Up to the first full stop that ends a sentence. */
function firstSentence(text: string): string {
  const [first] = text
    .trim()
    .replace(/\s+/g, ' ')
    .split(/(?<=[.!?]) (?=[A-Z"])/);
  return first ?? '';
}

function chapter(folder: string, all: readonly Listed[]): Markup {
  const own = all.filter(({ file }) => (file.includes('/') ? file.split('/')[0] : '') === folder);
  const rows = own.map(
    ({ description, file, title }) => html`<dt><a href="../scenarios/${file}">${title}</a></dt>
<dd>${firstSentence(description)}</dd>\n`,
  );
  return html`<h2>${CHAPTERS[folder] ?? folder}</h2>\n<dl>\n${rows}</dl>\n`;
}

/** The gallery's index: the pictures first, then every scenario with what it is about. */
export function indexPage(entries: readonly Entry[], all: readonly Listed[]): string {
  const found = all.map(({ file }) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : ''));
  const folders = [...new Set(['', ...found.sort()])];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Spillway: the gallery</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>The gallery</h1>
<p>Pictures that <code>npm run gallery</code> draws from the scenarios that come with Spillway. Each is
part of the page that the command below it writes.</p>
<div class="pictures">
${entries.map(figureOf)}</div>
${folders.map((folder) => chapter(folder, all))}</main>
</body>
</html>
`.text;
}
