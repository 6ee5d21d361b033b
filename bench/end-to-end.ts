/**
 * Thousands of commands that do nothing, two at once: `skep run` with everything on disk beside programs that keep nothing.
 * Each figure is that of the whole command, from its start to its end.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { benchmark } from './framework/benchmark.ts';
import { isInstalled, measured, secondsOf, skep, type TimedCommand } from './framework/commands.ts';

const TASKS = 5000;
/** For what takes a tenth of a second for each. */
const FEW_TASKS = 200;
const SPAWN_LOOP = `
  const { spawn } = require('node:child_process');
  let started = 0;
  const next = () => { if (started++ < COUNT) spawn('/bin/sh', ['-c', 'true'], { stdio: 'ignore' }).on('exit', next); };
  next(); next();
`;

await benchmark(async ({ directory, repeats, size, add }) => {
  const count = size(TASKS);
  const rates = (command: TimedCommand, tasks = count) => measured(repeats, () => tasks / secondsOf(command));
  const shell = (text: string): TimedCommand => ({ program: 'sh', arguments: ['-c', text], directory });
  const data = join(directory, 'data');
  const run = skep(['run', resolve('bench/workflows/independent.workflow.ts')], data, { TASKS: String(count) });
  const work = `${count.toLocaleString('en')} no-op tasks, 2 at once`;
  add({
    work: `${work}: \`skep run\``,
    values: rates(run),
    unit: 'tasks/s',
    reach: '≥ GNU parallel',
    yardstick: isInstalled('parallel')
      ? { name: '`parallel -j2`', values: rates(shell(`seq ${count} | parallel -j2 true`)), unit: 'tasks/s' }
      : undefined,
  });
  const others: [string, TimedCommand, number?][] = [
    ['`xargs -P2 -n1 sh -c true`', shell(`seq ${count} | xargs -P2 -n1 sh -c true`)],
    [
      'a loop of `spawn` in Node',
      { program: process.execPath, arguments: ['-e', SPAWN_LOOP.replace('COUNT', String(count))] },
    ],
    ['`make -j2`', shell(`make -s -j2 -f ${makefile(directory, count)}`)],
  ];
  if (isInstalled('snakemake')) {
    const few = size(FEW_TASKS);
    others.push([`\`snakemake -j2\` (${few} tasks)`, shell(`snakemake -q -j2 -s ${snakefile(directory, few)}`), few]);
  }
  for (const [name, command, tasks] of others) {
    add({ work: `the same by ${name}`, values: rates(command, tasks), unit: 'tasks/s' });
  }
});

function makefile(directory: string, count: number): string {
  const path = join(directory, 'Makefile');
  const names = Array.from({ length: count }, (_, index) => `t${index}`).join(' ');
  writeFileSync(path, `.PHONY: all ${names}\nall: ${names}\n${names}:\n\t@sh -c true\n`);
  return path;
}

/** Its rules make files; those that exist already are not made again, so each run writes to a directory of its own. */
function snakefile(directory: string, count: number): string {
  const path = join(directory, 'Snakefile');
  writeFileSync(
    path,
    `import time
run_id = time.time_ns()
rule all:
    input: expand(f"{run_id}/{{n}}", n=range(${count}))
rule one:
    output: f"{run_id}/{{n}}"
    shell: "touch {output}"
`,
  );
  return path;
}
