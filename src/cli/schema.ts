import type { Command } from 'commander';
import { jsonSchema } from '../scenario/index.js';
import { say } from './support/terminal.js';

const EXAMPLES = `Examples:
  spillway schema > spillway.schema.json
`;

/** `spillway schema`: what a scenario file may say, for editors (JSON Schema, draft-7). */
export function add(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of scenario files')
    .addHelpText('before', EXAMPLES)
    .action(() => say(schemaText()));
}

/** As it is printed, and as `init` writes it beside a scenario. */
export function schemaText(): string {
  return JSON.stringify(jsonSchema(), null, 2);
}
