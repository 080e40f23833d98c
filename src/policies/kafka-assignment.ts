const NONE = -1;

/**
 * Kafka's range assignor, for one topic: partitions in order, members in order, each a run of them;
 * where they do not divide evenly the first members get one more.
 * Source: Apache Kafka, `RangeAssignor`.
 *
 * @param members in order, each once
 * @returns by partition: its member; -1 where there are no members
 */
export function rangeAssignment(partitions: number, members: readonly number[]): Int32Array {
  const owners = new Int32Array(partitions).fill(NONE);
  if (members.length === 0) return owners;
  const each = Math.floor(partitions / members.length);
  const more = partitions % members.length;
  let next = 0;
  members.forEach((member, at) => {
    const count = each + (at < more ? 1 : 0);
    owners.fill(member, next, next + count);
    next += count;
  });
  return owners;
}

/**
 * Kafka's cooperative sticky assignor, for one topic: as even as it can be (nobody has two more than
 * another), and of all such assignments one that moves least: a partition leaves its member only
 * where that has too many, or is gone. Source: Apache Kafka, `CooperativeStickyAssignor`.
 *
 * @param owners by partition: who has it now; -1, or one that is no member any more, for nobody
 * @param members in order, each once
 * @returns by partition: its member; -1 where there are no members
 */
export function stickyAssignment(owners: Int32Array, members: readonly number[]): Int32Array {
  const next = new Int32Array(owners.length).fill(NONE);
  if (members.length === 0) return next;
  const each = Math.floor(owners.length / members.length);
  let more = owners.length % members.length;
  const has = new Map(members.map((member) => [member, 0]));
  for (const owner of owners) {
    const count = has.get(owner);
    if (count !== undefined) has.set(owner, count + 1);
  }
  // Who has one more than the others keeps it, first come first served; then those who have least.
  const room = new Map<number, number>();
  for (const member of members) {
    const keepsMore = more > 0 && (has.get(member) ?? 0) > each;
    if (keepsMore) more--;
    room.set(member, each + (keepsMore ? 1 : 0));
  }
  for (const member of members) {
    if (more === 0) break;
    if (room.get(member) !== each) continue;
    room.set(member, each + 1);
    more--;
  }
  owners.forEach((owner, partition) => {
    const left = room.get(owner) ?? 0;
    if (left === 0) return;
    next[partition] = owner;
    room.set(owner, left - 1);
  });
  let at = 0;
  for (let partition = 0; partition < next.length; partition++) {
    if (next[partition] !== NONE) continue;
    while ((room.get(members[at]) ?? 0) === 0) at++;
    next[partition] = members[at];
    room.set(members[at], (room.get(members[at]) ?? 0) - 1);
  }
  return next;
}
