/** What a command costs that does next to nothing, and one that looks at a large workflow. */
import { join } from 'node:path';
import { benchmark } from './framework/benchmark.ts';
import { measured, secondsOf, skep } from './framework/commands.ts';
import { createLargeDatabase } from './framework/large-database.ts';
import { BenchServer } from './framework/server.ts';

await benchmark(async ({ directory, repeats, size, add }) => {
  const data = join(directory, 'data');
  const milliseconds = (words: string[]) => {
    const command = skep(words, data);
    secondsOf(command); // The first one reads from the disk what the others find in memory.
    return measured(repeats, () => secondsOf(command) * 1000);
  };
  const bare = { program: process.execPath, arguments: ['-e', '0'] };
  for (const option of ['--version', '--help']) {
    add({
      work: `\`skep ${option}\``,
      values: milliseconds([option]),
      unit: 'ms',
      reach: '≤ 120 ms',
      yardstick: { name: '`node -e 0`', values: measured(repeats, () => secondsOf(bare) * 1000), unit: 'ms' },
    });
  }

  const { workflowId, tasks } = await createLargeDatabase(data, size(1_000_000), 'D');
  const status = ['workflow', 'status', '--workflow-id', String(workflowId)];
  const work = `\`skep workflow status\`, ${tasks.toLocaleString('en')} tasks`;
  const reach = '≤ 300 ms';
  add({ work: `${work}, no server runs`, values: milliseconds(status), unit: 'ms', reach });
  await using _server = await BenchServer.start(data);
  add({ work: `${work}, a server runs`, values: milliseconds(status), unit: 'ms', reach });
});
