/// <reference lib="dom" />

import { formatMoment } from '../format.js';
import { type Film, type Frame, frameAt, momentOf } from '../topology/film.js';
import type { Scene } from '../topology/scene.js';
import { type Slots, slotsOf } from '../topology/slots.js';
import { type Strip, stripOf } from '../topology/strip.js';
import { frameWords, lastTold, toldMoments } from '../topology/words.js';
import { onMoment, shareMoment } from './moment.js';
import type { PageData } from './page-data.js';

const SELF = 'topology';
/** How long a step stands where nothing is to move smoothly. */
const STEP_MS = 1500;

/** Lets the picture of the system be played. */
export function playTopology({ policies, sections }: PageData): void {
  const scene = sections['topology'] as Scene | null | undefined;
  const root = document.getElementById('topology');
  if (!scene || !root) return;
  new Player(scene, policies, root).begin();
}

function find<T extends Element>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

class Player {
  private readonly slider: HTMLInputElement;
  private readonly play: HTMLButtonElement;
  private readonly speed: HTMLSelectElement;
  private readonly stage: HTMLElement;
  private readonly places = new Map<string, Element[]>();
  private readonly still = window.matchMedia('(prefers-reduced-motion: reduce)');
  private policy: number;
  private moment: number;
  /** What ends the playing; null where it stands. */
  private stop: (() => void) | null = null;

  constructor(
    private readonly scene: Scene,
    private readonly policies: readonly string[],
    private readonly root: HTMLElement,
  ) {
    this.slider = find(root, '#topology-time');
    this.play = find(root, '#topology-play');
    this.speed = find(root, '#topology-speed');
    this.stage = find(root, '.stage');
    for (const place of this.stage.querySelectorAll('[data-slot]')) {
      const key = place.getAttribute('data-slot') ?? '';
      this.places.set(key, [...(this.places.get(key) ?? []), place]);
    }
    this.policy = scene.worst.policy;
    this.moment = scene.worst.moment;
  }

  begin(): void {
    const { root, slider } = this;
    slider.addEventListener('input', () => {
      this.halt();
      this.go(Number(slider.value));
    });
    this.play.addEventListener('click', () => (this.stop ? this.halt() : this.start()));
    find(root, '#topology-back').addEventListener('click', () => this.step(-1));
    find(root, '#topology-on').addEventListener('click', () => this.step(1));
    for (const radio of root.querySelectorAll<HTMLInputElement>('input[type=radio]')) {
      // A browser may remember another choice from before.
      radio.checked = Number(radio.value) === this.policy;
      radio.addEventListener('change', () => {
        const seconds = this.film.seconds * (this.moment + 0.5);
        this.choose(Number(radio.value));
        this.go(momentOf(this.film, seconds));
      });
    }
    onMoment(SELF, ({ policy, seconds }) => {
      this.halt();
      if (policy !== undefined && this.scene.films[policy]) this.choose(policy);
      this.show(momentOf(this.film, seconds));
    });
    this.still.addEventListener('change', () => this.halt());
    this.choose(this.policy);
    this.show(this.moment);
    find<HTMLElement>(root, '.player').hidden = false;
  }

  private get film(): Film {
    return this.scene.films[this.policy] as Film;
  }

  private choose(policy: number): void {
    this.policy = policy;
    for (const radio of this.root.querySelectorAll<HTMLInputElement>('input[type=radio]')) {
      radio.checked = Number(radio.value) === policy;
    }
    this.slider.max = `${this.film.length - 1}`;
    find(this.root, '#topology-end').textContent = formatMoment(
      this.film.length * this.film.seconds,
    );
    const strip = stripOf(this.film);
    for (const [name, path] of Object.entries(strip) as [keyof Strip, string][]) {
      find(this.root, `.track .${name}`).setAttribute('d', path);
    }
  }

  /** Moves there, and tells the rest of the page. */
  private go(moment: number): void {
    const frame = this.show(moment);
    shareMoment({ seconds: frame.at, until: frame.to, source: SELF, policy: this.policy });
  }

  private show(moment: number): Frame {
    const { film, scene } = this;
    this.moment = Math.max(0, Math.min(film.length - 1, moment));
    const frame = frameAt(film, this.moment);
    this.put(slotsOf(scene.graph, scene.scale, film, frame));
    const words = frameWords(scene.graph, frame);
    const name = this.policies[this.policy] ?? '';
    const last = lastTold(film, frame.to);
    const told = last === null ? '' : ` Last: ${last}.`;
    this.tell(name, words + told);
    this.slider.value = `${this.moment}`;
    this.slider.setAttribute('aria-valuetext', `${formatMoment(frame.at)}. ${last ?? words}`);
    for (const svg of this.stage.querySelectorAll('svg')) {
      svg.setAttribute('aria-label', `${name}. ${words}`);
    }
    return frame;
  }

  private put(slots: Slots): void {
    for (const [key, { attributes = {}, text }] of slots) {
      for (const place of this.places.get(key) ?? []) {
        for (const [name, value] of Object.entries(attributes)) {
          if (place.getAttribute(name) !== `${value}`) place.setAttribute(name, `${value}`);
        }
        if (text !== undefined && place.textContent !== text) place.textContent = text;
      }
    }
  }

  /** The line over the picture, and what the caption says of it. */
  private tell(policy: string, words: string): void {
    const [whose, said] = find(this.root, '#topology-now').children;
    const swatch = whose?.firstElementChild;
    const chosen = this.root.querySelector('input[type=radio]:checked ~ .policy .swatch');
    if (chosen && swatch) swatch.className = chosen.className;
    if (whose?.lastChild) whose.lastChild.textContent = policy;
    if (said) said.textContent = words;
    const { worst } = this.scene;
    const isWorst = worst.policy === this.policy && worst.moment === this.moment;
    find<HTMLElement>(this.root, '#topology-why').hidden = !isWorst;
  }

  private step(by: 1 | -1): void {
    this.halt();
    const moments = toldMoments(this.film);
    const next =
      by > 0
        ? moments.find((moment) => moment > this.moment)
        : moments.findLast((moment) => moment < this.moment);
    this.go(next ?? (by > 0 ? this.film.length - 1 : 0));
  }

  private start(): void {
    if (this.moment >= this.film.length - 1) this.go(0);
    this.stop = this.still.matches ? this.steps() : this.runs();
    this.play.textContent = 'Pause';
    this.play.setAttribute('aria-pressed', 'true');
    this.stage.classList.toggle('playing', !this.still.matches);
  }

  private halt(): void {
    this.stop?.();
    this.stop = null;
    this.play.textContent = 'Play';
    this.play.setAttribute('aria-pressed', 'false');
    this.stage.classList.remove('playing');
  }

  /** From event to event, nothing in between. */
  private steps(): () => void {
    const timer = setInterval(() => {
      const next = toldMoments(this.film).find((moment) => moment > this.moment);
      this.go(next ?? this.film.length - 1);
      if (this.moment >= this.film.length - 1) this.halt();
    }, STEP_MS);
    return () => clearInterval(timer);
  }

  /** Through every moment; the speed says how many seconds of the run go by in one. */
  private runs(): () => void {
    let before = performance.now();
    let at = this.moment;
    let request = 0;
    const tick = (now: number): void => {
      at += (((now - before) / 1000) * Number(this.speed.value)) / this.film.seconds;
      before = now;
      const moment = Math.min(this.film.length - 1, Math.floor(at));
      if (moment !== this.moment) this.go(moment);
      if (moment >= this.film.length - 1) this.halt();
      else request = requestAnimationFrame(tick);
    };
    request = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(request);
  }
}
