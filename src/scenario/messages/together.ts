import type { Mistake } from '../issue.js';
import type { Refusal } from '../refusal.js';
import { firstLine, listed, meant, oneOf, some } from './wording.js';

// Policies, names, sweeps, other files: what shows only when things are put together.

export function emptyPolicy(): Refusal {
  const expected = 'a map, {} for the scenario as it stands, or preset';
  return { code: 'empty_policy', message: 'an empty policy', expected };
}

export function unknownPolicy(name: string, known: readonly string[]): Mistake {
  const message = `no policy is named ${name}`;
  return {
    code: 'unknown_name',
    message,
    ...oneOf(known),
    ...meant(name, known),
  };
}

export function extendsItself(circle: readonly string[]): Mistake {
  return { code: 'extends_cycle', message: `a policy extends itself: ${circle.join(' -> ')}` };
}

export function tooManyLayers(most: number): Mistake {
  return { code: 'too_many', message: `extends lays more than ${most} policies over each other` };
}

export function nameTaken(name: string): Mistake {
  const message = `${name} stands for something else already`;
  const hint = 'producers, services, dependencies and queues share one set of names';
  return { code: 'name_taken', message, hint };
}

export function unknownComponent(name: string, known: readonly string[]): Mistake {
  const message = `no service or dependency is named ${name}`;
  return {
    code: 'unknown_name',
    message,
    ...oneOf(known),
    ...meant(name, known),
  };
}

export function unknownProducer(name: string, known: readonly string[]): Mistake {
  const message = `no producer is named ${name}`;
  return {
    code: 'unknown_name',
    message,
    ...oneOf(known),
    ...meant(name, known),
  };
}

export function unknownCaller(name: string, known: readonly string[]): Mistake {
  const message = `nothing is named ${name}`;
  return {
    code: 'unknown_name',
    message,
    ...oneOf(known),
    ...meant(name, known),
  };
}

export function ambiguousRoute(name: string, routes: readonly string[]): Mistake {
  const expected = listed(routes.map((route) => `${name}/${route}`));
  return { code: 'ambiguous_route', message: `${name} has several routes`, expected };
}

export function unknownRoute(name: string, route: string, routes: readonly string[]): Mistake {
  if (routes.length === 0) {
    return { code: 'unknown_name', message: `${name} has no routes`, expected: name };
  }
  const message = `${name} has no route ${route}`;
  const expected = `one of ${some(routes)}`;
  return { code: 'unknown_name', message, expected, ...meant(route, routes) };
}

export function asIsTaken(id: string): Mistake {
  const message = `${id} is a component; the name of an edge is another`;
  return { code: 'name_taken', message };
}

export function asNamesTwo(edge: string, one: string, other: string): Mistake {
  const message = `the edge ${edge} leads to ${one}, and cannot lead to ${other} too`;
  return { code: 'name_taken', message };
}

export function endless(names: readonly string[]): Mistake {
  const message = `calls that never end: ${names.join(' -> ')}`;
  return { code: 'endless', message, hint: 'a chance on the way would end them' };
}

export function noTime(): Mistake {
  return { code: 'out_of_range', message: 'a run of no time', expected: 'a duration above 0s' };
}

export function warmupTooLong(): Mistake {
  return { code: 'out_of_range', message: 'the warm-up is as long as the run or longer' };
}

export function backlogUnbounded(name: string): Mistake {
  const message = `a backlog sends without end into ${name}, which neither blocks nor limits`;
  const hint =
    'give it workers, and queue: { capacity: N, when_full: block }, or the edge a window';
  return { code: 'backlog', message, hint };
}

export function endsBeforeItBegins(): Mistake {
  const message = 'it ends to send before it begins';
  return { code: 'out_of_range', message, expected: 'until after from' };
}

export function beginsAfterTheEnd(): Mistake {
  return { code: 'out_of_range', message: 'it begins to send when the run is over' };
}

export function noDistance(): Mistake {
  const message = 'arrivals at no distance from each other never end';
  return { code: 'endless', message, expected: 'a distribution with a mean above 0s' };
}

export function surgeOnTrace(producer: string): Mistake {
  const message = `a surge cannot multiply ${producer}, whose trace gives the moments themselves`;
  const hint = 'write the trace as lines of time,rate';
  return { code: 'trace', message, hint };
}

export function capacityOfShared(name: string): Mistake {
  const message = `not yet: capacity of ${name}, which has discipline ps and workers: unbounded`;
  return { code: 'not_yet', message, expected: 'workers: N' };
}

export function surgeOnBacklog(producer: string): Mistake {
  const message = `a surge cannot multiply ${producer}: its senders send as fast as they are let in`;
  return { code: 'backlog', message, hint: 'a second producer with from and until adds senders' };
}

