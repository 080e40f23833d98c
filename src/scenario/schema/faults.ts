import * as say from '../messages.js';
import { type Read, type Refusal, read, refuse } from '../refusal.js';
import { EDGE_PATTERN } from './edge-pattern.js';
import { count, duration, number, reference, share } from './figures.js';
import { also, documents, leaf, map, oneOf, optional, type Schema } from './kit.js';

/** A fault as written: exactly one of its heads stands. */
export interface Fault {
  /** Undefined where `when` stands. */
  at: number | undefined;
  when: Condition | undefined;
  /** Infinity: once. */
  every: number;
  /** Infinity: for good. */
  for: number;
  slow: string | undefined;
  errors: string | undefined;
  crash: string | undefined;
  pause: string | undefined;
  capacity: string | undefined;
  latency: string | undefined;
  drop: string | undefined;
  surge: string | undefined;
  flush: string | undefined;
  /** What it lays over the scenario; read as a layer of its own. */
  set: unknown;
  factor: number | undefined;
  to: number | undefined;
  share: number | undefined;
  ratio: number | undefined;
  restart: number | undefined;
  workers: number | undefined;
  add: number | undefined;
  replicas: number | undefined;
}

/** METRIC OP VALUE, the value not read yet: its unit is the metric's. */
export interface Condition {
  metric: string;
  op: '<' | '<=' | '>' | '>=' | '==' | '!=';
  value: string;
}

/** The keys each head needs (one of), and may have beside them. */
const COMPANIONS: Record<string, { needs: string[]; may: string[] }> = {
  slow: { needs: ['factor', 'to'], may: ['share', 'replicas'] },
  errors: { needs: ['ratio'], may: ['replicas'] },
  crash: { needs: [], may: ['restart', 'replicas'] },
  pause: { needs: [], may: ['replicas'] },
  capacity: { needs: ['workers', 'share'], may: ['replicas'] },
  latency: { needs: ['add'], may: [] },
  drop: { needs: ['ratio'], may: [] },
  surge: { needs: ['factor'], may: [] },
  flush: { needs: [], may: ['replicas'] },
  set: { needs: [], may: [] },
};
const HEADS = Object.keys(COMPANIONS);
const OPTIONS = ['factor', 'to', 'ratio', 'share', 'restart', 'workers', 'add', 'replicas'];

const target = reference('a service or dependency, or NAME/ROUTE', true);
const component = reference('a service or dependency', false);

const edges: Schema<string> = leaf(
  (input) =>
    typeof input === 'string' && new RegExp(EDGE_PATTERN).test(input)
      ? read(input)
      : refuse(say.notAPattern(String(input))),
  { type: 'string', pattern: EDGE_PATTERN },
);

const CONDITION = '^(\\S.*?) +(<=|>=|==|!=|<|>) +(\\S+)$';

/** METRIC OP value. */
export const condition: Schema<Condition> = leaf(
  (input): Read<Condition> => {
    const [, metric, op, value] = new RegExp(CONDITION).exec(String(input).trim()) ?? [];
    if (typeof input !== 'string' || metric === undefined || value === undefined) {
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
      slow: optional(target, 'Work that starts there takes longer: `factor` times, or `to`.'),
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
      restart: optional(duration, 'How long it is down (crash), as `for`; left out: for good.'),
      workers: optional(count(0), 'So many of a replica at once (capacity).'),
      add: optional(duration, 'The delay on the way there (latency).'),
      replicas: optional(count(1), 'Strikes the first so many; left out: all, of a crash one.'),
    }) as unknown as Schema<Fault>,
    (written) => oneOf(written, HEADS, 'a fault') ?? begins(written) ?? options(written),
  );
  documents.add(made, {
    id: 'fault',
    description: 'Something that goes wrong for a time.',
    oneOf: HEADS.map((head) => ({ required: [head] })),
  });
  return made;
}

function begins(written: Fault): Refusal | undefined {
  return oneOf(written, ['at', 'when'], 'the beginning of a fault');
}

function options(written: Fault): Refusal | undefined {
  const present = (key: string): boolean => (written as never)[key] !== undefined;
  const head = HEADS.find(present) ?? '';
  const { needs, may } = COMPANIONS[head] ?? { needs: [], may: OPTIONS };
  const stray = OPTIONS.find((key) => present(key) && !needs.includes(key) && !may.includes(key));
  if (stray !== undefined) {
    const owners = Object.entries(COMPANIONS).flatMap(([owner, keys]) =>
      [...keys.needs, ...keys.may].includes(stray) ? [owner] : [],
    );
    return say.strayCompanion(stray, owners);
  }
  if (needs.length === 0) return undefined;
  return oneOf(written, needs, `a fault of ${head}`);
}
