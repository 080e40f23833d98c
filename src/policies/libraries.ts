import type { LibraryDefaults } from './library.js';
import { PARTS } from './library-parts.js';

/** The documented defaults of every library and system that a policy is named after. */
export const LIBRARIES: readonly LibraryDefaults[] = [...PARTS];

/**
 * The parts of one library: those under its name, and those whose key begins with it (`aws`:
 * `aws_adaptive`). Empty where there is none.
 */
export function libraryNamed(name: string): LibraryDefaults[] {
  return LIBRARIES.filter(({ library }) => library === name || library.startsWith(`${name}_`));
}
