import { cascadeSection } from './cascade.js';
import { comparisonSection } from './comparison.js';
import { differencesData } from './differences-table.js';
import { expectationsSection } from './expectations.js';
import { figuresSection } from './figures.js';
import { lessonSection } from './lesson.js';
import { provenanceSection } from './provenance.js';
import { requestSection } from './request.js';
import type { Section } from './section.js';
import { studiesSection } from './studies.js';
import { summarySection } from './summary.js';
import { theorySection } from './theory.js';
import { theoryBesideSection } from './theory-beside.js';
import { topologySection } from './topology.js';

/** The sections of a page, in the order in which it shows them: lesson, answer, pictures, method. */
export const SECTIONS: readonly Section[] = [
  { name: 'lesson', render: ({ input }) => lessonSection(input) },
  { name: 'summary', render: ({ input }) => summarySection(input) },
  {
    name: 'comparison',
    render: ({ input }) => comparisonSection(input),
    data: ({ input }) => differencesData(input),
  },
  topologySection,
  { name: 'cascade', render: ({ input }) => cascadeSection(input) },
  { name: 'figures', render: ({ charts, stills }) => figuresSection(charts, stills) },
  { name: 'studies', render: ({ studies, stills }) => studiesSection(studies, stills) },
  { name: 'request', render: requestSection },
  { name: 'expectations', render: ({ input }) => expectationsSection(input) },
  { name: 'theory', render: ({ input }) => theorySection(input) },
  { name: 'theory-beside', render: ({ input }) => theoryBesideSection(input) },
  { name: 'provenance', render: ({ input }) => provenanceSection(input) },
];
