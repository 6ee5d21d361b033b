/** All commands with their options; nothing runs before one is parsed. */
import { Command } from 'commander';
import { SKEP_VERSION } from '../core/version.ts';
import { completionCommand } from './completion.ts';
import { configCommand } from './config.ts';
import type { CommandContext } from './context.ts';
import { distributorCommand } from './distributor.ts';
import { doctorCommand } from './doctor.ts';
import { guiCommand } from './gui.ts';
import { runCommand } from './run.ts';
import { serverCommand } from './server.ts';
import { taskCommand } from './task.ts';
import { versionCommand } from './version.ts';
import { workerCommand } from './worker.ts';
import { workflowCommand } from './workflow.ts';

/** The command line as data: it is parsed to run one command, and read to document them all. */
export function createProgram(context: CommandContext, finish: (exitCode: number) => void): Command {
  return new Command('skep')
    .description('Runs workflows of shell commands: schedules, launches, retries and resumes them.')
    .version(SKEP_VERSION)
    .option('--data-dir <dir>', 'directory of the embedded server (default: $XDG_DATA_HOME/skep)')
    .option('-v, --verbose', 'show the log and, for errors, the stack')
    .addCommand(runCommand(context, finish))
    .addCommand(workflowCommand(context, finish))
    .addCommand(taskCommand(context))
    .addCommand(guiCommand(context, finish))
    .addCommand(serverCommand(context, finish))
    .addCommand(configCommand(context))
    .addCommand(doctorCommand(context, finish))
    .addCommand(distributorCommand(context, finish))
    .addCommand(workerCommand(context, finish))
    .addCommand(completionCommand(context))
    .addCommand(versionCommand(context));
}
