import { nearest } from '../../scenario/nearest.js';
import { Mistake } from './ending.js';

/** What the command line itself can find fault with; a scenario's own mistakes are issues. */
export const mistakes = {
  unreadable: (file: string, why: string) => new Mistake(`${file}: cannot be read: ${why}`),
  isFolder: (file: string) =>
    new Mistake(`${file}: is a folder; name a scenario file, or use spillway check ${file}`),
  isResult: (file: string) =>
    new Mistake(
      `${file}: is a result, not a scenario; spillway report ${file} draws it, spillway compare tells its differences`,
    ),
  noScenarios: (folder: string) => new Mistake(`${folder}: holds no *.yaml file`),
  unknownPolicy: (name: string, known: readonly string[], file: string) =>
    new Mistake(
      `--policy ${name}: ${file} has no such policy${suggestion(name, known)} (it has: ${known.join(', ')})`,
    ),
  noSuchPolicy: (name: string, known: readonly string[], file: string) =>
    new Mistake(
      `${name}: neither a policy of ${file} nor a built-in one${suggestion(name, known)} (it has: ${known.join(', ')}; spillway policies lists the built-in ones)`,
    ),
  onePolicy: (file: string, names: readonly string[]) =>
    new Mistake(
      `${file}: has only one policy to compare (${names.join(', ')}); name a built-in one beside it, as in: spillway compare ${file} ${names[0] ?? 'base'} retry-budget (spillway policies lists them)`,
    ),
  nothingInCommon: (
    [a, namesOfA]: readonly [string, readonly string[]],
    [b, namesOfB]: readonly [string, readonly string[]],
  ) =>
    new Mistake(
      `${a} and ${b}: no such policy in both (${a} has: ${namesOfA.join(', ')}; ${b} has: ${namesOfB.join(', ')})`,
    ),
  samePolicyTwice: (name: string) =>
    new Mistake(`${name}: named twice; a policy does not differ from itself`),
  threeFiles: (file: string) =>
    new Mistake(`${file}: is a third file; two are compared, and what follows names policies`),
  resultBesideScenario: (file: string) =>
    new Mistake(`${file}: is a result; compare two scenario files, or two results`),
  noBaseline: (file: string, why: string) =>
    new Mistake(`--baseline ${file}: cannot be compared with: ${why}`),
  driftAlone: () => new Mistake('--drift: nothing to compare with; name a --baseline'),
  noResult: (file: string, why: string) => new Mistake(`${file}: cannot be compared: ${why}`),
  noReport: (file: string, why: string) => {
    const isScenario = /\.ya?ml$/i.test(file);
    const reason = isScenario ? `it is a scenario; spillway run ${file} makes one` : why;
    return new Mistake(`${file}: no report of it: ${reason}`);
  },
  folderOfResult: (folder: string) =>
    new Mistake(`${folder}: is a folder; name the result in it, such as ${folder}/result.json`),
  tooManyRuns: (count: number) =>
    new Mistake(
      `${count} results of runs: a page shows one, or two side by side; studies (sweep, stability) as many as you like`,
    ),
  noReports: (folder: string) =>
    new Mistake(`${folder}: holds no report yet; spillway run FILE writes one`),
  noReportOf: (what: string) => {
    const command = /\.json$/i.test(what) ? 'report' : 'run';
    const of = command === 'report' ? 'a result' : 'a scenario';
    return new Mistake(
      `${what}: no report of it; spillway ${command} ${what} writes one for ${of}`,
    );
  },
  cannotOpen: (file: string, command: string) =>
    new Mistake(
      `${file}: cannot be opened: there is no ${command}; set BROWSER to a program that shows pages`,
    ),
  nothingRun: (flag: string) =>
    new Mistake(
      `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: results are compared as they are, and nothing is run; leave it out`,
    ),
  unknownMetric: (name: string, known: readonly string[], whose = 'the study') =>
    new Mistake(`--metric ${name}: ${whose} gives no such metric${suggestion(name, known)}`),
  noFigure: (name: string, known: readonly string[]) =>
    new Mistake(`--metric ${name}: no figure of it to compare${suggestion(name, known)}`),
  unknownPreset: (name: string, known: readonly string[]) =>
    new Mistake(
      `${name}: there is no built-in policy or known library of this name${suggestion(name, known)} (spillway policies lists them)`,
    ),
  exists: (file: string) => new Mistake(`${file}: exists already and is left as it is`),
  noName: () => new Mistake('init: an empty name is none; name the file to write'),
  storeRefused: (path: string, why: string) => new Mistake(`${path}: ${why}`),
  unwritable: (file: string, why: string) => new Mistake(`${file}: cannot be written: ${why}`),
  storeWithoutCache: (folder: string) =>
    new Mistake(`--store ${folder} --no-cache: the one asks for a store, the other for none`),
  storeNoFolder: (path: string) => new Mistake(`--store ${path}: is a file, not a folder`),
  noStore: (path: string) => new Mistake(`--store ${path}: there is no such folder`),
  noExporter: (file: string, endings: readonly string[]) =>
    new Mistake(
      `--export ${file}: its ending says how it is written: ${endings.map((ending) => `.${ending}`).join(', ')}`,
    ),
  unknownPicture: (file: string, picture: string, known: readonly string[]) =>
    new Mistake(
      `--export ${file}: there is no picture "${picture}"${suggestion(picture, known)} (there are: ${known.join(', ')})`,
    ),
  noPicture: (file: string, picture: string, why: string) =>
    new Mistake(`--export ${file}: there is no picture "${picture}" of this: ${why}`),
  outIsFolder: (path: string) =>
    new Mistake(
      `--out ${path}: names the folder of a report; a file is asked for with --export ${path}`,
    ),
  nothingToExport: (files: readonly string[]) =>
    new Mistake(
      `--export: writes a run, and ${files.join(', ')} holds none; studies are written by spillway sweep --export`,
    ),
  noSweep: (file: string) =>
    new Mistake(
      `${file}: nothing to sweep; add a sweep to it (sweep: { load: { from: 10%, to: 200%, step: 10% } }), ` +
        "or name axes: --vary 'load=10%..200%..10%', --vary 'services.NAME.workers=1,2,4'",
    ),
  pngNowhere: () => new Mistake('--png: draws into a folder; say which with --out'),
  badShard: (text: string) =>
    new Mistake(`--shard ${text}: expected N/M, such as 3/16: the third of sixteen shares`),
  shardAlone: (flag: string) =>
    new Mistake(`${flag}: not with --shard; spillway merge makes it of all parts`),
  shardOut: () => new Mistake('--shard: say where its part goes, such as --out part-3.ndjson'),
  notFolder: (path: string) => new Mistake(`--out ${path}: is a file, not a folder`),
  noSuchRequest: (name: string, producers: readonly Named[]) =>
    new Mistake(
      `--request ${name}: there is no such request; ${producers.map(requestsOf).join(', ')}`,
    ),
  requestOfPair: () =>
    new Mistake('--request: tells of one pair; name two policies, as in FILE A B --request 812'),
};

/** ", did you mean X?" where a known name is near; else nothing. */
function suggestion(found: string, known: readonly string[]): string {
  const name = nearest(found, known);
  return name === undefined ? '' : `, did you mean ${name}?`;
}

/** A producer and how its requests are named. */
interface Named {
  name: string;
  count: number;
  byUser: boolean;
}

function requestsOf({ name, count, byUser }: Named): string {
  if (count === 0) return `${name} sends none`;
  return byUser
    ? `${name} has users from ${name}/1.1 on (USER.WHICH)`
    : `${name} has ${name}/1 to ${name}/${count}`;
}
