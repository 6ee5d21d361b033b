import type { SimulatedProcess } from './process.ts';
import type { World } from './world.ts';

/** What every task asks for beside its run time: GiB. */
export const REQUESTED = { cores: 1, memory: 1 } as const;
const TOO_MUCH = 64 * 2 ** 30;
/** Milliseconds after which the system kills a command that uses too much and that nobody has ended. */
const KERNEL_PATIENCE = 6000;

/** The shell of the simulated machines: it knows the one command of {@link COMMAND}. */
export function runCommand(text: string): (world: World, process: SimulatedProcess) => void {
  const index = Number(/^work (\d+)$/.exec(text)?.[1]);
  return (world, process) => {
    const instance = Number(process.environment.JOBMON_TASK_INSTANCE_ID);
    const execution = world.commands.begin(process, index, instance);
    process.onEnd(() => world.commands.finish(process, index, instance));
    const { duration, dying } = execution;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.onSignal.set(signal, () => {
        if (Number.isFinite(dying)) process.clock.after(dying, () => process.exit({ code: null, signal }));
      });
    }
    switch (execution.ending) {
      case 'success':
        process.clock.after(duration, () => process.exit({ code: 0, signal: null }));
        break;
      case 'failure':
        process.clock.after(duration, () => process.exit({ code: 7, signal: null }));
        break;
      case 'signal':
        process.clock.after(duration, () => process.exit({ code: null, signal: 'SIGSEGV' }));
        break;
      case 'memory':
        process.clock.after(duration, () => {
          process.resident = TOO_MUCH;
          if (process.machine.isNode) world.batch.outOfMemory(process);
        });
        process.clock.after(duration + KERNEL_PATIENCE, () => process.machine.killForMemory(process));
        break;
      case 'endless':
    }
  };
}

/** Template of the command of task `index`. */
export const COMMAND = 'work {index}';
