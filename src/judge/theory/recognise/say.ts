/** Why no closed form fits, one function each; the name of the component goes before it. */
export const refusal = {
  faults: () => 'faults strike during the run: closed forms are of a system that stays as it is',
  lock: (name: string) =>
    `requests wait for each other at the lock ${name}: no closed form here has that`,
  broker: (queue: string) =>
    `messages lie in ${queue}, a queue by itself, on the way: no closed form here has that`,
  setting: (what: string) => `${what}: no closed form here has it`,
  timeout: (edge: string) => `${edge} gives up after a time, and its work stays behind`,
  retry: (edge: string) =>
    `${edge} tries again: attempts then come in answer to refusals, not at random`,
  arrivals: (producer: string, kind: string) =>
    `the arrivals of ${producer} are ${kind}: these forms ask for Poisson arrivals at one rate`,
  rate: (producer: string) => `the rate of ${producer} changes: there is no one equilibrium`,
  silent: () => 'nothing is sent to it',
  parallel: () => 'it is asked beside others at once: arrivals at several places then go together',
  after: (before: string) => `what leaves ${before} is not Poisson, and comes here`,
  heldBy: (caller: string) => `${caller} asks it, whose workers wait for the answer`,
  holds: (callee: string) =>
    `its workers wait for ${callee}: the time they are held depends on the line there`,
  fails: () => 'some of its work fails on purpose',
  comesBack: () => 'a handler comes back to itself',
  several: () => 'a producer sends to several targets: the forms here follow one',
  large: () => 'there are too many ways through the services to follow',
  replicas: (balance: string) =>
    `its replicas are chosen by ${balance}: only a random choice leaves each with Poisson arrivals`,
  discipline: (name: string) => `its line is served ${name}: no form here is of that order`,
  patience: (law: string) =>
    `its line is left at an age that is ${law}: the forms here have exponential patience, or one age ` +
    'and one server',
  impatient: () => 'its line is left at an age: no form here has that together with the rest',
  blocks: () => 'it blocks when it is full: whoever waits at its door is in no form',
  contention: () => 'its work slows down with how much of it runs: no open form here has that',
  manyServers: (law: string) => `its work is ${law}: an M/M/c asks for exponential work`,
  bounded: (law: string) => `its work is ${law}: a line with a bound asks for exponential work`,
  mixed: () => 'its routes need work of different means: an M/M/c asks for one exponential law',
  infinite: () => 'the square of its work has no mean, so neither has the wait',
  overload: (load: string) =>
    `it is offered ${load} of what it can serve: without a bound there is no equilibrium`,
  mixedWith: (producer: string) =>
    `${producer} and others share it: of users who wait for answers only one kind at a time has a form`,
  closedServers: () =>
    'several servers and more users than servers: mean value analysis is here of single servers',
  closedLaw: (law: string) =>
    `its work is ${law}: mean value analysis of a line in order asks for exponential work`,
  closedFull: () => 'its queue may fill up and refuse',
  closedElse: () => 'not all of what its users go through has a form',
  closedLabel: (workers: number) => `always ${workers} at work`,
};