export function loadOnTrace(producer: string): Mistake {
  const message = `load cannot scale ${producer}, whose trace gives the moments themselves`;
  const hint = 'write the trace as lines of time,rate';
  return { code: 'trace', message, hint };
}

export function nobodyWaits(key: string): Mistake {
  const message = `under ps nobody waits for a turn, so ${key} has nobody to meet`;
  const hint = 'all that are admitted are served at once; capacity bounds how many';
  return { code: 'nobody_waits', message, hint };
}

export function faultAfterTheEnd(): Mistake {
  return { code: 'out_of_range', message: 'the fault begins when the run is over' };
}

export function faultOfNoTime(): Mistake {
  return {
    code: 'out_of_range',
    message: 'the fault lasts no time',
    hint: 'leave out for: for good',
  };
}

/** A fault that repeats before it has ended. */
export function faultRepeatsTooSoon(): Mistake {
  const message = 'the fault would begin again before it has ended';
  return { code: 'out_of_range', message, expected: 'every longer than for' };
}

export function faultNeverEnds(): Mistake {
  const message = 'a fault for good does not repeat';
  return { code: 'out_of_range', message, expected: 'for (of a crash: restart) beside every' };
}

export function rampTooLong(): Mistake {
  const message = 'the fault is over before it has come on: ramp is longer than it lasts';
  return { code: 'out_of_range', message, expected: 'ramp no longer than for' };
}

export function rampOfUnbounded(name: string): Mistake {
  const message = `${name} has workers: unbounded, which cannot be taken away bit by bit`;
  return { code: 'capacity', message, hint: 'leave out ramp, or workers: N' };
}

export function restartAndFor(): Mistake {
  const message = 'for and restart both say how long the crash lasts';
  return { code: 'several', message, expected: 'one of them' };
}

export function takesAndFor(): Mistake {
  const message = 'a restart lasts as long as takes says';
  return { code: 'several', message, expected: 'takes without for' };
}

