import type { ProcessLauncher } from '../../src/core/process.ts';
import { SimulatedProcess } from './process.ts';
import { programOf } from './programs.ts';
import type { World } from './world.ts';

/** Starts simulated processes on the machine of `process`, as its children. */
export function launcherOf(world: World, process: SimulatedProcess): ProcessLauncher {
  return {
    launch: (request) =>
      new Promise((resolve, reject) => {
        if (!process.isAlive) return;
        const program = programOf(request);
        const refusal = program === undefined ? 'ENOENT' : world.crashes.launch() ? 'EAGAIN' : undefined;
        if (program === undefined || refusal !== undefined) {
          process.clock.after(1, () => reject(new Error(`spawn ${request.program} ${refusal}`)));
          return;
        }
        const { ownGroup, environment } = request;
        const child = new SimulatedProcess(world, {
          role: program.role,
          machine: process.machine,
          parent: process,
          ownGroup,
          environment,
        });
        world.history.add(`${process.name} starts ${child.name}`);
        world.time.after(world.random.spread(1, 30), () => {
          if (child.isAlive) program.run(world, child);
          process.whenAwake(() => resolve(child.asLaunched(ownGroup, process)));
        });
      }),
    // Production asks for the number of the process that really runs: here that is the one process of the simulation.
    identify: (pid) => (pid === globalThis.process.pid ? process.identity : process.machine.find(pid)?.identity),
  };
}
