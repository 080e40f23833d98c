/**
 * Expressions of charts, made into functions once and called for every point. A content security
 * policy that allows no `eval` leaves Vega an interpreter of its own, which walks the syntax tree
 * anew for each value and took nine tenths of the time that a page needed to draw. Only
 * expressions of our own charts come here; what a scenario calls things is never code.
 */

/** A node of a parsed expression, as Vega's parser writes it. */
interface Node {
  type: string;
  name?: string;
  value?: unknown;
  operator?: string;
  computed?: boolean;
  object?: Node;
  property?: Node;
  callee?: Node;
  arguments?: Node[];
  elements?: Node[];
  left?: Node;
  right?: Node;
  argument?: Node;
  test?: Node;
  consequent?: Node;
  alternate?: Node;
  properties?: { key: Node; value: Node }[];
}

/** An event with what Vega knows of it. */
interface Vega {
  vega?: Functions;
  item?: { datum?: unknown };
}

/** What an expression is asked with. */
interface Asked {
  params?: Record<string, unknown> | undefined;
  datum?: unknown;
  event?: Vega | undefined;
  item?: unknown;
}

type Evaluate = (asked: Asked) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: operators of expressions take what they are given
type Any = any;
type Functions = Record<string, (...args: unknown[]) => unknown>;

const CONSTANTS: Record<string, unknown> = {
  ...{ NaN, E: Math.E, LN2: Math.LN2, LN10: Math.LN10, PI: Math.PI, SQRT2: Math.SQRT2 },
  ...{ undefined: undefined, MIN_VALUE: Number.MIN_VALUE, MAX_VALUE: Number.MAX_VALUE },
};

/** What the language has built in; the rest (scales, formats, data) are Vega's. */
const BUILT_IN: Record<string, (...args: Any[]) => unknown> = {
  ...{ isNaN: Number.isNaN, isFinite: Number.isFinite, parseFloat, parseInt },
  ...{ abs: Math.abs, ceil: Math.ceil, floor: Math.floor, round: Math.round },
  ...{ max: Math.max, min: Math.min, exp: Math.exp, log: Math.log, sqrt: Math.sqrt, pow: Math.pow },
  ...{ sin: Math.sin, cos: Math.cos },
  clamp: (value: number, low: number, high: number) => Math.max(low, Math.min(high, value)),
  length: (of: { length: number }) => of.length,
  indexof: (of: string | unknown[], what: never) => of.indexOf(what),
  join: (of: unknown[], by?: string) => of.join(by),
  slice: (of: string | unknown[], from?: number, to?: number) => of.slice(from, to),
  upper: (text: unknown) => String(text).toUpperCase(),
  lower: (text: unknown) => String(text).toLowerCase(),
  substring: (text: unknown, from: number, to?: number) => String(text).substring(from, to),
  replace: (text: unknown, what: string | RegExp, by: string) => String(text).replace(what, by),
  split: (text: unknown, by: string) => String(text).split(by),
  trim: (text: unknown) => String(text).trim(),
  regexp: (source: string, flags?: string) => new RegExp(source, flags),
  test: (pattern: string | RegExp, text: string) => RegExp(pattern).test(text),
};

/** What only an event knows. */
const OF_EVENTS = new Set(['view', 'item', 'group', 'xy', 'x', 'y']);

const BINARY: Record<string, (a: Any, b: Any) => unknown> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  // biome-ignore lint/suspicious/noDoubleEquals: the language has both kinds of equality
  '==': (a, b) => a == b,
  // biome-ignore lint/suspicious/noDoubleEquals: the language has both kinds of equality
  '!=': (a, b) => a != b,
  '===': (a, b) => a === b,
  '!==': (a, b) => a !== b,
};

const UNARY: Record<string, (a: Any) => unknown> = {
  '+': (a) => +a,
  '-': (a) => -a,
  '!': (a) => !a,
};

/** The function of a tree; throws for what no chart may use. */
function compile(node: Node, fn: Functions): Evaluate {
  const of = (part: Node | undefined): Evaluate => compile(part as Node, fn);
  switch (node.type) {
    case 'Literal': {
      const { value } = node;
      return () => value;
    }
    case 'Identifier':
      return identifier(node.name as string);
    case 'MemberExpression':
      return member(node, fn);
    case 'CallExpression':
      return call(node, fn);
    case 'ArrayExpression': {
      const elements = (node.elements ?? []).map(of);
      return (asked) => elements.map((element) => element(asked));
    }
    case 'ObjectExpression': {
      const pairs = (node.properties ?? []).map(
        ({ key, value }) => [key.name ?? String(key.value), of(value)] as const,
      );
      return (asked) => Object.fromEntries(pairs.map(([key, value]) => [key, value(asked)]));
    }
    case 'BinaryExpression': {
      const [left, right] = [of(node.left), of(node.right)];
      const operate = known(BINARY, node.operator);
      return (asked) => operate(left(asked), right(asked));
    }
    case 'UnaryExpression': {
      const argument = of(node.argument);
      const operate = known(UNARY, node.operator);
      return (asked) => operate(argument(asked));
    }
    case 'LogicalExpression': {
      const [left, right] = [of(node.left), of(node.right)];
      if (node.operator === '&&') return (asked) => left(asked) && right(asked);
      return (asked) => left(asked) || right(asked);
    }
    case 'ConditionalExpression':
      return either(of(node.test), of(node.consequent), of(node.alternate));
    default:
      throw new Error(`no chart may use a ${node.type}`);
  }
}

