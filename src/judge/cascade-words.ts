import type {
  Change,
  CrashLoop,
  FailedCheck,
  LockHolder,
  Mark,
  MemoryMark,
  NoRoom,
  Trouble,
} from '../measure/measured.js';
import { count, figure, lasting, percent, seconds, size } from './wording.js';

/** What stands in the cascade. */
export function happened(mark: Mark): string {
  const { rotation } = mark;
  if (mark.trouble !== undefined) return `${failing(mark)}${changed(mark)}`;
  if (rotation === undefined) return saturated(mark);
  return `${seconds(mark.atNs)}  ${mark.component}: ${turned(mark.how, rotation)}`;
}

/** "replica 3 ejected by its health check (no answer in 1 s, 50 ms before), 1 of 4 left in rotation" */
function turned(how: Mark['how'], rotation: NonNullable<Mark['rotation']>): string {
  const { left, of, replica, why } = rotation;
  if (how === 'panic') return `only ${left} of ${of} healthy: all that are up are used`;
  if (how === 'nobody') return `none of ${of} left in rotation`;
  const said = why === undefined ? '' : ` (${failed(why)})`;
  return `replica ${replica + 1} ${how} by its health check${said}, ${left} of ${of} left in rotation`;
}

/** "no answer in 1 s, 52 ms before; 60 wait there, 1 at each other" */
function failed({ elsewhere, how, ns, usualNs, waiting }: FailedCheck): string {
  if (how === 'down') return 'it is down';
  const usual = usualNs === undefined ? '' : `, ${lasting(usualNs)} before`;
  const check = how === 'refused' ? 'refused' : `no answer in ${lasting(ns)}${usual}`;
  if (waiting === 0) return check;
  const others = elsewhere === undefined ? '' : `, ${figure(elsewhere)} at each other`;
  return `${check}; ${count(waiting)} wait there${others}`;
}

/** "stock: 98% of the calls from shop time out before they get there (0% before), until 80.0 s" */
function failing({ atNs, change, component, trouble, untilNs, workers }: Mark): string {
  const { before, from, how, share } = trouble as Trouble;
  const until = untilNs === Infinity ? '' : `, until ${seconds(untilNs)}`;
  const told = `${percent(share)} of the calls from ${from} ${FAILING[how]}`;
  const least = change?.workersBefore;
  const fewer = least === undefined ? '' : `; ${count(workers)} workers, ${count(least)} before`;
  return `${seconds(atNs)}  ${component}: ${told} (${percent(before)} before)${until}${fewer}`;
}

const FAILING: Readonly<Record<Trouble['how'], string>> = {
  lost: 'time out, and do not get there',
  timeout: 'time out',
  error: 'end in an error',
  rejected: 'are refused',
};

/** "61.2 s  payments-db: all 50 workers busy, queue growing by 720/s" */
function saturated(mark: Mark): string {
  if (mark.how === 'pool') {
    const head = `${seconds(mark.atNs)}  ${mark.component}: no connection free on ${mark.edge}`;
    return `${head}${changed(mark)}`;
  }
  if (mark.how === 'breaker') {
    const head = `${seconds(mark.atNs)}  ${mark.component}: breaker open on ${mark.edge}`;
    return `${head}${changed(mark)}`;
  }
  if (mark.how === 'lag') return `${seconds(mark.atNs)}  ${lag(mark)}`;
  if (mark.noRoom !== undefined) return `${seconds(mark.atNs)}  ${noRoom(mark, mark.noRoom)}`;
  if (mark.unasked !== undefined) return `${seconds(mark.atNs)}  ${unasked(mark, mark.unasked)}`;
  if (mark.how === 'lock') return `${seconds(mark.atNs)}  ${lock(mark)}${changed(mark)}`;
  const { memory } = mark;
  if (memory !== undefined) {
    const story = [gone(memory), ...gc(mark), away(memory)].join(', ');
    return `${seconds(mark.atNs)}  ${mark.component}: ${story}`;
  }
  const told = [busy(mark), queue(mark), ...gc(mark)].join(', ');
  return `${seconds(mark.atNs)}  ${mark.component}: ${told}${changed(mark)}${cold(mark)}`;
}

