import type { Chart } from './charts/chart.js';
import { html, Markup, scriptJson } from './html.js';
import { policiesOf, type ReportInput, type StudiesInput } from './input.js';
import { SECTIONS } from './sections/index.js';
import { studiesProvenance } from './sections/provenance.js';
import type { SectionParts } from './sections/section.js';
import { studiesSection } from './sections/studies.js';
import type { CarriedPanel } from './series/carry.js';
import { PAGE_STYLE } from './styles/index.js';

/** A chart as the page's script takes it. */
export interface PageChart extends Pick<Chart, 'name' | 'rows'> {
  /** Vega, compiled. */
  spec: unknown;
  panels: Record<string, CarriedPanel>;
}

/** What the page carries for its script, as `client/page-data.ts` reads it. */
interface PageData {
  charts: PageChart[];
  /** Names in the order of the result: a policy's place picks its colour. */
  policies: string[];
  /** What sections brought, by their names. */
  sections: Record<string, unknown>;
}

/** Pictures and the script that brings them to life. */
interface PagePictures {
  live: PageChart[];
  script: string;
  /** Base64 SHA-256 of a text: what a content security policy names a script by. */
  hash: (text: string) => string;
}

/** What the page of a run is put together from. */
export interface PageParts extends SectionParts, PagePictures {}

/** What the page of studies without a run is put together from. */
export interface StudiesParts extends PagePictures, Pick<SectionParts, 'stills' | 'studies'> {
  input: StudiesInput;
}

/** What stands around the sections. */
interface Frame {
  title: string;
  seed: string;
  version: string;
  heading: Markup;
  data: PageData;
}

/** Nothing is fetched, nothing evaluated, and only this script and this style count. */
function securityPolicy({ script, hash }: PagePictures): string {
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash(script)}'`,
    `style-src 'sha256-${hash(PAGE_STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** The first sentence of a text, and the rest of it. */
function firstSentence(text: string): [string, string] {
  const found = /^.{20,}?[.!?:](?=\s)/s.exec(text);
  const first = found?.[0] ?? text;
  return [first, text.slice(first.length).trim()];
}

/** A description opens a page with its first sentence: the answer comes before the rest. */
function about(description: string | undefined): Markup | null {
  if (description === undefined) return null;
  const [first, rest] = firstSentence(description.trim());
  const more =
    rest === ''
      ? null
      : html`<details class="description">
<summary>More about the scenario</summary>
<p>${rest}</p>
</details>\n`;
  return html`<p class="description">${first}</p>\n${more}`;
}

function heading({ result }: ReportInput): Markup {
  const partial = result.partial
    ? html`<p class="partial" role="note"><strong>Partial result.</strong> The run stopped before its
end${result.stopped === undefined ? '' : `: ${result.stopped}`}. What was measured up to there
stands below.</p>\n`
    : null;
  return html`<header>
<h1>${result.title}</h1>
${about(result.scenario?.description)}${partial}</header>\n`;
}

/** A shorter page needs no list of what is on it. */
const CONTENTS_MIN = 4;

/** Where everything stands, by the headings of the sections. */
function contents(body: Markup): Markup | null {
  const headings = [...body.text.matchAll(/<h2 id="([^"]+)">([^<]+)<\/h2>/g)];
  if (headings.length < CONTENTS_MIN) return null;
  const links = headings.map(
    ([, id, text]) =>
      html`<li><a href="#${new Markup(id ?? '')}">${new Markup(text ?? '')}</a></li>\n`,
  );
  return html`<nav class="contents" aria-label="Contents">
<ul>
${links}</ul>
</nav>\n`;
}

/** What sections bring for the script, by their names. */
function sectionData(parts: SectionParts): Record<string, unknown> {
  return Object.fromEntries(
    SECTIONS.flatMap(({ name, data }) => (data === undefined ? [] : [[name, data(parts)]])),
  );
}

/** The whole page as text: the answer first, then pictures, then method and fine print. */
export function renderPage(parts: PageParts): string {
  const { input, live } = parts;
  const { title, seed, version } = input.result;
  const policies = policiesOf(input.result).map(({ name }) => name);
  const data = { charts: live, policies, sections: sectionData(parts) };
  const body = html`${SECTIONS.map((section) => section.render(parts))}`;
  return framed(parts, { title, seed, version, heading: heading(input), data }, body);
}

/** The page of studies alone. */
export function renderStudiesPage(parts: StudiesParts): string {
  const { input, live, studies, stills } = parts;
  const { title, seed, version } = input.studies[0].result;
  const data = { charts: live, policies: [], sections: {} };
  const head = html`<header>\n<h1>${title}</h1>\n</header>\n`;
  const body = html`${studiesSection(studies, stills)}${studiesProvenance(input)}`;
  return framed(parts, { title, seed, version, heading: head, data }, body);
}

function framed(parts: PagePictures, frame: Frame, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(parts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${frame.title} · Spillway</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the answer</a>
${frame.heading}${contents(body)}<main id="main" tabindex="-1">
${body}</main>
<footer>Made by Spillway ${frame.version}, seed ${frame.seed}.</footer>
<script type="application/json" id="report-data">${scriptJson(frame.data)}</script>
<script>${new Markup(parts.script)}</script>
</body>
</html>
`.text;
}
