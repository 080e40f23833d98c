import { BASE_STYLE } from './base.js';
import { CASCADE_STYLE } from './cascade.js';
import { FIGURES_STYLE } from './figures.js';
import { LESSON_STYLE } from './lesson.js';
import { METHOD_STYLE } from './method.js';
import { NUMBERS_STYLE } from './numbers.js';
import { PAPER_STYLE } from './paper.js';
import { SUMMARY_STYLE } from './summary.js';
import { TABLES_STYLE } from './tables.js';
import { THEMES_STYLE } from './themes.js';
import { TOPOLOGY_STYLE } from './topology.js';

/** The page's whole style; its hash stands in the content security policy. */
export const PAGE_STYLE = [
  THEMES_STYLE,
  BASE_STYLE,
  LESSON_STYLE,
  SUMMARY_STYLE,
  TABLES_STYLE,
  TOPOLOGY_STYLE,
  FIGURES_STYLE,
  NUMBERS_STYLE,
  CASCADE_STYLE,
  METHOD_STYLE,
  PAPER_STYLE,
].join('');
