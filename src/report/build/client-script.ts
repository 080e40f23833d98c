import { existsSync, readFileSync } from 'node:fs';

const BUNDLE = 'dist/report/client.js';

/** The page's script, built beforehand; it may stand inside a `<script>` element as it is. */
export function clientScript(): string {
  const file = new URL(BUNDLE, packageRoot());
  let script: string;
  try {
    script = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(
      `the report's script is missing (${file.pathname}): build it with "npm run build"`,
      { cause },
    );
  }
  if (/<\/script|<!--/i.test(script)) {
    throw new Error("the report's script would end its own <script> element: build it again");
  }
  return script;
}

/** The nearest folder above with a `package.json`: this file runs from `src` and from a bundle. */
function packageRoot(): URL {
  let folder = new URL('.', import.meta.url);
  while (!existsSync(new URL('package.json', folder))) {
    const above = new URL('..', folder);
    if (above.href === folder.href) throw new Error('spillway lies in no package');
    folder = above;
  }
  return folder;
}