/** What is different from before: "; each one done takes a worker 4 times as long (80 ms); 2.5 times as many come (201/s)". */
function changed({ change }: Mark): string {
  const { arrivals, call, failing: fails, flow, held, nothing, route, senders } = change ?? {};
  const told: string[] = [];
  if (held !== undefined) told.push(`each one done takes a worker ${longer(held)}`);
  if (route !== undefined) {
    const { before, name, workers } = route;
    told.push(`${name} has ${figure(workers)} workers, ${figure(before)} before`);
  }
  if (nothing !== undefined) told.push(`none is done, ${figure(nothing.perSecond)}/s before`);
  if (call !== undefined) told.push(slow(call));
  if (fails !== undefined) {
    const { before, failed, of, to } = fails;
    const calls = `${count(failed)} of ${count(of)} calls to ${to} failed`;
    told.push(`${calls}, ${percent(before)} before`);
  }
  if (arrivals !== undefined) {
    const { first, perSecond, times } = arrivals;
    const tries =
      first && `, first tries ${figure(first.perSecond)}/s, ${figure(first.before)}/s before`;
    told.push(`${figure(times)} times as many come (${figure(perSecond)}/s${tries ?? ''})`);
  }
  if (senders !== undefined) told.push(senders.map(sends).join(', '));
  if (flow !== undefined) told.push(passing(flow));
  return told.map((one) => `; ${one}`).join('');
}

/** "4 times as long (80 ms)" */
function longer({ ns, times }: NonNullable<Change['held']>): string {
  if (times === Infinity) return `${lasting(ns)}, no time before`;
  return `${figure(times)} times as long (${lasting(ns)})`;
}

/** "users send 360/s, 300/s before" */
function sends({ before, name, perSecond }: NonNullable<Change['senders']>[number]): string {
  const usual = before === 0 ? 'none' : `${figure(before)}/s`;
  return `${figure(perSecond)}/s from ${name} (${usual} before)`;
}

/** "600/s come (first tries 210/s), 190/s are done" */
function passing({ come, done, errors, first }: NonNullable<Change['flow']>): string {
  const tries = first === undefined ? '' : ` (first tries ${figure(first)}/s)`;
  const bad = errors === undefined ? '' : `, ${percent(errors)} of them with an error`;
  return `${figure(come)}/s come${tries}, ${figure(done)}/s are done${bad}`;
}

/** "a call to stock takes 1.0 s, 32 ms before, of which it is there for 31 ms" */
function slow({ arriving, to, ns, beforeNs, thereNs }: NonNullable<Change['call']>): string {
  const before = `${lasting(beforeNs)} before`;
  const lost = arriving === undefined ? '' : `; ${percent(arriving)} of them get there`;
  if (ns === Infinity) return `no call to ${to} comes back, it took ${before}${lost}`;
  const there = thereNs === undefined ? '' : `; it is there for only ${lasting(thereNs)} of that`;
  return `a call to ${to} takes ${lasting(ns)}, ${before}${there || lost}`;
}

/** Where the load comes from: "; the cache of web finds 15%, 87% before". */
function cold({ cold }: Mark): string {
  if (cold === undefined) return '';
  return `; the cache of ${cold.component} finds ${percent(cold.found)}, ${percent(cold.before)} before`;
}

