import { describe, expect, it } from 'vitest';
import type { Box } from '../../../src/report/topology/geometry.js';
import { graphOf } from '../../../src/report/topology/graph.js';
import { layoutOf } from '../../../src/report/topology/layout.js';
import { narrowLayout } from '../../../src/report/topology/narrow.js';
import { SHIPPED, shippedTopologies, shopTopology } from './scenes.js';

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

describe.each(SHIPPED)('the layout of %s', (name) => {
  const topologies = shippedTopologies(name);
  const graph = graphOf(topologies);

  it.each(['LR', 'TB'] as const)('puts no box over another (%s)', (direction) => {
    const { boxes, height, width } = layoutOf(graph, direction);
    expect(boxes).toHaveLength(graph.parts.length);
    boxes.forEach((box, place) => {
      expect(Math.min(box.x, box.y)).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
      for (const other of boxes.slice(place + 1)) expect(overlap(box, other)).toBe(false);
    });
  });

  it('is no wider than a phone where it is narrow, no line through a box, labels clear of all', () => {
    const { boxes, height, ways, width } = narrowLayout(graph);
    expect(width).toBeLessThanOrEqual(348);
    boxes.forEach((box, place) => {
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
      for (const other of boxes.slice(place + 1)) expect(overlap(box, other)).toBe(false);
    });
    graph.links.forEach(({ from, to }, place) => {
      const { label, points } = ways[place]!;
      for (const [end, point] of [
        [from, points[0]!],
        [to, points.at(-1)!],
      ] as const) {
        const { x, y, ...size } = boxes[end]!;
        expect(point.x).toBeGreaterThan(x);
        expect(point.x).toBeLessThan(x + size.width);
        expect(Math.min(Math.abs(point.y - y), Math.abs(point.y - y - size.height))).toBeLessThan(
          1,
        );
      }
      const said = { x: label.x + 14, y: label.y - 12, width: 84, height: 28 };
      expect(said.x + said.width).toBeLessThanOrEqual(width);
      for (const box of boxes) {
        expect(overlap(said, box)).toBe(false);
        for (const { x, y } of points.slice(1, -1)) {
          expect(overlap({ x: x - 1, y: y - 1, width: 2, height: 2 }, box)).toBe(false);
        }
      }
    });
  });

  it('leads every line from its sender to its receiver, its label clear of all boxes', () => {
    const { boxes, ways } = layoutOf(graph, 'LR');
    graph.links.forEach(({ from, to }, place) => {
      const way = ways[place]!;
      for (const [end, point] of [
        [from, way.points[0]!],
        [to, way.points.at(-1)!],
      ] as const) {
        const box = boxes[end]!;
        expect(point.x).toBeGreaterThanOrEqual(box.x - 0.5);
        expect(point.x).toBeLessThanOrEqual(box.x + box.width + 0.5);
        expect(point.y).toBeGreaterThanOrEqual(box.y - 0.5);
        expect(point.y).toBeLessThanOrEqual(box.y + box.height + 0.5);
      }
      if (from === to) return;
      const label = { x: way.label.x - 40, y: way.label.y - 12, width: 80, height: 24 };
      for (const box of boxes) expect(overlap(label, box)).toBe(false);
    });
  });

  it('draws every way of every policy, each once', () => {
    const drawn = graph.links.flatMap(({ edges }) => edges);
    expect(new Set(drawn).size).toBe(drawn.length);
    for (const { edges } of topologies) {
      for (const edge of edges) {
        if (edge.kind !== 'dead_letter') expect(drawn).toContain(edge.name);
      }
    }
  });
});

describe('a layout', () => {
  it('is the same to the byte when made again', () => {
    for (const name of SHIPPED) {
      const made = (): string => JSON.stringify(layoutOf(graphOf(shippedTopologies(name)), 'LR'));
      expect(made()).toBe(made());
    }
  });

  it('stands from producers on the left to what they need on the right, or down', () => {
    const graph = graphOf([shopTopology()]);
    const across = layoutOf(graph, 'LR').boxes.map(({ x }) => x);
    const down = layoutOf(graph, 'TB').boxes.map(({ y }) => y);
    for (const places of [across, down]) {
      expect(places.slice(0, 4)).toEqual([...places.slice(0, 4)].sort((a, b) => a - b));
      expect(new Set(places.slice(0, 4)).size).toBe(4);
    }
  });

  it('takes a service that calls itself, and names that are keywords', () => {
    const names = { gateway: '__proto__', checkout: 'constructor', stock: '' };
    const topology = shopTopology(names);
    topology.edges.push({ name: 'self', from: '__proto__', to: '__proto__', kind: 'call' });
    const { boxes, ways } = layoutOf(graphOf([topology]), 'LR');
    expect(boxes.every(({ x, y }) => Number.isFinite(x + y))).toBe(true);
    expect(ways.at(-1)!.points.length).toBeGreaterThan(2);
  });
});
