import { layOutCell } from './cell.js';
import { checkDistances, checkTraffic } from './check-traffic.js';
import { checkTogether } from './checks.js';
import type { Checked } from './compile.js';
import { check, noted } from './explain.js';
import { graphOf } from './graph.js';
import { Issues } from './issue.js';
import { layersOf } from './layers.js';
import type { Cell, ScenarioSource } from './scenario.js';
import type { Call } from './schema/calls.js';
import { edgeSettings, laidOut } from './schema/whole.js';
import type { Tree } from './tree.js';

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
  const before = issues.errors;
  const layers = layersOf(source.root, policy, issues);
  if (layers === null) return null;
  const layout = layOutCell(layers, cell, issues);
  if (layout === null) return null;
  const note = layers.length === 1 ? undefined : `(under policy ${policy})`;
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
  return { layout, graph, scenario, calls, files: source.files };
}

/** As `layAndCheck`, for what was checked before: anything wrong is thrown. */
export function layKnown(source: ScenarioSource, policy: string, cell: Cell): Checked {
  const issues = new Issues('');
  const checked = layAndCheck(source, policy, cell, issues);
  if (checked !== null) return checked;
  const [first] = issues.list().filter(({ severity }) => severity === 'error');
  throw new Error(`policy ${policy} cannot be laid out: ${first?.message ?? 'unknown'}`);
}
