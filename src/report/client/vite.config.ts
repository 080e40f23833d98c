import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A quarter of the library that no chart uses: maps, forces, trees, clouds of words and such. */
const UNUSED_TRANSFORMS =
  /^vega-(geo|force|hierarchy|label|regression|voronoi|wordcloud|crossfilter)$/;

/** The report's script as one file that a page carries in itself: `dist/report/client.js`. */
export default defineConfig({
  logLevel: 'warn',
  resolve: {
    alias: [{ find: UNUSED_TRANSFORMS, replacement: here('./no-transforms.ts') }],
  },
  build: {
    outDir: here('../../../dist/report'),
    emptyOutDir: false,
    copyPublicDir: false,
    target: 'es2022',
    lib: {
      entry: here('./main.ts'),
      formats: ['iife'],
      name: 'spillwayReport',
      fileName: () => 'client.js',
    },
  },
});
