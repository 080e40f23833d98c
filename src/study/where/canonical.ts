/** Marks what JSON has no word for; a key of ours that begins with it gets one more. */
const MARK = '$';

const ARRAYS = {
  Float64Array,
  Float32Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
};

type NumberArray = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>;

/**
 * The one text that stands for this plain data, whatever the order of its keys: JSON with sorted
 * keys, and marks for Infinity, undefined, typed arrays, maps and sets. `fromCanonicalText` gives
 * the data back, so two texts are the same only where the data is. Throws at what is no plain data.
 */
export function canonicalText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return String(value);
    case 'undefined':
      return marked('undefined');
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      throw new Error(`a ${typeof value} is no plain data`);
  }
}

/** The data that a canonical text stands for. */
export function fromCanonicalText(text: string): unknown {
  return unmarked(JSON.parse(text));
}

function numberText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? String(value) : marked(String(value));
}

function objectText(value: object): string {
  if (Array.isArray(value)) return `[${Array.from(value, canonicalText).join()}]`;
  if (value instanceof Map) return marked('Map', [...value].flat());
  if (value instanceof Set) return marked('Set', [...value]);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return recordText(value as Record<string, unknown>);
  }
  const name = value.constructor.name;
  if (!Object.hasOwn(ARRAYS, name)) throw new Error(`a ${name} is no plain data`);
  return marked(name, Array.from(value as NumberArray));
}

function recordText(value: Record<string, unknown>): string {
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const written = JSON.stringify(key.startsWith(MARK) ? MARK + key : key);
    text += `${text === '' ? '' : ','}${written}:${canonicalText(value[key])}`;
  }
  return `{${text}}`;
}

function marked(what: string, of?: unknown[]): string {
  const rest = of === undefined ? '' : `,"of":${canonicalText(of)}`;
  return `{"${MARK}":"${what}"${rest}}`;
}

function unmarked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unmarked);
  const record = value as Record<string, unknown>;
  if (Object.hasOwn(record, MARK)) return meant(record[MARK] as string, record['of'] as unknown[]);
  return Object.fromEntries(
    Object.entries(record).map(([key, of]) => [
      key.startsWith(MARK) ? key.slice(MARK.length) : key,
      unmarked(of),
    ]),
  );
}

function meant(what: string, written: unknown[]): unknown {
  if (written === undefined) return what === 'undefined' ? undefined : Number(what);
  const of = written.map(unmarked);
  if (what === 'Set') return new Set(of);
  if (what === 'Map') {
    return new Map(of.flatMap((key, i) => (i % 2 === 0 ? [[key, of[i + 1]] as const] : [])));
  }
  return ARRAYS[what as keyof typeof ARRAYS].from(of as number[]);
}
