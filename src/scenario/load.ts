import { checkAxes } from './cell.js';
import { checkCells } from './check-cells.js';
import type { Checked } from './compile.js';
import { check } from './explain.js';
import { type ReadFile, readFiles } from './files.js';
import { type Issue, Issues } from './issue.js';
import { layAndCheck } from './lay.js';
import type { Layer } from './layers.js';
import { lessonOf } from './lesson.js';
import { merge } from './merge.js';
import * as say from './messages.js';
import { parse } from './parse.js';
import { remember } from './plan-for.js';
import { PRESETS } from './presets.js';
import type { Cell, ExpectItem, PolicyHead, Scenario, ScenarioSource } from './scenario.js';
import { scenarioFile } from './schema/whole.js';
import { axesOf, loadOf, valueOf } from './sweep.js';
import { child, entriesOf, itemsOf, leafOf, type MapTree, textOf } from './tree.js';
import { readDuration } from './units.js';
import { withVaried } from './vary.js';

/** A scenario as it comes: its text, the name it goes by in messages, a way to read other files. */
export interface Source {
  text: string | Uint8Array;
  file: string;
  /** Given paths as the scenario writes them, relative to it; throws where there is none. */
  readFile?: ReadFile;
  /** Axes over those of the file's sweep: `load=10%..200%..10%`, `services.shop.workers=1,2,4`. */
  vary?: readonly string[];
}

export interface Loaded {
  /** Null where there are errors. */
  scenario: Scenario | null;
  /** All of them, errors and warnings, in the order of the file. */
  issues: Issue[];
}

/**
 * Reads a scenario and checks all of it: the scenario as it stands, every policy laid over it,
 * the values of the axes of its sweep. Never throws.
 */
export function loadScenario({ text, file, readFile, vary }: Source): Loaded {
  const issues = new Issues(file);
  const written = parse(text, issues);
  if (written === null) return { scenario: null, issues: issues.list() };
  const root = withVaried(written, vary ?? [], issues);
  check(scenarioFile, withoutNulls(written), issues);
  const source: ScenarioSource = { root, files: readFiles(root, readFile, issues) };
  const policies = policiesOf(root);
  const sweep = axesOf(root, issues);
  checkAxes(
    sweep.map(({ path }) => path),
    everyLayer(root),
    issues,
  );
  const laidOut = new Map<string, Checked | null>();
  laidOut.set('base', layAndCheck(source, 'base', {}, issues));
  for (const { name } of policies) {
    if (!laidOut.has(name)) laidOut.set(name, layAndCheck(source, name, {}, issues));
  }
  const sound = policies.map(({ name }) => name).filter((name) => laidOut.get(name) != null);
  checkCells(source, sound, sweep, issues);
  const expect = expectationsOf(root, policies, issues);
  if (issues.errors > 0) return { scenario: null, issues: issues.list() };
  const scenario: Scenario = {
    file,
    title: textOf(child(root, 'title')) ?? titleOf(file),
    description: textOf(child(root, 'description')) ?? '',
    proves: itemsOf(child(root, 'proves')).flatMap((item) => textOf(item) ?? []),
    seed: seedOf(root),
    durationNs: durationOf(root, 'duration'),
    warmupNs: durationOf(root, 'warmup'),
    replications: Number(leafOf(child(root, 'replications')) ?? 1),
    policies,
    expect,
    lesson: lessonOf(root, text),
    sweep,
    source,
  };
  for (const [name, checked] of laidOut) {
    if (checked !== null) remember(scenario, name, checked);
  }
  return { scenario, issues: issues.list() };
}

/** The scenario and all its policies, to look names up in. */
function everyLayer(root: MapTree): Layer[] {
  const policies = entriesOf(child(root, 'policies')).flatMap(([name, { value }]) =>
    value.kind === 'map' ? [{ name, tree: value, written: true }] : [],
  );
  return [{ name: 'base', tree: root, written: true }, ...policies];
}

/** The file without the keys that `null` takes away; an empty policy is a mistake, and stays. */
function withoutNulls(root: MapTree): MapTree {
  const entries = new Map(root.entries);
  for (const [name, { key, value }] of root.entries) {
    if (name === 'policies' && value.kind === 'map') continue;
    const left = merge(undefined, value);
    if (left === undefined) entries.delete(name);
    else entries.set(name, { key, value: left });
  }
  return { ...root, entries };
}

function titleOf(file: string): string {
  return (file.split(/[/\\]/).at(-1) ?? file).replace(/\.(ya?ml|json)$/, '');
}

function durationOf(root: MapTree, key: string): number {
  const result = readDuration(leafOf(child(root, key)));
  return result.ok ? result.value : 0;
}

/** A seed is text; a number is taken as it is written, so that long ones keep their digits. */
function seedOf(root: MapTree): string {
  const seed = child(root, 'seed');
  if (seed?.kind !== 'leaf' || seed.value === null) return '1';
  return typeof seed.value === 'string' ? seed.value : seed.source;
}

function policiesOf(root: MapTree): PolicyHead[] {
  const heads = entriesOf(child(root, 'policies')).map(([name, { value }]): PolicyHead => {
    const preset = PRESETS.find((one) => one.name === name);
    const own = value.kind === 'map' ? textOf(child(value, 'title')) : preset?.title;
    const description = textOf(child(value, 'description'));
    return {
      name,
      ...(own === undefined ? {} : { title: own }),
      ...(description === undefined ? {} : { description }),
    };
  });
  return heads.length > 0 ? heads : [{ name: 'base' }];
}

function expectationsOf(root: MapTree, policies: PolicyHead[], issues: Issues): ExpectItem[] {
  const names = policies.map(({ name }) => name);
  return itemsOf(child(root, 'expect')).flatMap((item): ExpectItem[] => {
    const that = child(item, 'that');
    const text = textOf(that);
    const policy = child(item, 'policy');
    const name = textOf(policy);
    if (policy !== undefined && name !== undefined && !names.includes(name)) {
      issues.add(policy.place, say.unknownPolicy(name, names));
    }
    if (that === undefined || text === undefined) return [];
    const where = child(item, 'where');
    const { line, column } = that.place;
    return [
      {
        that: text,
        ...(name === undefined ? {} : { policy: name }),
        ...(where?.kind === 'map' ? { where: whereOf(where) } : {}),
        line,
        column,
      },
    ];
  });
}

function whereOf(where: MapTree): Cell {
  const cell: Cell = {};
  for (const [path, { value }] of where.entries) {
    const written = valueOf(value);
    const known = path === 'load' ? (loadOf(written) ?? written) : written;
    if (known !== undefined) cell[path] = known;
  }
  return cell;
}