/** "memory gone at 4 GiB with 229,376 waiting and 8 at work" */
function gone({ limitBytes, waiting, working, blocked }: MemoryMark): string {
  const parts = [`${count(waiting)} waiting`, `${count(working)} at work`];
  if (blocked > 0) parts.push(`${count(blocked)} at its door`);
  const held = `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `memory gone at ${size(limitBytes)} with ${held}`;
}

/** "replica 1 of 3 is down for 30.0 s" */
function away({ replica, replicas, awayNs }: MemoryMark): string {
  const who = replicas === 1 ? 'it is' : `replica ${replica + 1} of ${replicas} is`;
  return `${who} down for ${seconds(awayNs)}`;
}

function gc(mark: Mark): string[] {
  const { gc: of } = mark;
  if (of === undefined) return [];
  const slow = `gc makes work take ${of.slowdown.toFixed(1)} times as long`;
  if (mark.memory !== undefined) return [slow];
  return [`memory ${Math.floor(of.share * 100)}% full, ${slow}`];
}

/** "92.0 s  shop: replica 1 of 3 crashed 3 times, the last 4.0 s after it had come back" */
export function crashLoop(of: CrashLoop): string {
  const { atNs, component, replica, replicas, crashes, upNs, awayNs } = of;
  const who = replicas === 1 ? 'it' : `replica ${replica + 1} of ${replicas}`;
  const last = `the last ${seconds(upNs)} after it had come back from ${seconds(awayNs)} away`;
  return `${seconds(atNs)}  ${component}: ${who} crashed ${crashes} times, ${last}`;
}

/** "lock ledger: held without a break, 34 wait, growing by 12/s; 1.2 s by one request of reports at db" */
function lock({ component, depth, growthPerSecond, lock: found, workers }: Mark): string {
  const held = workers === 1 ? 'held' : `all ${count(workers)} held`;
  const head = `lock ${component}: ${held} without a break, ${count(depth)} wait`;
  if (found === undefined) return head;
  const { does, ns, usualNs, ...of } = found.holder;
  const usual = usualNs === undefined ? '' : ` (${lasting(usualNs)} on average before)`;
  const by = `${lasting(ns)}${usual} by one request of ${of.producer} at ${of.component}${DOES[does]}`;
  if (found.line === 'gives_up') return `${head}, others give up; ${by}`;
  if (found.line === 'has_all') return `${head}, and with them all workers of a replica; ${by}`;
  return `${head}, growing by ${figure(growthPerSecond)}/s; ${by}`;
}

const DOES: Readonly<Record<LockHolder['does'], string>> = {
  works: '',
  aside: ', which stood aside for others',
  calls: ', which waits for a call',
  locks: ', which waits for another lock',
  paused: ', which stands still',
};

function busy({ change, workers }: Mark): string {
  // Such a component is only ever busy where it stands still, or nobody is there.
  if (workers === Infinity) return 'nobody takes up any work';
  const told = workers === 1 ? 'its one worker busy' : `all ${count(workers)} workers busy`;
  const before = change?.workersBefore;
  const replicas = change?.replicas && `${change.replicas[0]} of ${change.replicas[1]} replicas`;
  if (before === undefined) return replicas === undefined ? told : `${told}, ${replicas} up`;
  const left = replicas === undefined ? '' : `: ${replicas} left`;
  return `${told} (${count(before)} before${left})`;
}

function queue(mark: Mark): string {
  if (mark.how === 'growing') return `queue growing by ${figure(mark.growthPerSecond)}/s`;
  if (mark.how === 'limit') return `admission refuses, ${count(mark.depth)} waiting`;
  if (mark.capacity === 0) return 'no room to wait';
  const { queues = 1 } = mark;
  const each = mark.capacity / queues;
  if (queues > 1 && mark.depth >= each && mark.depth < 2 * each) {
    const rest = queues === 2 ? 'the other' : 'the others together';
    const others = `${count(mark.depth - each)} wait in ${rest}`;
    return `one of ${queues} queues full at ${count(each)}, ${others}`;
  }
  if (mark.depth < mark.capacity) {
    return `a queue full, ${count(mark.depth)} of ${count(mark.capacity)} waiting in all`;
  }
  return `queue full at ${count(mark.capacity)}`;
}

/** "queue cleaned: enrich forgot to ask for more; 138 ms later all it had asked for was done, …" */
function unasked({ component }: Mark, { by, lastNs }: NonNullable<Mark['unasked']>): string {
  const when = lastNs === 0 ? 'then' : `${lasting(lastNs)} later`;
  const done = `${when} all it had asked for was done, and it is sent nothing since`;
  return `queue ${component}: ${by} forgot to ask for more; ${done}`;
}

/** "queue orders: full, 1,000 wait there; 120/s find no room and are refused" */
function noRoom({ component, depth }: Mark, { became, perSecond }: NoRoom): string {
  const told = BECAME[became].replace('N/s', `${figure(perSecond)}/s`);
  return `queue ${component}: full, ${count(depth)} wait there; ${told}`;
}

const BECAME: Readonly<Record<NoRoom['became'], string>> = {
  wait: 'N/s find no room and wait at the door',
  refused: 'N/s find no room and are refused',
  lost: 'N/s are thrown away for want of room',
  buried: 'N/s go to the dead letters for want of room',
};

/** "queue orders: lag growing by 120/s, 3,400 when found; 200/s come, 80/s are done with (100/s before)" */
function lag({ component, depth, growthPerSecond, lag: found }: Mark): string {
  const grows = `lag growing by ${figure(growthPerSecond)}/s, ${count(depth)} when found`;
  const head = `queue ${component}: ${grows}`;
  if (found === undefined) return head;
  const { before, comePerSecond, donePerSecond } = found;
  const come = `${figure(comePerSecond)}/s come`;
  const done = `${figure(donePerSecond)}/s are done with`;
  if (before === undefined) return `${head}; ${come}, ${done}`;
  const more =
    comePerSecond > 1.15 * before.comePerSecond
      ? ` (${figure(before.comePerSecond)}/s before)`
      : '';
  const less =
    donePerSecond < 0.87 * before.donePerSecond
      ? ` (${figure(before.donePerSecond)}/s before)`
      : '';
  return `${head}; ${come}${more}, ${done}${less}`;
}
