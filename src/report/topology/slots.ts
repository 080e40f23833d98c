import { formatNumber, formatRate, formatShare } from '../format.js';
import type { Film, Frame, LinkState, PartFilm, PartState, Scale } from './film.js';
import type { Graph, Part } from './graph.js';
import { BAR_HEIGHT, barWidth, NAME_LETTERS, rowsOf, sizeOf } from './sizes.js';
import { type Condition, conditionsOf, isOpen } from './trouble.js';

/** What a place in the drawing holds at a moment: its text, and attributes. */
export interface Slot {
  text?: string;
  attributes?: Record<string, string | number>;
}

/** By the name of the place: `p0` is the first part, `p0.busy` a bar in it, `l0` the first line. */
export type Slots = Map<string, Slot>;

const LINE_MIN = 1.5;
const LINE_MAX = 18;
/** The rim that retries make around the first tries. */
const RIM_MIN = 4;
/** The shortest frame of a bar, as a share of the longest. */
const FRAME_MIN = 0.35;
const SQUARES_MAX = 10;
const SQUARE = 8;
const LETTER = 6.7;

/** All that changes in the drawing from moment to moment. */
export function slotsOf(graph: Graph, scale: Scale, film: Film, frame: Frame): Slots {
  const slots: Slots = new Map();
  const conditions = conditionsOf(graph, frame);
  const faults = namedFaults(frame);
  graph.parts.forEach((part, place) => {
    const state = frame.parts[place] ?? null;
    const facts = film.parts[place] ?? null;
    const fault = faults.parts.get(place) ?? '';
    const condition = conditions[place] ?? { tone: 'calm', word: '' };
    partSlots(slots, `p${place}`, { part, state, facts, fault, condition, scale });
    markSlot(slots, `p${place}.mark`, frame.reached.indexOf(place));
  });
  graph.links.forEach(({ from, kind }, place) => {
    const state = frame.links[place] ?? null;
    const isLetters = kind === 'dead_letter' && film.parts[from] !== null;
    linkSlots(slots, `l${place}`, state, faults.links.has(place), isLetters, scale);
  });
  producerRates(slots, graph, frame);
  return slots;
}

interface Drawn {
  part: Part;
  state: PartState | null;
  facts: PartFilm | null;
  fault: string;
  condition: Condition;
  scale: Scale;
}

/** What strikes which part or line just now. */
function namedFaults({ faults }: Frame): { parts: Map<number, string>; links: Set<number> } {
  const parts = new Map<number, string>();
  const links = new Set<number>();
  for (const fault of faults) {
    for (const part of fault.parts) {
      const before = parts.get(part);
      parts.set(part, before === undefined ? fault.text : `${before}; ${fault.text}`);
    }
    for (const link of fault.links) links.add(link);
  }
  return { parts, links };
}

function partSlots(slots: Slots, key: string, drawn: Drawn): void {
  const { part, state, fault, condition } = drawn;
  const { width } = sizeOf(part);
  const struck = fault === '' ? '' : ' struck';
  const there = state === null ? ' absent' : '';
  const look = `part ${part.kind} tone-${condition.tone}${struck}${there}`;
  slots.set(key, { attributes: { class: look } });
  const { word } = condition;
  const pill = word === '' ? 0 : Math.ceil(word.length * LETTER + 14);
  slots.set(`${key}.pill`, { attributes: { x: width - pill - 8, width: pill } });
  slots.set(`${key}.word`, { text: word, attributes: { x: width - 8 - pill / 2 } });
  slots.set(`${key}.fault`, { text: cut(fault, Math.floor(width / LETTER) + 1) });
  for (const row of rowsOf(part)) {
    if (row === 'workers') workerSlots(slots, key, drawn);
    if (row === 'queue') queueSlots(slots, key, drawn);
    if (row === 'replicas') replicaSlots(slots, key, state);
    if (row === 'memory') memorySlots(slots, key, state);
  }
}

function workerSlots(slots: Slots, key: string, { part, state, facts, scale }: Drawn): void {
  const full = barWidth(part);
  const workers = state?.workers ?? null;
  if (state === null || facts === null || workers === null) {
    const flight = state?.inFlight ?? null;
    const text = flight === null ? '' : `${whole(flight)}, no bound`;
    slots.set(`${key}.busyText`, { text });
    setBar(slots, `${key}.busy`, 0, 0);
    return;
  }
  const busy = state.busy ?? 0;
  const all = whole(workers);
  const said = busy > 0.985 ? `all ${all} busy` : `${whole(busy * workers)} of ${all} busy`;
  slots.set(`${key}.busyText`, { text: workers === 1 ? `${formatShare(busy)} busy` : said });
  const frame = full * frameShare(workers, scale.workers);
  setBar(slots, `${key}.busy`, frame, frame * busy);
}

function queueSlots(slots: Slots, key: string, { part, state, scale }: Drawn): void {
  const full = barWidth(part);
  const depth = state?.depth ?? 0;
  const bound = state?.bound ?? null;
  if (state === null) {
    slots.set(`${key}.depthText`, { text: '' });
    setBar(slots, `${key}.depth`, 0, 0);
  } else if (bound === null) {
    // Open at its end: no bound, the longest wait of the run fills it.
    slots.set(`${key}.depthText`, { text: `${whole(depth)}, no bound` });
    setBar(slots, `${key}.depth`, -full, full * logShare(depth, scale.depth));
  } else {
    const text = bound === 0 ? 'nobody may' : `${whole(depth)} of ${whole(bound)}`;
    slots.set(`${key}.depthText`, { text });
    const frame = bound === 0 ? 0 : full * frameShare(bound, scale.depth);
    setBar(slots, `${key}.depth`, frame, bound === 0 ? 0 : (frame * depth) / bound);
  }
}

