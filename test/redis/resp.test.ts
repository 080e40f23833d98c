import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encoded, type Reply, ReplyError, ReplyReader } from '../../src/study/where/redis/resp.js';

/** A reply as Redis writes it. */
function written(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  if (reply instanceof ReplyError) return `-${reply.message}\r\n`;
  if (Buffer.isBuffer(reply)) throw new Error('as text only');
  return `*${reply.length}\r\n${reply.map(written).join('')}`;
}

const { reply } = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('reply'), { maxLength: 5 }) as fc.Arbitrary<Reply>,
  ),
}));

describe('the wire format of Redis', () => {
  it('is read the same in whatever pieces it comes', () => {
    fc.assert(
      fc.property(
        fc.array(reply, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }),
        (replies, sizes) => {
          const bytes = Buffer.from(replies.map(written).join(''));
          const reader = new ReplyReader();
          const read: Reply[] = [];
          for (let at = 0, piece = 0; at < bytes.length; piece++) {
            const size = sizes[piece % sizes.length]!;
            reader.take(bytes.subarray(at, at + size));
            at += size;
            for (let one = reader.next(false); one !== undefined; one = reader.next(false)) {
              read.push(one);
            }
          }
          expect(read).toEqual(replies);
        },
      ),
    );
  });

  it('gives bytes as they are where bytes are asked for', () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    const reader = new ReplyReader();
    reader.take(Buffer.concat([Buffer.from('$5\r\n'), bytes, Buffer.from('\r\n+OK\r\n')]));
    expect(reader.next(true)).toEqual(bytes);
    expect(reader.next(true)).toBe('OK');
    expect(reader.next(true)).toBeUndefined();
  });

  it('reads an error as one, and what is no Redis is said', () => {
    const reader = new ReplyReader();
    reader.take(Buffer.from('-WRONGPASS invalid\r\nHTTP/1.1 400 Bad Request\r\n'));
    expect(reader.next(false)).toEqual(new ReplyError('WRONGPASS invalid'));
    expect(() => reader.next(false)).toThrow('no Redis');
  });

  it('writes words by their length in bytes', () => {
    const words = ['SET', 'käse', 12, Buffer.from([0, 1])];
    expect(encoded(words).toString('latin1')).toBe(
      Buffer.from('*4\r\n$3\r\nSET\r\n$5\r\nkäse\r\n$2\r\n12\r\n$2\r\n\0\u0001\r\n').toString(
        'latin1',
      ),
    );
  });
});
