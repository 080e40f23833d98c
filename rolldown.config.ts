import { rmSync } from 'node:fs';
import type { Plugin, RolldownOptions } from 'rolldown';

const FOLDER = 'dist';
/** Chunks lie as deep as `cli/main.js` and `where/worker.js`, so that `../../` is the package's root from either. */
const CHUNKS = 'chunks';

/** Chunks of an older build are nobody's. */
const freshChunks: Plugin = {
  name: 'fresh-chunks',
  generateBundle() {
    for (const folder of ['cli', 'where', CHUNKS]) {
      rmSync(`${FOLDER}/${folder}`, { recursive: true, force: true });
    }
  },
};

/**
 * What runs under Node: the command line, a chunk a command, and the library's face. Packages are
 * bundled, so that the process starts fast; Vega stays outside: it is loaded only to draw a report,
 * and runs no faster for being bundled. Piscina finds its own worker file beside itself; what its
 * threads run is a bundle of its own. BullMQ is there only where someone installed it.
 */
export default {
  input: {
    'cli/main': 'src/cli/main.ts',
    'where/worker': 'src/study/where/worker.ts',
    index: 'src/index.ts',
  },
  platform: 'node',
  external: /^(vega|piscina|bullmq|ioredis|@resvg)/,
  logLevel: 'warn',
  plugins: [freshChunks],
  // V8 folds no number that another module exports: each use would load and check it.
  optimization: { inlineConst: { mode: 'all', pass: 3 } },
  output: {
    dir: FOLDER,
    chunkFileNames: `${CHUNKS}/[name].js`,
    // The engine lies in one chunk, so that V8 can put any of its functions into any other.
    codeSplitting: {
      groups: [{ name: 'engine', test: /src\/(kernel|policies|measure|model)\// }],
    },
    // Numbers of the same module are folded too; names stay as they are written, for stack traces.
    minify: { compress: true, mangle: false, codegen: false },
  },
} satisfies RolldownOptions;
