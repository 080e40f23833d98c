/// <reference lib="dom" />

import { linkCascade } from './cascade.js';
import { drawCharts } from './charts.js';
import { playLesson } from './lesson.js';
import { offerNumbers } from './numbers.js';
import { type PageData, pageData } from './page-data.js';
import { chooseReference } from './reference.js';
import { playTopology } from './topology.js';

/** What the script adds to a page that is whole without it; each part finds its own place. */
const PARTS: readonly ((page: PageData) => void | Promise<void>)[] = [
  chooseReference,
  playLesson,
  offerNumbers,
  drawCharts,
  linkCascade,
  playTopology,
];

function main(): void {
  const text = document.getElementById('report-data')?.textContent;
  if (!text) return;
  const page = pageData(text);
  for (const part of PARTS) void part(page);
}

main();
