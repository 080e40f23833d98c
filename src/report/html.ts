/** Text that is already HTML; everything else is escaped when it is put into a page. */
export class Markup {
  constructor(readonly text: string) {}
}

type Part = string | number | Markup | null | undefined | readonly Part[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Harmless in text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] as string);
}

function render(part: Part): string {
  if (part === null || part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(render).join('');
  return escapeHtml(String(part));
}

/** A template whose holes are escaped unless they are markup themselves. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Markup {
  let text = strings[0] as string;
  parts.forEach((part, index) => {
    text += render(part) + strings[index + 1];
  });
  return new Markup(text);
}

/** JSON that may stand inside a `<script>`: it can end no element and start no comment. */
export function scriptJson(value: unknown): Markup {
  const escapes: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };
  const text = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (sign) => escapes[sign] ?? `\\u${sign.charCodeAt(0).toString(16)}`,
  );
  return new Markup(text);
}
