const GAP = 24;

interface Drawn {
  svg: string;
  width: number;
  height: number;
}

/** Pictures below each other, in one; each keeps its size. Their ids differ already. */
export function stacked(svgs: readonly string[]): string {
  const [only, ...more] = svgs;
  if (only !== undefined && more.length === 0) return only;
  const all = svgs.map(sized);
  const width = Math.max(...all.map((one) => one.width));
  let y = 0;
  const placed = all.map(({ svg, height }) => {
    const at = svg.replace('<svg ', `<svg x="0" y="${y}" `);
    y += height + GAP;
    return at;
  });
  const height = Math.max(0, y - GAP);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
${placed.join('\n')}
</svg>
`;
}

function sized(svg: string): Drawn {
  const head = /^[^>]*>/.exec(svg)?.[0] ?? '';
  const size = (name: string): number =>
    Number(new RegExp(` ${name}="([\\d.]+)"`).exec(head)?.[1] ?? NaN);
  const drawn = {
    svg: svg.slice(svg.indexOf('<svg')),
    width: size('width'),
    height: size('height'),
  };
  if (Number.isNaN(drawn.width + drawn.height)) throw new Error('a picture says no size');
  return drawn;
}
