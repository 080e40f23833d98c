import { nearest } from '../../scenario/nearest.js';
import { Mistake } from './ending.js';

/** What the command line itself can find fault with; a scenario's own mistakes are issues. */
export const mistakes = {
  unreadable: (file: string, why: string) => new Mistake(`${file}: cannot be read: ${why}`),
  isFolder: (file: string) =>
    new Mistake(`${file}: is a folder; name a scenario file, or use spillway check ${file}`),
  noScenarios: (folder: string) => new Mistake(`${folder}: holds no *.yaml file`),
  unknownPolicy: (name: string, known: readonly string[], file: string) =>
    new Mistake(
      `--policy ${name}: ${file} has no such policy${suggestion(name, known)} (it has: ${known.join(', ')})`,
    ),
  unknownPreset: (name: string, known: readonly string[]) =>
    new Mistake(
      `${name}: there is no built-in policy or known library of this name${suggestion(name, known)} (spillway policies lists them)`,
    ),
  exists: (file: string) => new Mistake(`${file}: exists already and is left as it is`),
  unwritable: (file: string, why: string) => new Mistake(`${file}: cannot be written: ${why}`),
  storeWithoutCache: (folder: string) =>
    new Mistake(`--store ${folder} --no-cache: the one asks for a store, the other for none`),
  storeNoFolder: (path: string) => new Mistake(`--store ${path}: is a file, not a folder`),
  noStore: (path: string) => new Mistake(`--store ${path}: there is no such folder`),
  notFolder: (path: string) => new Mistake(`--out ${path}: is a file, not a folder`),
};

/** ", did you mean X?" where a known name is near; else nothing. */
function suggestion(found: string, known: readonly string[]): string {
  const name = nearest(found, known);
  return name === undefined ? '' : `, did you mean ${name}?`;
}
