import { createRequire } from 'node:module';
import { Resvg } from '@resvg/resvg-js';

/** The font that ships with us: pictures of any machine have the same letters, and the same bytes. */
const FAMILY = 'DejaVu Sans';
const FACES = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/** Pixels across one of the picture's own, so that it is sharp on any screen. */
const ZOOM = 2;

/** An SVG as PNG, on white. The fonts of the machine are not looked at. */
export function pngOf(svg: string, { zoom = ZOOM, fonts = fontFiles() } = {}): Uint8Array {
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: zoom },
    background: '#ffffff',
    font: {
      loadSystemFonts: false,
      fontFiles: fonts,
      defaultFontFamily: FAMILY,
      sansSerifFamily: FAMILY,
    },
  });
  return resvg.render().asPng();
}

function fontFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return FACES.map((face) => resolve(`dejavu-fonts-ttf/ttf/${face}`));
}