/** A frame below zero is open at its end. */
function setBar(slots: Slots, key: string, frame: number, fill: number): void {
  const long = Math.abs(round(frame));
  const outline =
    frame < 0 ? `M${long} 0H0V${BAR_HEIGHT}H${long}` : `M0 0H${long}V${BAR_HEIGHT}H0Z`;
  slots.set(key, { attributes: { width: round(fill) } });
  slots.set(`${key}Frame`, { attributes: { d: long === 0 ? 'M0 0' : outline } });
}

function replicaSlots(slots: Slots, key: string, state: PartState | null): void {
  const up = Math.round(state?.rotation ?? state?.replicas ?? 0);
  const all = Math.max(up, Math.round(state?.replicas ?? 0));
  const drawn = all <= SQUARES_MAX ? all : 0;
  const square = (at: number): string => {
    const x = at * (SQUARE + 2);
    return `M${x} 0h${SQUARE}v${SQUARE}h-${SQUARE}z`;
  };
  const squares = Array.from({ length: drawn }, (_, at) => square(at));
  slots.set(`${key}.up`, { attributes: { d: squares.slice(0, up).join('') || 'M0 0' } });
  // Struck through: the empty square alone would say too little.
  const away = squares.slice(up).map((path, i) => {
    const x = (up + i) * (SQUARE + 2);
    return `${path}M${x} 0l${SQUARE} ${SQUARE}M${x} ${SQUARE}l${SQUARE} -${SQUARE}`;
  });
  slots.set(`${key}.away`, { attributes: { d: away.join('') || 'M0 0' } });
  const text = state === null ? '' : `${up} of ${all} up`;
  slots.set(`${key}.replicaText`, { text });
}

function memorySlots(slots: Slots, key: string, state: PartState | null): void {
  const share = state?.memory ?? null;
  slots.set(`${key}.memoryText`, {
    text: share === null ? '' : `${formatShare(roundShare(share))} used`,
  });
}

/** Its place in the cascade, from 1. */
function markSlot(slots: Slots, key: string, place: number): void {
  slots.set(key, { attributes: { class: place < 0 ? 'mark none' : 'mark' } });
  slots.set(`${key}Text`, { text: place < 0 ? '' : `${place + 1}` });
}

function linkSlots(
  slots: Slots,
  key: string,
  state: LinkState | null,
  isStruck: boolean,
  isLetters: boolean,
  scale: Scale,
): void {
  const open = state !== null && isOpen(state);
  const absent = state === null && !isLetters ? ' absent' : '';
  const idle = state !== null && state.attempts === 0 ? ' idle' : '';
  const look = `link${open ? ' open' : ''}${isStruck ? ' struck' : ''}${absent}${idle}`;
  slots.set(key, { attributes: { class: isLetters ? `${look} letters` : look } });
  const attempts = state?.attempts ?? 0;
  const retries = state?.retries ?? 0;
  const all = lineWidth(attempts, scale);
  const first = Math.max(1, lineWidth(attempts - retries, scale));
  const isRetried = retries > attempts * 0.01;
  const rim = isRetried ? Math.max(all, first + RIM_MIN) : 0;
  slots.set(`${key}.all`, { attributes: { 'stroke-width': round(rim) } });
  slots.set(`${key}.first`, { attributes: { 'stroke-width': round(first) } });
  const rate = `${isStruck ? 'fault: ' : ''}${formatRate(rough(attempts - retries))}`;
  slots.set(`${key}.rate`, { text: state === null ? '' : rate });
  const again = isRetried ? `+ ${formatRate(rough(retries))} again` : '';
  const half = state?.breaker !== null && (state?.breaker ?? 0) > 0.05;
  const breaker = open ? 'breaker open' : half ? 'breaker trips' : '';
  slots.set(`${key}.more`, { text: breaker === '' ? again : breaker });
}

function producerRates(slots: Slots, { parts, links }: Graph, frame: Frame): void {
  parts.forEach(({ kind }, place) => {
    if (kind !== 'producer') return;
    let sent = 0;
    links.forEach(({ from }, at) => {
      const state = frame.links[at];
      if (from === place && state) sent += state.attempts - state.retries;
    });
    slots.set(`p${place}.rateText`, {
      text: frame.parts[place] ? `sends ${formatRate(rough(sent))}` : '',
    });
  });
}

/** As wide as the root of the traffic: the area of an arrow's end tells the rate. */
function lineWidth(perSecond: number, { rate }: Scale): number {
  if (!(perSecond > 0)) return LINE_MIN;
  return LINE_MIN + (LINE_MAX - LINE_MIN) * Math.sqrt(Math.min(1, perSecond / rate));
}

function frameShare(value: number, most: number): number {
  return FRAME_MIN + (1 - FRAME_MIN) * logShare(value, most);
}

function logShare(value: number, most: number): number {
  return Math.min(1, Math.log1p(Math.max(0, value)) / Math.log1p(Math.max(1, most)));
}

/** Moments are kept to three digits. */
function rough(value: number): number {
  return Number(value.toPrecision(3));
}

function whole(value: number): string {
  return formatNumber(value < 1000 ? Math.round(value) : rough(value));
}

function roundShare(value: number): number {
  return Math.round(value * 100) / 100;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A text of so many letters at most. */
export function cut(text: string, letters: number): string {
  const signs = [...text];
  return signs.length <= letters ? text : `${signs.slice(0, letters - 1).join('')}…`;
}

/** The name of a part as its box shows it. */
export function shownName(name: string): string {
  return cut(name, NAME_LETTERS);
}

/** What the title says that a pointer shows. */
export function partTitle({ name, kind, broker }: Part): string {
  return `${name} (${kind === 'queue' ? `queue, ${broker ?? ''}` : kind})`;
}
