import * as say from '../messages.js';
import { type Read, type Refusal, read, refuse } from '../refusal.js';
import { EDGE_PATTERN } from './edge-pattern.js';
import { count, duration, number, reference, share } from './figures.js';
import {
  also,
  documents,
  either,
  into,
  leaf,
  list,
  map,
  oneOf,
  optional,
  type Schema,
} from './kit.js';

/** A fault as written: exactly one of its heads stands. */
export interface Fault {
  /** Undefined where `when` stands. */
  at: number | undefined;
  when: Condition | undefined;
  /** Infinity: once. */
  every: number;
  /** Infinity: for good. */
  for: number;
  slow: string[] | undefined;
  errors: string[] | undefined;
  crash: string[] | undefined;
  pause: string[] | undefined;
  capacity: string[] | undefined;
  latency: string[] | undefined;
  drop: string[] | undefined;
  surge: string | undefined;
  flush: string[] | undefined;
  /** What it lays over the scenario; read as a layer of its own. */
  set: unknown;
  factor: number | undefined;
  to: number | undefined;
  share: number | undefined;
  ratio: number | undefined;
  /** Of a crash: how long it lasts. */
  restart: number | undefined;
  /** What an operator restarts, and how long that takes. */
  restarts: string[] | undefined;
  takes: number | undefined;
  workers: number | undefined;
  add: number | undefined;
  replicas: number | undefined;
  ramp: number | undefined;
}

/** METRIC OP VALUE, the value not read yet: its unit is the metric's. */
export interface Condition {
  metric: string;
  op: '<' | '<=' | '>' | '>=' | '==' | '!=';
  value: string;
}

/** The keys each head needs (one of), and may have beside them. */
const COMPANIONS: Record<string, { needs: string[]; may: string[] }> = {
  slow: { needs: ['factor', 'to'], may: ['share', 'replicas', 'ramp'] },
  errors: { needs: ['ratio'], may: ['replicas', 'ramp'] },
  crash: { needs: [], may: ['restart', 'replicas'] },
  pause: { needs: [], may: ['replicas'] },
  capacity: { needs: ['workers', 'share'], may: ['replicas', 'ramp'] },
  latency: { needs: ['add'], may: ['ramp'] },
  drop: { needs: ['ratio'], may: ['ramp'] },
  surge: { needs: ['factor'], may: [] },
  flush: { needs: [], may: ['replicas'] },
  set: { needs: [], may: [] },
  restart: { needs: ['takes'], may: ['replicas'] },
};
const HEADS = Object.keys(COMPANIONS);
const OPTIONS = [
  ...['factor', 'to', 'ratio', 'share', 'restart', 'takes', 'workers', 'add', 'replicas', 'ramp'],
];

/** One name, or a list of several that are struck together, each once. */
function oneOrMore(name: Schema<string>): Schema<string[]> {
  const names = also(list(name, { minItems: 1, uniqueItems: true }), (written) => {
    if (!Array.isArray(written)) return undefined;
    if (written.length === 0) return say.strikesNothing();
    const twice = written.find((one, i) => written.indexOf(one) < i);
    return twice === undefined ? undefined : say.struckTwice(String(twice));
  });
  return either(
    into(name, (one) => [one]),
    names,
  );
}

const target = oneOrMore(reference('a service or dependency, or NAME/ROUTE', true));
const component = oneOrMore(reference('a service or dependency', false));

const edges = oneOrMore(
  leaf(
    (input): Read<string> =>
      typeof input === 'string' && new RegExp(EDGE_PATTERN).test(input)
        ? read(input)
        : refuse(say.notAPattern(typeof input === 'string' ? input : '')),
    { type: 'string', pattern: EDGE_PATTERN },
  ),
);

const CONDITION = '^(\\S.*?) +(<=|>=|==|!=|<|>) +(\\S+)$';

/** METRIC OP value. */
export const condition: Schema<Condition> = leaf(
  (input): Read<Condition> => {
    const text = typeof input === 'string' ? input.trim() : '';
    const [, metric, op, value] = new RegExp(CONDITION).exec(text) ?? [];
    if (metric === undefined || value === undefined) {
      return refuse(say.notACondition());
    }
    return read({ metric, op: op as Condition['op'], value });
  },
  { type: 'string', pattern: CONDITION, examples: ['services.shop.queue.depth > 100'] },
);

