import type { Issues, Mistake, Place } from './issue.js';
import * as say from './messages.js';
import { PRESETS, presetNamed } from './presets.js';
import { child, entriesOf, fromValue, itemsOf, type MapTree, type Tree, textOf } from './tree.js';

/** One layer of a run: the scenario itself, a policy, a preset, a cell of a sweep. */
export interface Layer {
  name: string;
  tree: MapTree;
  /** Written by the user: a pattern that matches nothing there is worth a warning. */
  written: boolean;
}

/** Laying the same policies over each other again and again leads nowhere. */
const MOST_LAYERS = 500;

/**
 * The layers of a policy, lowest first (semantics 1): the scenario; what the policy extends, first
 * to last, each on top of its own `extends`; the policy. `base` is the scenario alone, unless the
 * file has a policy of that name. A policy that has a built-in policy's name and extends it lies on
 * top of the built-in one. Null where the policy is unknown or extends itself; reported.
 */
export function layersOf(root: MapTree, policy: string, issues: Issues): Layer[] | null {
  const base: Layer = { name: 'base', tree: root, written: true };
  const policies = child(root, 'policies');
  if (policy === 'base' && child(policies, 'base') === undefined) return [base];
  const gathered = new Gatherer(policies, issues);
  const place = { line: 1, column: 1, path: '' };
  return gathered.add(policy, place, []) ? [base, ...gathered.layers] : null;
}

class Gatherer {
  readonly layers: Layer[] = [];

  constructor(
    private readonly policies: Tree | undefined,
    private readonly issues: Issues,
  ) {}

  /** Adds the layers of the policy that is named at `place`; `under` are those that extend it. */
  add(name: string, place: Place, under: string[]): boolean {
    const own = this.policies?.kind === 'map' ? this.policies.entries.get(name) : undefined;
    const builtIn = PRESETS.map((preset) => preset.name);
    if (own === undefined) {
      const others = entriesOf(this.policies).map(([other]) => other);
      return this.addPreset(name, place, [...others, ...builtIn]);
    }
    if (textOf(own.value) === 'preset') return this.addPreset(name, own.key, builtIn);
    if (own.value.kind !== 'map') return false;
    // What has the name of a built-in policy and extends it means the built-in one it shadows.
    if (under.at(-1) === name && presetNamed(name) !== undefined) {
      return this.addPreset(name, place, builtIn);
    }
    if (under.includes(name)) {
      const circle = under.slice(under.indexOf(name));
      // Each policy of the circle leads to it; it is told from the first of them.
      const isFirst = circle.every((other) => name <= other);
      return isFirst && this.refuse(place, say.extendsItself([...circle, name]));
    }
    if (under.length >= MOST_LAYERS) {
      return this.refuse(own.key, say.tooManyLayers(MOST_LAYERS));
    }
    const extending = child(own.value, 'extends');
    const parents = extending?.kind === 'list' ? itemsOf(extending) : [extending];
    for (const parent of parents) {
      const parentName = textOf(parent);
      if (parent === undefined || parentName === undefined) continue;
      if (!this.add(parentName, parent.place, [...under, name])) return false;
    }
    if (this.layers.length >= MOST_LAYERS) {
      return this.refuse(own.key, say.tooManyLayers(MOST_LAYERS));
    }
    this.layers.push({ name, tree: own.value, written: true });
    return true;
  }

  private addPreset(name: string, place: Place, known: string[]): boolean {
    const preset = presetNamed(name);
    if (preset === undefined) {
      return this.refuse(place, say.unknownPolicy(name, known));
    }
    const tree = fromValue(preset.definition, place);
    if (tree.kind === 'map') this.layers.push({ name, tree, written: false });
    return true;
  }

  private refuse(place: Place, mistake: Mistake): boolean {
    this.issues.add(place, mistake);
    return false;
  }
}
