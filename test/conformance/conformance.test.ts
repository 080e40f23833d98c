import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { mustHaveAll } from '../machine.js';
import { hasNode, node } from '../platforms/platforms.js';

const full = process.env['SPILLWAY_FULL'] === '1';
const RUNS = full ? 10_000 : 1_000;
const HERE = fileURLToPath(new URL('.', import.meta.url));
/** The libraries are found from here. */
const CACHE = `${HERE}node_modules/.cache/`;
const FETCHING_MS = 300_000;
const COMPARING_MS = full ? 1_800_000 : 300_000;

/** The libraries need Node 22. */
const isRecent = Number(process.versions.node.split('.')[0]) >= 22;
const leftOut = !mustHaveAll && !isRecent && !hasNode('22');

async function script(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry: `${HERE}entry.ts`, formats: ['es'] },
      rolldownOptions: { external: ['opossum', 'cockatiel'] },
    },
  });
  const outputs = (Array.isArray(made) ? made : [made]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const chunk = outputs.find((output) => output.type === 'chunk');
  if (!chunk) throw new Error('nothing came of bundling');
  mkdirSync(CACHE, { recursive: true });
  const file = `${CACHE}script-${process.pid}.mjs`;
  writeFileSync(file, chunk.code);
  return file;
}

function installLibraries(): void {
  if (existsSync(`${HERE}node_modules/cockatiel`) && existsSync(`${HERE}node_modules/opossum`))
    return;
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false'];
  execFileSync('npm', ['ci', ...flags], { cwd: HERE, stdio: 'pipe' });
}

describe.skipIf(leftOut)(
  `a breaker named after a library is in its state after every step${leftOut ? ' (left out: Node 22 is not at hand)' : ''}`,
  () => {
    let file = '';
    beforeAll(async () => {
      installLibraries();
      file = await script();
    }, FETCHING_MS);

    it.each(['opossum', 'cockatiel'])(
      `%s, over ${RUNS} random sequences of 50 to 500 steps`,
      (library) => {
        const binary = isRecent ? process.execPath : node('22');
        const said = execFileSync(binary, [file, library, `${RUNS}`], { encoding: 'utf8' });
        expect(said).toContain(`${library}: ${RUNS} sequences, the same state after every step`);
      },
      COMPARING_MS,
    );
  },
);