/** One fault; `set` is what may stand under that head. */
export function fault(set: Schema<unknown>): Schema<Fault> {
  const made = also(
    map({
      at: optional(duration, 'When it begins; or `when`.'),
      when: optional(
        condition,
        'Begins when a figure of the series, over the last whole second, first is so: METRIC OP ' +
          'value. With `every` it may begin again so long after it began.',
      ),
      every: optional(
        duration,
        'Repeats it, from beginning to beginning; longer than it lasts.',
        Number.POSITIVE_INFINITY,
      ),
      for: optional(duration, 'How long it lasts; left out: for good.', Number.POSITIVE_INFINITY),
      slow: optional(
        target,
        'Work that starts there takes longer: `factor` times, or `to`. One name, or a list of ' +
          'several that are struck together, as with all faults of components and of edges.',
      ),
      errors: optional(target, 'A share `ratio` of its requests is answered with an error.'),
      crash: optional(
        component,
        'It answers an error to all it holds, and is out of rotation until `restart` is over.',
      ),
      pause: optional(component, 'It stands still.'),
      capacity: optional(component, 'Work starts only below so many `workers`, or that `share`.'),
      latency: optional(edges, 'What sets out on these edges takes `add` longer on its way.'),
      drop: optional(edges, 'A share `ratio` of what sets out is lost; nobody is told.'),
      surge: optional(reference('a producer', false), 'It sends `factor` times as much.'),
      flush: optional(
        component,
        'Its caches are emptied, at once; with `for` nothing is found or put while that lasts.',
      ),
      set: optional(set, "An operator's change, laid over the scenario; it is no fault."),
      factor: optional(number(0, true), 'How many times as long (slow), as much (surge).'),
      to: optional(duration, 'How long work then takes (slow).'),
      ratio: optional(share, 'The share of requests (errors), of attempts (drop).'),
      share: optional(share, 'The share of attempts (slow), of the workers (capacity).'),
      restart: optional(
        either(duration, component),
        'Of a crash, how long it is down, as `for`; left out: for good. Or, with `takes`, the name of ' +
          'what an operator restarts: it answers an error to all it holds, and is out of rotation ' +
          'for so long. That is no fault.',
      ),
      takes: optional(duration, 'How long an operator’s restart takes.'),
      workers: optional(count(0), 'So many of a replica at once (capacity).'),
      add: optional(duration, 'The delay on the way there (latency).'),
      replicas: optional(count(1), 'Strikes the first so many; left out: all, of a crash one.'),
      ramp: optional(
        duration,
        'It comes on linearly over so long (slow, errors, capacity, latency, drop), as each piece of ' +
          'work starts or attempt sets out; it ends at once. Left out: whole from the beginning.',
      ),
    }) as unknown as Schema<Written>,
    (written) => oneHead(written) ?? begins(written) ?? options(written),
  );
  documents.add(made, {
    id: 'fault',
    description: 'Something that goes wrong for a time.',
    oneOf: HEADS.map((head) => ({ required: head === 'restart' ? [head, 'takes'] : [head] })),
  });
  return into(made, ({ restart, ...written }): Fault => {
    const isTime = typeof restart === 'number';
    return isTime
      ? { ...written, restart, restarts: undefined }
      : { ...written, restart: undefined, restarts: restart };
  });
}

/** As it stands: `restart` is a time, or names of what is restarted. */
type Written = Omit<Fault, 'restart' | 'restarts'> & { restart: number | string[] | undefined };

/** What a fault is headed by, among the keys that stand. */
function headsOf(written: Written): string[] {
  return HEADS.filter((head) => {
    const value = (written as never)[head];
    return head === 'restart' ? Array.isArray(value) : value !== undefined;
  });
}

function oneHead(written: Written): Refusal | undefined {
  const present = headsOf(written);
  if (present.length === 1) return undefined;
  return present.length === 0 ? say.noneOf('a fault', HEADS) : say.severalOf('a fault', present);
}

function begins(written: Written): Refusal | undefined {
  return oneOf(written, ['at', 'when'], 'the beginning of a fault');
}

function options(written: Written): Refusal | undefined {
  const present = (key: string): boolean => (written as never)[key] !== undefined;
  const [head = ''] = headsOf(written);
  const { needs, may } = COMPANIONS[head] ?? { needs: [], may: OPTIONS };
  const goWith = [head, ...needs, ...may];
  const stray = OPTIONS.find((key) => present(key) && !goWith.includes(key));
  if (stray !== undefined) {
    const owners = Object.entries(COMPANIONS).flatMap(([owner, keys]) =>
      [...keys.needs, ...keys.may].includes(stray) ? [owner] : [],
    );
    return say.strayCompanion(stray, owners);
  }
  if (needs.length === 0) return undefined;
  return oneOf(written, needs, `a fault of ${head}`);
}
