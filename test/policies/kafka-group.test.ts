import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeAssignment, stickyAssignment } from '../../src/policies/kafka-assignment.js';
import { KafkaGroup } from '../../src/policies/kafka-group.js';

const S = 1e9;

function counts(owners: Int32Array, members: readonly number[]): number[] {
  return members.map((member) => owners.filter((owner) => owner === member).length);
}

describe('who gets which partition', () => {
  it('range: members in order get runs, the first ones one more', () => {
    expect([...rangeAssignment(7, [0, 1, 2])]).toEqual([0, 0, 0, 1, 1, 2, 2]);
    expect([...rangeAssignment(2, [3, 5, 8])]).toEqual([3, 5]);
    expect([...rangeAssignment(3, [])]).toEqual([-1, -1, -1]);
  });

  it('sticky: a member that leaves gives up its own and nothing else moves', () => {
    const owners = Int32Array.from([0, 0, 1, 1, 2, 2]);
    expect([...stickyAssignment(owners, [0, 2])]).toEqual([0, 0, 0, 2, 2, 2]);
  });

  it('sticky: one that joins takes what makes it even, and no more', () => {
    const owners = Int32Array.from([0, 0, 0, 1, 1, 1]);
    const next = stickyAssignment(owners, [0, 1, 2]);
    expect(counts(next, [0, 1, 2])).toEqual([2, 2, 2]);
    expect(next.filter((owner, p) => owner !== owners[p])).toHaveLength(2);
  });

  it('is even, and sticky moves no more than has to move', () => {
    const few = fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 8 });
    const owners = fc.array(fc.integer({ min: -1, max: 9 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(owners, few, (had, unsorted) => {
        const members = [...unsorted].sort((a, b) => a - b);
        const before = Int32Array.from(had);
        const after = stickyAssignment(before, members);
        for (const all of [after, rangeAssignment(had.length, members)]) {
          const each = counts(all, members);
          expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
          expect(each.reduce((a, b) => a + b, 0)).toBe(had.length);
        }
        const least = Math.floor(had.length / members.length);
        const extra = had.length % members.length;
        const sorted = counts(before, members).sort((a, b) => b - a);
        // What must move: whatever is nobody's, and what members have beyond an even share.
        const kept = sorted.reduce(
          (sum, n, i) => sum + Math.min(n, least + (i < extra ? 1 : 0)),
          0,
        );
        const stays = after.filter((owner, p) => owner === before[p]).length;
        expect(stays).toBe(kept);
      }),
    );
  });
});

describe('a consumer group', () => {
  it('begins for free; a member that comes or goes begins a rebalance', () => {
    const group = new KafkaGroup({ partitions: 4, takesNs: 3 * S, mode: 'eager' });
    group.begin([0, 1]);
    expect([...group.owners]).toEqual([0, 0, 1, 1]);
    expect(group.rebalances).toBe(0);
    group.join(2, 10 * S);
    expect(group.endsNs).toBe(13 * S);
    expect([...group.stands]).toEqual([1, 1, 1, 1]);
    expect(group.end()).toBe(1);
    expect([...group.owners]).toEqual([0, 0, 1, 2]);
    expect([...group.stands]).toEqual([0, 0, 0, 0]);
  });

  it('cooperative: only what moves stands', () => {
    const group = new KafkaGroup({ partitions: 4, takesNs: 3 * S, mode: 'cooperative' });
    group.begin([0, 1]);
    group.join(2, 0);
    expect(group.stands.filter((one) => one === 1)).toHaveLength(1);
    expect(group.end()).toBe(1);
  });

  it('what changes during a rebalance prolongs it, and is no further one', () => {
    const group = new KafkaGroup({ partitions: 4, takesNs: 3 * S, mode: 'eager' });
    group.begin([0, 1]);
    group.leave(1, 0);
    group.join(2, 2 * S);
    expect(group.endsNs).toBe(5 * S);
    expect(group.rebalances).toBe(1);
    group.end();
    group.leave(0, 6 * S);
    group.leave(2, 7 * S);
    expect(group.endsNs).toBe(Infinity);
    expect([...group.owners]).toEqual([-1, -1, -1, -1]);
  });
});