export function tooFewReplicas(name: string, replicas: number): Mistake {
  const message = `${name} has ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;
  return { code: 'out_of_range', message, expected: `${replicas} or less` };
}

export function shareOfUnbounded(name: string): Mistake {
  const message = `${name} has workers: unbounded, of which there is no share`;
  return { code: 'capacity', message, expected: 'workers: N' };
}

export function capacityTakesNothing(name: string, workers: number): Mistake {
  const noun = workers === 1 ? 'worker' : 'workers';
  const message = `${name} has ${workers} ${noun}, so the fault takes none away`;
  return { code: 'capacity', severity: 'warning', message };
}

export function noSuchEdge(edges: readonly string[]): Mistake {
  return { code: 'unknown_name', message: 'no call takes this edge', ...oneOf(edges) };
}

export function silentWithoutTimeout(edges: readonly string[]): Mistake {
  const message = `what is lost on ${some(edges)} is waited for without end: no timeout`;
  const hint = 'nobody is told of a drop; only a timeout ends the wait';
  return { code: 'silent', severity: 'warning', message, hint };
}

export function notWatched(metric: string, known: readonly string[]): Mistake {
  const message = `${metric} is no figure that can be watched`;
  return { code: 'unknown_name', message, ...oneOf(known), ...meant(metric, known) };
}

export function cannotBeSet(what: string, why: string): Mistake {
  return { code: 'set', message: `${what} cannot be changed while the run goes`, hint: why };
}

export function setsNothing(): Mistake {
  const message = 'this changes nothing of the scenario';
  return { code: 'set', severity: 'warning', message };
}

export function unusedPattern(): Mistake {
  return { code: 'unused_pattern', severity: 'warning', message: 'no call takes this edge' };
}

export function jitterWithoutBackoff(jitter: string): Mistake {
  const message = `jitter ${jitter} has no wait to spread: backoff is none`;
  return { code: 'jitter', severity: 'warning', message };
}

export function retryWithoutAttempts(): Mistake {
  const message = 'retry says nothing of attempts, so nothing is retried';
  return { code: 'no_attempts', severity: 'warning', message };
}

export function dropsWithoutTimeout(edge: string): Mistake {
  const message = `drop_newest tells nobody, and ${edge} has no timeout: its caller waits for ever`;
  const hint = 'give the call a timeout, or refuse with when_full: reject';
  return { code: 'silence', severity: 'warning', message, hint };
}

export function preemptsNobody(name: string): Mistake {
  const message = `not yet: preemptive priority at ${name}, whose workers leave their requests`;
  return { code: 'not_yet', message, hint: 'io: blocking, or priority without preemption' };
}

export function nobodyToRun(caller: string): Mistake {
  const message = `caller_runs asks for a worker that waits, and ${caller} has io: async`;
  return { code: 'caller_runs', message, hint: 'io: blocking at the caller, or reject here' };
}

export function producerRunsNothing(producer: string): Mistake {
  const message = `caller_runs refuses what ${producer} sends: a producer has no workers`;
  return { code: 'caller_runs', severity: 'warning', message };
}

export function neverRetried(): Mistake {
  const message = 'nothing is sent after a deadline, so it is never tried again';
  return { code: 'deadline', severity: 'warning', message };
}

export function fallbackWithoutWorkers(producer: string): Mistake {
  const message = `${producer} has no workers to run the steps of a fallback`;
  return { code: 'fallback', message, hint: 'give the fallback a latency instead' };
}

export function fallbackInBranch(edge: string): Mistake {
  const message = `${edge} is called in a parallel branch, so its fallback may only make calls`;
  const hint = 'let the branch call a service that does the work';
  return { code: 'fallback', message, hint };
}

export function fallbackOfItself(edge: string): Mistake {
  const message = `the fallback of ${edge} makes that call itself`;
  return { code: 'endless', message, hint: 'call something else in it' };
}

export function elsewhereAlone(name: string): Mistake {
  const message = `${name} has one replica, so there is no elsewhere`;
  return { code: 'elsewhere', severity: 'warning', message };
}

export function uncalled(name: string): Mistake {
  return { code: 'uncalled', severity: 'warning', message: `nothing calls ${name}` };
}

export function noFiles(path: string): Mistake {
  return { code: 'file', message: `${path} cannot be read here: no files are at hand` };
}

export function unreadableFile(path: string, why: string): Mistake {
  return { code: 'file', message: `${path} cannot be read: ${firstLine(why)}` };
}

export function badLatency(path: string, line: number, text: string): Mistake {
  const found = JSON.stringify(text.slice(0, 40));
  const message = `line ${line} of ${path} is no latency`;
  return { code: 'file', message, expected: 'seconds, such as 0.012', found };
}

export function noLatencies(path: string): Mistake {
  return { code: 'file', message: `${path} holds no latencies` };
}

export function badTraceLine(found: string): Mistake {
  const expected = 'a time in seconds, such as 12.5, or time,rate';
  return { code: 'trace', message: 'no arrival', expected, found: JSON.stringify(found) };
}

export function emptyTraceLine(): Mistake {
  return { code: 'trace', message: 'an empty line', expected: 'a time in seconds' };
}

export function mixedTraceLine(rates: boolean): Mistake {
  const expected = rates ? 'time,rate as in the lines before' : 'a time as in the lines before';
  return { code: 'trace', message: 'a line of another kind', expected };
}

export function unsortedTrace(seconds: number, before: number): Mistake {
  const message = `${seconds} s comes after ${before} s`;
  return { code: 'trace', message, expected: 'times in ascending order' };
}

export function emptyTrace(path: string): Mistake {
  return { code: 'file', message: `${path} holds no arrivals` };
}

export function badAxis(path: string): Mistake {
  const message = `${JSON.stringify(path)} is no axis`;
  return { code: 'sweep', message, expected: 'load, or a dotted path into the scenario' };
}

export function noSuchPath(path: string, step: string, known: readonly string[]): Mistake {
  const message = `${path} leads nowhere: there is no ${step}`;
  return { code: 'sweep', message, ...meant(step, known) };
}

export function whichOfTheList(path: string, cured: string): Mistake {
  const message = `${path} leads into a list, and does not say to which item`;
  return { code: 'sweep', message, hint: `by its index, from 0: ${cured}` };
}

export function badLoad(): Mistake {
  const expected = 'a share above 0, such as 0.5 or 150%';
  return { code: 'sweep', message: 'not a load', expected };
}

export function badRange(): Mistake {
  const expected = 'from, to and step in one unit, the step above 0, to not under from';
  return { code: 'sweep', message: 'not a range of values', expected };
}

export function tooManyCells(cells: number, most: number): Mistake {
  const count = cells.toLocaleString('en-US');
  const message = `the sweep has ${count} cells; at most ${most.toLocaleString('en-US')}`;
  return { code: 'sweep', message };
}

export function notTogether(where: string, why: string): Mistake {
  const message = `a cell that cannot be, ${where}: ${why}`;
  return { code: 'sweep', message, hint: 'leave out one of these values' };
}

export function badVary(): Mistake {
  const expected =
    'PATH=FROM..TO..STEP or PATH=VALUE,VALUE, such as load=10%..200%..10% or services.shop.workers=1,2,4';
  return { code: 'vary', message: 'not an axis', expected };
}

export function variedTwice(path: string): Mistake {
  return { code: 'vary', message: `${path} is given twice`, hint: 'all its values in one --vary' };
}
