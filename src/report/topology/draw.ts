import { html, type Markup } from '../html.js';
import type { Box, Point } from './geometry.js';
import type { Graph, Link, Part } from './graph.js';
import type { Layout, Way } from './layout.js';
import { BAR_HEIGHT, PAD, type Row, rowTops, sizeOf } from './sizes.js';
import { partTitle, type Slots, shownName } from './slots.js';

const ARROW = 12;
const ROUND = 7;
/** A wider picture would have letters too small to read if it were made to fit; it scrolls. */
const FITS = 1460;
/** Between the middle of a line that runs across and its labels. */
const ABOVE = 12;
const BELOW = 22;
/** Between a line that runs down and its label. */
const BESIDE = 14;

/** A frame of the picture as SVG: what changes stands in places that carry `data-slot`. */
export function drawFrame(
  { parts, links }: Graph,
  { boxes, height, ways, width }: Layout,
  slots: Slots,
  { label, look }: { label: string; look: 'wide' | 'narrow' },
): Markup {
  const drawnLabel = look === 'wide' ? labelAcross : labelDown;
  const slot = slotWriter(slots);
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="scene ${look}${width <= FITS ? ' fits' : ''}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">
${links.map((link, place) => drawLine(link, ways[place], `l${place}`, slot, look === 'wide'))}${links.map((_, place) => drawnLabel(ways[place], `l${place}`, slot))}${parts.map((part, place) => drawPart(part, boxes[place], `p${place}`, slot))}</svg>
`;
}

type Writer = (key: string) => { at: Markup; text: string };

/** What a place holds now: its name with its attributes, and its text. */
function slotWriter(slots: Slots): Writer {
  return (key) => {
    const { attributes = {}, text = '' } = slots.get(key) ?? {};
    const written = Object.entries(attributes).map(([name, value]) => html` ${name}="${value}"`);
    return { at: html`data-slot="${key}"${written}`, text };
  };
}

function text(key: string, slot: Writer, where: Markup): Markup {
  const { at, text: said } = slot(key);
  return html`<text ${where} ${at}>${said}</text>`;
}

function drawLine(
  link: Link,
  way: Way | undefined,
  key: string,
  slot: Writer,
  across: boolean,
): Markup | null {
  if (way === undefined) return null;
  const { path, head } = curve(way, link.from === link.to, across);
  const names = link.kind === 'dead_letter' ? 'dead letters' : link.edges.join(', ');
  return html`<g ${slot(key).at}><title>${names}</title>
<path class="rim" d="${path}" ${slot(`${key}.all`).at}/><path class="core" d="${path}" ${slot(`${key}.first`).at}/><path class="tip" d="${head}"/>${link.kind === 'dead_letter' ? deadLetters(way) : null}
</g>
`;
}

function deadLetters({ label }: Way): Markup {
  return html`<text class="rate" x="${label.x}" y="${label.y + 4}">dead letters</text>`;
}

/** Above and under a line that runs across. */
function labelAcross(way: Way | undefined, key: string, slot: Writer): Markup | null {
  if (way === undefined) return null;
  const { y } = way.label;
  // A line that comes down to its label would run through the beginning of it.
  const x = way.label.x + ((way.points[0]?.y ?? y) < y - ABOVE ? 12 : 0);
  const over = y - ABOVE;
  const under = y + BELOW;
  return html`<g>${text(`${key}.rate`, slot, html`class="rate" x="${x}" y="${over}"`)}${text(`${key}.more`, slot, html`class="more" x="${way.label.x}" y="${under}"`)}</g>
`;
}

/** On the right of a line that runs down. */
function labelDown(way: Way | undefined, key: string, slot: Writer): Markup | null {
  if (way === undefined) return null;
  const x = way.label.x + BESIDE;
  const { y } = way.label;
  return html`<g>${text(`${key}.rate`, slot, html`class="rate start" x="${x}" y="${y - 1}"`)}${text(`${key}.more`, slot, html`class="more start" x="${x}" y="${y + 13}"`)}</g>
`;
}

/**
 * From point to point, level at each of them, so that a label never lies on a slope; a line from a
 * box to itself goes round through the middles. It ends before its tip.
 */
function curve({ points }: Way, isLoop: boolean, across: boolean): { path: string; head: string } {
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const before = points.at(-2) ?? end;
  const goesAcross = across && !isLoop;
  const ahead = goesAcross
    ? { x: Math.sign(end.x - before.x), y: 0 }
    : { x: 0, y: Math.sign(end.y - before.y) };
  const neck = { x: end.x - ahead.x * ARROW, y: end.y - ahead.y * ARROW };
  const all = [...points.slice(0, -1), neck];
  const path = isLoop ? loop(all) : level(all, across);
  const side = { x: -ahead.y * ARROW * 0.75, y: ahead.x * ARROW * 0.75 };
  const left = { x: neck.x + side.x, y: neck.y + side.y };
  const right = { x: neck.x - side.x, y: neck.y - side.y };
  return { path, head: `M${at(left)}L${at(end)}L${at(right)}Z` };
}

function level(points: readonly Point[], across: boolean): string {
  return points.reduce((path, to, place) => {
    const from = points[place - 1];
    if (from === undefined) return `M${at(to)}`;
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const leave = across ? { x: middle.x, y: from.y } : { x: from.x, y: middle.y };
    const reach = across ? { x: middle.x, y: to.y } : { x: to.x, y: middle.y };
    return `${path}C${at(leave)} ${at(reach)} ${at(to)}`;
  }, '');
}

function loop(points: readonly Point[]): string {
  return points.reduce((path, to, place) => {
    const from = points[place - 1];
    if (from === undefined) return `M${at(to)}`;
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const isLast = place === points.length - 1;
    return `${path}${place === 1 ? 'L' : `Q${at(from)} `}${at(isLast ? to : middle)}`;
  }, '');
}

function at({ x, y }: Point): string {
  return `${Number(x.toFixed(1))} ${Number(y.toFixed(1))}`;
}

function drawPart(part: Part, box: Box | undefined, key: string, slot: Writer): Markup | null {
  if (box === undefined) return null;
  const { height, width } = sizeOf(part);
  const corner = part.kind === 'queue' || part.kind === 'producer' ? 20 : ROUND;
  const word = slot(`${key}.word`);
  const mark = slot(`${key}.markText`);
  return html`<g transform="translate(${box.x} ${box.y})"><g ${slot(key).at}><title>${partTitle(part)}</title>
<rect class="ring" x="-5" y="-5" width="${width + 10}" height="${height + 10}" rx="${corner + 4}"/><rect class="box" width="${width}" height="${height}" rx="${corner}"/>
<text class="name" x="${PAD + 3}" y="22">${shownName(part.name)}</text>
${drawRows(part, key, slot)}<rect class="pill" y="-12" height="18" rx="9" ${slot(`${key}.pill`).at}/><text class="word" y="1" ${word.at}>${word.text}</text>
<g ${slot(`${key}.mark`).at}><circle cx="2" cy="2" r="10"/><text x="2" y="6" ${mark.at}>${mark.text}</text></g>
${text(`${key}.fault`, slot, html`class="fault" x="${width / 2}" y="${height + 18}"`)}
</g></g>
`;
}

function drawRows(part: Part, key: string, slot: Writer): Markup[] {
  return [...rowTops(part)].map(([row, y]) => html`${drawRow(part, key, row, y, slot)}\n`);
}

function drawRow(part: Part, key: string, row: Row, y: number, slot: Writer): Markup {
  const { width } = sizeOf(part);
  const figure = (name: string): Markup =>
    text(`${key}.${name}`, slot, html`class="figure" x="${width - PAD}" y="${y}"`);
  const label = (said: string): Markup =>
    html`<text class="label" x="${PAD}" y="${y}">${said}</text>`;
  const bar = (name: string): Markup =>
    html`<g transform="translate(${PAD} ${y + 5})"><rect class="${name}" height="${BAR_HEIGHT}" ${slot(`${key}.${name}`).at}/><path class="frame" ${slot(`${key}.${name}Frame`).at}/></g>`;
  switch (row) {
    case 'rate':
      return text(`${key}.rateText`, slot, html`class="centre" x="${width / 2}" y="${y - 1}"`);
    case 'workers':
      return html`${label('workers')}${figure('busyText')}${bar('busy')}`;
    case 'queue':
      return html`${label(part.broker ?? 'waiting')}${figure('depthText')}${bar('depth')}`;
    case 'replicas':
      return html`<g transform="translate(${PAD} ${y - BAR_HEIGHT})"><path class="up" ${slot(`${key}.up`).at}/><path class="away" ${slot(`${key}.away`).at}/></g>${figure('replicaText')}`;
    case 'memory':
      return html`${label('memory')}${figure('memoryText')}`;
  }
}