function either(test: Evaluate, then: Evaluate, otherwise: Evaluate): Evaluate {
  return (asked) => (test(asked) ? then(asked) : otherwise(asked));
}

function identifier(name: string): Evaluate {
  if (name === 'datum') return ({ datum }) => datum;
  if (name === 'event') return ({ event }) => event;
  if (name === 'item') return ({ item }) => item;
  if (Object.hasOwn(CONSTANTS, name)) {
    const constant = CONSTANTS[name];
    return () => constant;
  }
  const param = `$${name}`;
  return ({ params }) => params?.[param];
}

function member(node: Node, fn: Functions): Evaluate {
  const object = compile(node.object as Node, fn) as (asked: Asked) => Any;
  if (!node.computed) {
    const name = (node.property as Node).name as string;
    return (asked) => object(asked)[name];
  }
  const property = compile(node.property as Node, fn) as (asked: Asked) => Any;
  return (asked) => object(asked)[property(asked)];
}

function call(node: Node, fn: Functions): Evaluate {
  // Encoders call functions of their own with a low line before the name.
  const name = String(node.callee?.name).replace(/^_/, '');
  const args = (node.arguments ?? []).map((arg) => compile(arg, fn));
  const [first, second, third] = args as [Evaluate, Evaluate, Evaluate];
  if (name === 'if') return either(first, second, third);
  if (OF_EVENTS.has(name)) {
    return (asked) => asked.event?.vega?.[name]?.(...args.map((arg) => arg(asked)));
  }
  const called = (fn[name] ?? known(BUILT_IN, name)).bind(fn) as (...args: unknown[]) => unknown;
  switch (args.length) {
    case 1:
      return (asked) => called(first(asked));
    case 2:
      return (asked) => called(first(asked), second(asked));
    case 3:
      return (asked) => called(first(asked), second(asked), third(asked));
    default:
      return (asked) => called(...args.map((arg) => arg(asked)));
  }
}

function known<T>(table: Record<string, T>, name: string | undefined): T {
  const found = name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new Error(`no chart may use ${name} in an expression`);
  return found;
}

interface Context {
  functions: Functions;
}
interface Parsed {
  ast: Node;
}
type Item = Record<string, unknown>;

/** Writes what channels say into a mark; 1 where anything is new. */
function encoder(channels: Record<string, Parsed>, marktype: string, fn: Functions): Any {
  const written = Object.entries(channels).map(
    ([name, { ast }]) => [name, compile(ast, fn)] as const,
  );
  const has = new Set(Object.keys(channels));
  const swaps = marktype === 'group' || marktype === 'image' || marktype === 'rect';
  return (item: Item, params: Record<string, unknown>) => {
    const asked: Asked = { params, datum: item['datum'], item };
    let isNew = 0;
    for (const [name, evaluate] of written) {
      const value = evaluate(asked);
      if (item[name] !== value) {
        item[name] = value;
        isNew = 1;
      }
    }
    if (marktype !== 'rule') {
      place(item, has, { from: 'x', to: 'x2', middle: 'xc', size: 'width', swaps });
      place(item, has, { from: 'y', to: 'y2', middle: 'yc', size: 'height', swaps });
    }
    return isNew;
  };
}

interface Axis {
  from: string;
  to: string;
  middle: string;
  size: string;
  swaps: boolean;
}

/** A mark with two ends has a place and a size. */
function place(item: Item, has: ReadonlySet<string>, axis: Axis): void {
  const { from, to, middle, size } = axis;
  if (has.has(to)) {
    if (has.has(from)) {
      const [a, b] = [item[from] as number, item[to] as number];
      if (axis.swaps && a > b) [item[from], item[to]] = [b, a];
      item[size] = (item[to] as number) - (item[from] as number);
    } else {
      item[from] = (item[to] as number) - ((item[size] as number) || 0);
    }
  }
  if (has.has(middle)) item[from] = (item[middle] as number) - ((item[size] as number) || 0) / 2;
}

/** What a Vega view takes as `expr`: expressions without `eval`. */
export const chartExpressions = {
  operator: ({ functions }: Context, { ast }: Parsed): Any => {
    const evaluate = compile(ast, functions);
    return (params: Asked['params']) => evaluate({ params });
  },
  parameter: ({ functions }: Context, { ast }: Parsed): Any => {
    const evaluate = compile(ast, functions);
    return (datum: unknown, params: Asked['params']) => evaluate({ params, datum });
  },
  event: ({ functions }: Context, { ast }: Parsed): Any => {
    const evaluate = compile(ast, functions);
    return (event: Vega) => evaluate({ event });
  },
  handler: ({ functions }: Context, { ast }: Parsed): Any => {
    const evaluate = compile(ast, functions);
    return (params: Asked['params'], event: Vega) =>
      evaluate({ params, event, datum: event.item?.datum });
  },
  encode: (
    { functions }: Context,
    { marktype, channels }: { marktype: string; channels: Record<string, Parsed> },
  ): Any => encoder(channels, marktype, functions),
};
