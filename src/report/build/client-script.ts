import { readFileSync } from 'node:fs';

// The same place from src/report/build and from dist/report/build.
const BUNDLE = new URL('../../../dist/report/client.js', import.meta.url);

/** The page's script, built beforehand; it may stand inside a `<script>` element as it is. */
export function clientScript(): string {
  let script: string;
  try {
    script = readFileSync(BUNDLE, 'utf8');
  } catch (cause) {
    throw new Error(
      `the report's script is missing (${BUNDLE.pathname}): build it with "npm run build"`,
      { cause },
    );
  }
  if (/<\/script|<!--/i.test(script)) {
    throw new Error("the report's script would end its own <script> element: build it again");
  }
  return script;
}
