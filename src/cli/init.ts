import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { schemaText } from './schema.js';
import { exists, makeFolder, writeWhole } from './support/files.js';
import { shellWord } from './support/format.js';
import { mistakes } from './support/mistakes.js';
import { say } from './support/terminal.js';

const DEFAULT_FILE = 'scenario.yaml';
const SCHEMA_FILE = 'spillway.schema.json';

const EXAMPLES = `Examples:
  spillway init mine.yaml
`;

const STARTER = `# yaml-language-server: $schema=./${SCHEMA_FILE}
# A shop whose payment service turns slow for twenty seconds. Run it:
#   spillway run FILE
spillway: 1
title: A shop with a slow payment service
description: For twenty seconds every payment takes ten times as long. Who survives it?
seed: 42 # the same seed gives the same run, to the bit
duration: 3m
warmup: 20s # left out of every summary figure, kept in every series
objective: { latency: 1s } # a success later than this is late, not good

producers:
  shoppers: { arrivals: { poisson: 200/s }, to: shop }

services: # yours to configure: a policy's "*" reaches them
  shop:
    workers: 60
    queue: { capacity: 500 } # unbounded where nothing is said
    handler:
      - work: { exponential: 2ms }
      - call: payments

dependencies: # not yours: a policy's "*" does not reach them
  payments:
    workers: 20
    handler:
      - work: { lognormal: { mean: 50ms, cv: 0.5 } }

calls: # what the caller does on each edge
  "* -> *": { timeout: 1s }
  "shop -> payments":
    timeout: 500ms
    retry: { attempts: 3, backoff: { exponential: { base: 50ms, cap: 1s } }, jitter: full }

faults:
  - { at: 60s, for: 20s, slow: payments, factor: 10 }

policies: # each is the scenario above with this laid over it
  as-it-is: {}
  retry-storm: preset # a built-in one; spillway policies lists them
  retry-budget:
    calls: { "shop -> payments": { retry: { budget: 10% } } }

expect: # spillway check FILE holds it to this
  - { that: offered within 10% of 200/s }
  - { policy: retry-budget, that: amplification < 1.2 }
`;

/** `spillway init`: a scenario to begin with, and the schema by which editors help to write it. */
export function add(program: Command): void {
  program
    .command('init')
    .description('write a commented scenario to begin with')
    .argument('[file]', 'the file to write; never overwritten', DEFAULT_FILE)
    .addHelpText('before', EXAMPLES)
    .action(init);
}

async function init(file: string): Promise<void> {
  if (file === '') throw mistakes.noName();
  if (await exists(file)) throw mistakes.exists(file);
  const folder = dirname(file);
  const schema = join(folder, SCHEMA_FILE);
  await makeFolder(folder);
  // A schema that lies there already may be someone's own; theirs stays.
  if (!(await exists(schema))) {
    await writeWhole(schema, `${schemaText()}\n`);
    say(`wrote ${schema} (editors check the scenario against it)`);
  }
  await writeWhole(
    file,
    STARTER.replace('run FILE', `run ${file}`).replace('check FILE', `check ${file}`),
  );
  say(`wrote ${file}`);
  say(`next: spillway run ${shellWord(file)}`);
}
