import { parseArgs } from 'node:util';
import { spread, spreadOf, table } from './figures.js';
import { benchModels } from './models.js';
import { HERE, measured, processor, SPILLWAY, say } from './processes.js';
import { benchScale } from './scale.js';
import { benchThreads } from './threads.js';

const USAGE = `npm run bench -- [--rounds N] [--quick] [--only startup|models|scale|threads]
  --rounds N  how often each is run, in turn with the others (default 3)
  --quick     a twentieth of the models, a tenth of the scale: tells trends, not figures
  --only X    one part
`;

/** Tables on standard output, progress on standard error. */
function main(): void {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (values.help || !(Number.isInteger(rounds) && rounds > 0)) {
    say(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const parts: Record<string, () => void> = {
    startup: () => benchStartUp(rounds),
    models: () => benchModels(rounds, values.quick),
    scale: () => benchScale(rounds, values.quick),
    threads: () => benchThreads(rounds, values.quick),
  };
  console.log(`${processor()}, Node ${process.version}, ${rounds} rounds: median (least–most)\n`);
  for (const [name, part] of Object.entries(parts)) {
    if (values.only !== undefined && values.only !== name) continue;
    part();
    console.log();
  }
}

/** What it costs to begin and to end, told apart from the models. */
function benchStartUp(rounds: number): void {
  const commands: [string, string[]][] = [
    ['node -e 0', [process.execPath, '-e', '0']],
    ['spillway --version', [...SPILLWAY, '--version']],
    ['spillway validate w3.yaml', [...SPILLWAY, 'validate', `${HERE}w3.yaml`]],
  ];
  const wall = commands.map((): number[] => []);
  const cpu = commands.map((): number[] => []);
  say('start-up');
  for (let round = 0; round < rounds * 5; round++) {
    for (const [at, [, command]] of commands.entries()) {
      const used = measured(command);
      wall[at]!.push(used.wallSeconds * 1e3);
      cpu[at]!.push(used.cpuSeconds * 1e3);
    }
  }
  const rows = commands.map(([name], at) => {
    const columns = [wall, cpu].flatMap((times) => [
      spread(spreadOf(times[at]!), 0),
      spread(spreadOf(times[at]!.map((ms, round) => ms / times[0]![round]!))),
    ]);
    return [name, ...columns];
  });
  console.log(table(['start-up', 'ms', 'times node -e 0', 'ms CPU', 'times, CPU'], rows));
}

main();
