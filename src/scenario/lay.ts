import { layOutCell } from './cell.js';
import { changesBetween } from './changes.js';
import { checkDistances, checkTraffic } from './check-traffic.js';
import { checkTogether } from './checks.js';
import { type Checked, changesOfSet, compile, type SetLayout } from './compile.js';
import { check, noted } from './explain.js';
import { graphOf } from './graph.js';
import { Issues } from './issue.js';
import { type Layer, layersOf } from './layers.js';
import type { Layout } from './layout.js';
import * as say from './messages.js';
import type { Cell, ScenarioSource } from './scenario.js';
import type { Call } from './schema/calls.js';
import { edgeSettings, laidOut } from './schema/whole.js';
import { child, entriesOf, itemsOf, type Tree, toValue } from './tree.js';

/**
 * Lays out a policy (and a cell of the sweep) and checks the whole. Null where anything is wrong;
 * all of it is reported, with a note of the policy unless the scenario alone is laid out.
 */
export function layAndCheck(
  source: ScenarioSource,
  policy: string,
  cell: Cell,
  issues: Issues,
): Checked | null {
  const layers = layersOf(source.root, policy, issues);
  if (layers === null) return null;
  const layout = layOutCell(layers, cell, issues);
  if (layout === null) return null;
  const note = layers.length === 1 ? undefined : `(under policy ${policy})`;
  const checked = checkLayout(source, layout, issues, note);
  return checked === null || !addSets(source, { layers, cell, note }, checked, issues)
    ? null
    : checked;
}

/** Checks a layout; null where anything is wrong. */
function checkLayout(
  source: ScenarioSource,
  layout: Layout,
  issues: Issues,
  note: string | undefined,
): Checked | null {
  const before = issues.errors;
  const graph = graphOf(layout, issues);
  const scenario = check(laidOut, layout.tree, issues, note);
  const known = new Map<Tree, Call | null>();
  const calls: Call[] = [];
  for (const { settings } of graph.edges.values()) {
    let call = known.get(settings);
    if (call === undefined) {
      call = check(edgeSettings, settings, issues, note);
      known.set(settings, call);
    }
    if (call !== null) calls.push(call);
  }
  checkTogether(layout, graph, issues, note);
  checkTraffic(source.root, layout, source.files, (place, mistake) =>
    issues.add(place, noted(mistake, note)),
  );
  if (scenario !== null) checkDistances(scenario, layout, source.files, issues);
  if (scenario === null || issues.errors > before) return null;
  return { layout, graph, scenario, calls, files: source.files, sets: [] };
}

/** Lays each operator's change over the rest; false where one of them cannot be made. */
function addSets(
  source: ScenarioSource,
  { layers, cell, note }: { layers: Layer[]; cell: Cell; note: string | undefined },
  checked: Checked,
  issues: Issues,
): boolean {
  const before = issues.errors;
  const settings = { seed: '', load: 1, withFaults: false };
  const found: { f: number; tree: Tree; layer: Layer; then: Checked }[] = [];
  for (const [f, fault] of itemsOf(child(checked.layout.tree, 'faults')).entries()) {
    const tree = child(fault, 'set');
    if (tree?.kind !== 'map') continue;
    const layer: Layer = { name: 'set', tree, written: true };
    const layout = layOutCell(layers, cell, issues, [layer]);
    if (layout === null) continue;
    layout.tree.entries.delete('faults');
    const then = checkLayout(source, layout, issues, note);
    if (then === null) continue;
    found.push({ f, tree, layer, then });
  }
  // What a file was to say is told by then.
  if (found.length === 0 || source.files.unread.size > 0) return issues.errors === before;
  const now = compile(checked, settings);
  for (const { tree, then } of found) {
    for (const { what, why } of changesBetween(now, compile(then, settings)).refused) {
      issues.add(tree.place, noted(say.cannotBeSet(what, why), note));
    }
  }
  if (issues.errors > before) return false;
  for (const { f, tree, layer, then } of found) {
    const after = found.flatMap((other): [Checked, Checked][] => {
      if (other.f === f) return [];
      // What does not go together never holds together.
      const unsaid = new Issues('');
      const both = layOutCell(layers, cell, unsaid, [other.layer, layer]);
      both?.tree.entries.delete('faults');
      const checkedBoth = both && checkLayout(source, both, unsaid, note);
      return checkedBoth === null ? [] : [[other.then, checkedBoth]];
    });
    const set: SetLayout = { text: wordsOf(tree).join(', '), checked: then, after };
    checked.sets[f] = set;
    const { length } = changesOfSet(now, set, settings);
    if (length === 0) issues.add(tree.place, noted(say.setsNothing(), note));
  }
  return true;
}

/** What is set, as dotted paths with their values. */
function wordsOf(tree: Tree, path = ''): string[] {
  if (tree.kind === 'leaf') return [`${path} ${tree.source}`];
  if (tree.kind === 'list') return [`${path} ${JSON.stringify(toValue(tree))}`];
  return entriesOf(tree).flatMap(([key, { value }]) =>
    wordsOf(value, path === '' ? key : `${path}.${key}`),
  );
}
