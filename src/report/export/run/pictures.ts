import { NothingToExport, type RunSource } from './exporter.js';
import { stacked } from './stacked.js';

/** One picture, or all of them below each other. */
export async function* svg(source: RunSource): AsyncIterable<string> {
  yield await picture(source);
}

/** The same in pixels, twice as many as its size says, so that it is sharp on any screen. */
export async function* png(source: RunSource): AsyncIterable<Uint8Array> {
  const { pngOf } = await import('../../build/png.js');
  yield pngOf(await picture(source));
}

async function picture({ drawn, picture }: RunSource): Promise<string> {
  const { svgs } = await drawn();
  const names = Object.keys(svgs);
  if (names.length === 0) throw new NothingToExport('the result holds nothing to draw');
  if (picture === null) return stacked(Object.values(svgs));
  if (Object.hasOwn(svgs, picture)) return svgs[picture]!;
  throw new NothingToExport(
    `there is no picture "${picture}" of this run; it has: ${names.join(', ')}`,
  );
}
