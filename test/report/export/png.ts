import { inflateSync } from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** Red, green, blue, alpha of each pixel. */
  data: Uint8Array;
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Reads a PNG of 8 bits a channel with alpha, by the specification (W3C, PNG, third edition). */
export function pixelsOf(file: Uint8Array): Pixels {
  const bytes = Buffer.from(file);
  if (SIGNATURE.some((byte, index) => bytes[index] !== byte)) throw new Error('no PNG');
  const parts: Buffer[] = [];
  let head = bytes;
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') head = content;
    if (type === 'IDAT') parts.push(content);
    at += 12 + length;
  }
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  if (head[8] !== 8 || head[9] !== 6 || head[12] !== 0) throw new Error('not 8 bits RGBA');
  return { width, height, data: unfiltered(inflateSync(Buffer.concat(parts)), width, height) };
}

function unfiltered(raw: Uint8Array, width: number, height: number): Uint8Array {
  const row = width * 4;
  const data = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (row + 1)]!;
    for (let x = 0; x < row; x++) {
      const left = x < 4 ? 0 : data[y * row + x - 4]!;
      const up = y === 0 ? 0 : data[(y - 1) * row + x]!;
      const corner = x < 4 || y === 0 ? 0 : data[(y - 1) * row + x - 4]!;
      const by = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      data[y * row + x] = raw[y * (row + 1) + 1 + x]! + by;
    }
  }
  return data;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value)) as [
    number,
    number,
    number,
  ];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** How many pixels of two pictures of one size differ. */
export function differing(a: Pixels, b: Pixels): number {
  let count = 0;
  for (let at = 0; at < a.data.length; at += 4) {
    if ([0, 1, 2, 3].some((channel) => a.data[at + channel] !== b.data[at + channel])) count++;
  }
  return count;
}
