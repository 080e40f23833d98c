import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { count, mebibytes, type Spread, spread, spreadOf, table } from './figures.js';
import {
  HERE,
  measured,
  SCRATCH,
  SPILLWAY,
  say,
  simpyPython,
  type Used,
  yardstick,
} from './processes.js';

/** One of the three models; sizes are customers, for W3 simulated seconds. */
interface Model {
  name: string;
  size: number;
  /** Simulated seconds of the scenario for one unit of size. */
  secondsEach: number;
  /** SimPy runs this much and is scaled up: it has no more to tell, and takes an hour for it. */
  simpySize: number;
  /** Seconds of the scenario for one of the yardstick's time units. */
  unitSeconds: number;
}

const MODELS: Model[] = [
  { name: 'W1', size: 20e6, secondsEach: 1 / 800, simpySize: 200_000, unitSeconds: 1e-3 },
  { name: 'W2', size: 10e6, secondsEach: 1 / 8000, simpySize: 100_000, unitSeconds: 1e-3 },
  { name: 'W3', size: 600, secondsEach: 1, simpySize: 20, unitSeconds: 1 },
];
const QUICK = 1 / 20;

/** What the bench reads of the JSON that a run prints. */
interface Said {
  policies: Record<
    string,
    { events: number; ledger: { good: number }; metrics: Record<string, number | null> }
  >;
}

interface Yardstick {
  mean: number;
  events: number;
  attempts: number;
  good: number;
}

interface Round {
  ours: Used;
  /** CPU seconds of the same run over next to nothing: what starting costs. */
  startSeconds: number;
  said: Said;
  theirs: (Used & Yardstick) | null;
  /** CPU seconds of SimPy, scaled to the model's size. */
  simpySeconds: number | null;
}

/** The three models, each in turn with its yardsticks, one process each; prints a table. */
export function benchModels(rounds: number, quick: boolean): void {
  const simpy = simpyPython();
  say(yardstick === null ? 'C++: no g++ here, not measured' : 'C++: g++, -O3 -march=native');
  say(`SimPy: ${simpy === null ? 'not installed' : `${simpy.version}, smaller runs scaled up`}`);
  const rows = MODELS.map((model) => {
    const size = quick ? model.size * QUICK : model.size;
    const file = sized(model, size, 'whole');
    const start = sized(model, size / 1e4, 'start');
    const done = Array.from({ length: rounds }, (_, round) => {
      say(`${model.name}: round ${round + 1} of ${rounds}`);
      return oneRound(model, size, { file, start }, round + 1, simpy?.python ?? null);
    });
    compareFigures(model, done);
    return rowOf(`${model.name}, ${count(size)} ${model.name === 'W3' ? 's' : 'customers'}`, done);
  });
  console.log(table(HEAD, rows));
}

/** The model's scenario with the length that the size takes. */
function sized(model: Model, size: number, name: string): string {
  const text = readFileSync(join(HERE, `${model.name.toLowerCase()}.yaml`), 'utf8');
  const file = join(SCRATCH, `${model.name}-${name}.yaml`);
  writeFileSync(
    file,
    text.replace(/^duration: .*$/m, `duration: ${(size * model.secondsEach).toFixed(3)}s`),
  );
  return file;
}

function oneRound(
  model: Model,
  size: number,
  { file, start }: { file: string; start: string },
  seed: number,
  python: string | null,
): Round {
  let theirs: Round['theirs'] = null;
  if (yardstick !== null) {
    const run = measured([yardstick, 'pq', model.name, String(size), String(seed)]);
    theirs = { ...run, ...(JSON.parse(run.output()) as Yardstick) };
  }
  const startSeconds = measured([...SPILLWAY, 'run', start, ...PLAIN]).cpuSeconds;
  const ours = measured([...SPILLWAY, 'run', file, ...PLAIN, '--seed', String(seed)]);
  const said = JSON.parse(ours.output()) as Said;
  let simpySeconds: number | null = null;
  if (python !== null) {
    const script = [join(HERE, 'simpy_models.py'), model.name, String(model.simpySize)];
    const run = measured([python, ...script, String(seed)]);
    simpySeconds = (run.cpuSeconds / model.simpySize) * size;
  }
  return { ours, startSeconds, said, theirs, simpySeconds };
}

/** A run without anything that is no part of the model. */
export const PLAIN = ['--json', '--no-hockey-stick', '--quiet'];

const HEAD = [
  'model',
  'C++ pq, s CPU',
  'Spillway, s CPU',
  'of it start-up',
  'ratio to C++',
  'without start-up',
  'SimPy ÷ Spillway',
  'events/s',
  'attempts/s',
  'peak memory',
];

function rowOf(name: string, rounds: Round[]): string[] {
  const over = (value: (round: Round) => number | null, digits?: number): string => {
    const values = rounds.map(value).filter((known) => known !== null);
    return values.length === 0 ? '–' : spread(spreadOf(values), digits);
  };
  const median = (value: (round: Round) => number): Spread => spreadOf(rounds.map(value));
  return [
    name,
    over((round) => round.theirs?.cpuSeconds ?? null),
    over((round) => round.ours.cpuSeconds),
    over((round) => round.startSeconds),
    over((round) => round.theirs && round.ours.cpuSeconds / round.theirs.cpuSeconds),
    over(
      ({ ours, startSeconds, theirs }) =>
        theirs && (ours.cpuSeconds - startSeconds) / theirs.cpuSeconds,
    ),
    over((round) => round.simpySeconds && round.simpySeconds / round.ours.cpuSeconds, 1),
    count(median(({ ours, said }) => baseOf(said).events / ours.cpuSeconds).median),
    count(median(({ ours, said }) => attemptsOf(said) / ours.cpuSeconds).median),
    mebibytes(rounds[0]!.ours.rssBytes && median(({ ours }) => ours.rssBytes!).max),
  ];
}

function baseOf(said: Said): Said['policies'][string] {
  return Object.values(said.policies)[0]!;
}

function attemptsOf(said: Said): number {
  return baseOf(said).metrics['calls.customers -> server.attempts'] ?? 0;
}

/** Both simulate the same thing: their figures stand side by side, as means over the rounds. */
function compareFigures(model: Model, rounds: Round[]): void {
  const mean = (value: (round: Round) => number): number =>
    rounds.reduce((sum, round) => sum + value(round), 0) / rounds.length;
  const pair = (ours: (said: Said) => number, theirs: (told: Yardstick) => number): string => {
    const told = rounds.every((round) => round.theirs !== null)
      ? mean((round) => theirs(round.theirs!)).toPrecision(5)
      : 'not measured';
    return `${mean((round) => ours(round.said)).toPrecision(5)} (C++: ${told})`;
  };
  if (model.name === 'W3') {
    const attempts = pair(attemptsOf, (told) => told.attempts);
    const good = pair(
      (said) => baseOf(said).ledger.good,
      (told) => told.good,
    );
    say(`W3: attempts ${attempts}, answered in time ${good}`);
    return;
  }
  const latency = pair(
    (said) => (baseOf(said).metrics['latency.mean'] ?? Number.NaN) * 1e3,
    (told) => told.mean * model.unitSeconds * 1e3,
  );
  say(`${model.name}: mean latency ${latency} ms`);
}
