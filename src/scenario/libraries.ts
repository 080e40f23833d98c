/** What the libraries that policies are named after do where nothing is said. */
export { LIBRARIES, libraryNamed } from '../policies/libraries.js';
export type { LibraryDefaults } from '../policies/library.js';
