/**
 * Makes a picture's text smaller without a change that can be seen: paths go by relative steps of a
 * tenth of a pixel, cells of one shade are one path, the font is named once, and what says nothing
 * is left out.
 */
export function smallSvg(svg: string): string {
  const small = svg
    .replace(/<path class="foreground" aria-hidden="true" d=""[^>]*\/>/g, '')
    .replace(/<path class="background" aria-hidden="true" d="M0,0h0v0h0Z"[^>]*\/>/g, '')
    .replace(/ opacity="1"/g, '')
    .replace(/<path aria-hidden="true"/g, '<path')
    .replace(/ d="([^"]*)"/g, (_, path: string) => ` d="${shortPath(path)}"`)
    .replace(/(?:<path d="[^"]*" fill="#[0-9a-f]{6}" stroke-width="0"\/>){2,}/g, oneOfAShade);
  return oneFont(small);
}

/** Neighbours that are filled alike, and have no edge, as one path. */
function oneOfAShade(paths: string): string {
  const merged: { fill: string; d: string }[] = [];
  for (const [, d = '', fill = ''] of paths.matchAll(/d="([^"]*)" fill="([^"]*)"/g)) {
    const last = merged.at(-1);
    if (last?.fill === fill) last.d += d;
    else merged.push({ fill, d });
  }
  return merged.map(({ fill, d }) => `<path d="${d}" fill="${fill}" stroke-width="0"/>`).join('');
}

/** The font that the texts share stands at the root. */
function oneFont(svg: string): string {
  const font = / font-family="[^"]*"/.exec(svg)?.[0];
  return font === undefined ? svg : svg.replaceAll(font, '').replace('<svg ', () => `<svg${font} `);
}

const NUMBER = /-?\d*\.?\d+(?:e[-+]?\d+)?/g;

/** A pair of tenths. Nothing is left out that a rounded digit would bring back. */
function pair(x: number, y: number): string {
  return `${x / 10},${y / 10}`;
}

/**
 * A path of moves, lines and closed ends by steps from point to point. The points are rounded, not
 * the steps, so that no error adds up. Any other path keeps its commands, rounded.
 */
function shortPath(path: string): string {
  if (!/^[MLZ\d.,e+-]*$/.test(path)) {
    return path.replace(NUMBER, (number) => String(Math.round(Number(number) * 10) / 10));
  }
  let x = 0;
  let y = 0;
  let lined = false;
  return path.replace(/([MLZ])([^MLZ]*)/g, (_, command: string, point: string) => {
    if (command === 'Z') {
      lined = false;
      return 'Z';
    }
    const [px = 0, py = 0] = (point.match(NUMBER) ?? []).map((n) => Math.round(Number(n) * 10));
    const [dx, dy] = [px - x, py - y];
    [x, y] = [px, py];
    const steps = lined && command === 'L';
    lined = command === 'L';
    if (command === 'M') return `M${pair(px, py)}`;
    // Steps after a first one need no letter.
    return `${steps ? ' ' : 'l'}${pair(dx, dy)}`;
  });
}
