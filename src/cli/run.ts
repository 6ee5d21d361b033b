/** `skep run`: its options. What it does is imported when it is asked for, so that `skep --help` is there at once. */
import { Command, Option } from 'commander';
import { FORMS, formText } from '../client/input/forms.ts';
import { memoryInGib, runtimeInSeconds } from '../core/units.ts';
import type { CommandContext } from './context.ts';
import { atLeast, integerFrom, namedPath, positiveInteger } from './parse-options.ts';
import type { RunFileOptions } from './run/run-file.ts';

export function runCommand(context: CommandContext, finish: (exitCode: number) => void): Command {
  return new Command('run')
    .description(`Run a workflow: ${FORMS.map(formText).join(', ')}.`)
    .argument('<file>', 'the workflow')
    .addOption(
      new Option('--format <name>', 'what the file is (default: as its name or its text tells)').choices(
        FORMS.map(({ name }) => name),
      ),
    )
    .option(
      '--transformation <name=path>',
      'DAX: the program that a transformation is, once for each (default: the program of its name on the PATH)',
      namedPath,
    )
    .option('--resume', 'go on with the workflow where an earlier run stopped')
    .option('--fail-fast', 'stop at the first task that fails for good')
    .option('--max-concurrent <n>', 'most tasks that run at once', positiveInteger)
    .option('--cluster <name>', 'cluster to run on')
    .option(
      '--dry-run',
      'say which tasks would run and why, compared with the workflow as the server knows it; needs none, and changes nothing',
    )
    .option('--limit <n>', 'most tasks that --dry-run --json lists; 0 = all (default: 1000)', integerFrom(0))
    .option('--detach', 'leave the run behind as a process of its own, which goes on when the terminal is closed')
    .option(
      '--detach-to <cluster>',
      'leave the run behind as a job of this Slurm cluster, so that nothing stays where it was started',
    )
    .option('--job-queue <name>', 'queue of that job (default: that of Slurm)')
    .option('--job-cores <n>', 'its cores (default: 1)', positiveInteger)
    .option('--job-memory <size>', 'its memory, such as 4G (default: 2G)', (text) => memoryInGib(text))
    .option('--job-time <duration>', 'its time limit, such as 12h (default: that of the run, see --timeout)', (text) =>
      runtimeInSeconds(text),
    )
    .option(
      '--external-distributor',
      'start no distributor, and wait for one that is started elsewhere: skep distributor start',
    )
    .option('--args <text>', 'workflow args: the same workflow with other args is another workflow')
    .option('--output-dir <dir>', 'keep stdout and stderr of every task in files there')
    .option('--time-scale <factor>', 'recorded workflows: run times are multiplied by this', atLeast(0))
    .option(
      '--work-dir <dir>',
      'where listed commands run (default: here), and files of recorded workflows are written (default: ./<file name>.run)',
    )
    .option('--timeout <seconds>', 'give the run up after this time (default: 36000)', atLeast(0))
    .option('--json', 'write the outcome as JSON')
    .action(async (file: string, _options: RunFileOptions, command: Command) => {
      const { runFile } = await import('./run/run-file.ts');
      finish(await runFile(file, command.optsWithGlobals(), context));
    });
}
