/** Bugs of the peers of the server: client, distributor and worker. */
import type { Mutation } from './mutation.ts';

export const PEER_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a task is queued at its first finished upstream',
    file: 'src/client/swarm/credit.ts',
    find: "if (dependent.allUpstreamsDone && dependent.status === 'G')",
    replacement: "if (dependent.status === 'G')",
    breaks: ['I2'],
    isQuick: true,
  },
  {
    name: 'a silent attempt of which the cluster says nothing is tried again',
    file: 'src/distributor/triage.ts',
    find: 'const state = states(instance);',
    replacement: "const state = states(instance) ?? ({ kind: 'gone' } as const);",
    breaks: ['I3'],
  },
  {
    name: 'a silent attempt that lives is given up without being killed',
    file: 'src/distributor/triage.ts',
    find: "const gone = await this.#kill(silent.filter(isStuck), 'silent');",
    replacement: 'const gone = silent.filter(isStuck);',
    breaks: ['I3'],
  },
  {
    name: 'orphans of an earlier run are not looked for',
    file: 'src/distributor/clusters/local/local-cluster.ts',
    find: '    await this.#orphans.start();\n',
    replacement: '',
    breaks: ['I3', 'I10'],
  },
  {
    name: 'an orphan is told to end and not awaited',
    file: 'src/distributor/clusters/local/kill-marked.ts',
    find: 'await clock.sleep(LOOK_INTERVAL);',
    replacement: 'return;',
    breaks: ['I3'],
  },
  {
    name: 'what a dead supervisor left running is reported lost and not ended',
    file: 'src/distributor/clusters/local/local-cluster.ts',
    find: '    await killMarked((mark) => mark.supervisor === supervisor.identity, this.#context);\n    const message',
    replacement: '    const message',
    breaks: ['I3'],
  },
  {
    name: 'a supervisor leaves without ending its commands',
    file: 'src/worker/supervise.ts',
    find: '  await supervisor.stop();\n',
    replacement: '',
    breaks: ['I3', 'I10'],
  },
  {
    name: 'every command counts as successful',
    file: 'src/worker/result.ts',
    find: "if (end.code === 0) return { status: 'D', description: undefined };",
    replacement: "if (end.code !== null) return { status: 'D', description: undefined };",
    breaks: ['I1'],
    isQuick: true,
  },
  {
    name: 'a batch system that may be wrong is believed at once',
    file: 'src/distributor/triage.ts',
    find: 'if (state.exit?.isUncertain !== true) return true;',
    replacement: 'if (state.exit !== null) return true;',
    breaks: ['I3'],
    isQuick: true,
  },
  {
    name: 'a worker goes on when its lease is over',
    file: 'src/worker/attempt.ts',
    find: "clock.after(since + lease * 1000 - clock.monotonic(), () => this.stop('lease'))",
    replacement: 'clock.after(since + lease * 1000 - clock.monotonic(), () => {})',
    breaks: ['I3'],
    isQuick: true,
  },
  {
    name: 'signs of life that nobody answers renew the lease',
    file: 'src/worker/heartbeats.ts',
    find: '      wait = Math.min(wait, RETRY_WAIT);\n',
    replacement:
      "      for (const onStatus of running.values()) onStatus('R', sent);\n      wait = Math.min(wait, RETRY_WAIT);\n",
    breaks: ['I3'],
  },
  {
    name: 'the lease that a task asks for does not reach the distributor',
    file: 'src/distributor/launch.ts',
    find: '    batch.lease = leaseIn(resources);\n',
    replacement: '    leaseIn satisfies unknown;\n',
    breaks: ['I3'],
  },
  {
    name: 'a kept report is dropped before the server has it',
    file: 'src/distributor/spool-delivery.ts',
    find: `      await send(requester, report as EndReport);
      await spool.drop(name);`,
    replacement: `      await spool.drop(name);
      await send(requester, report as EndReport);`,
    breaks: ['I11'],
    isQuick: true,
  },
  {
    name: 'a worker drops its report as soon as it is kept',
    file: 'src/worker/reports/spooling-reports.ts',
    find: 'kept = this.#keep(name, report);',
    replacement: 'kept = this.#keep(name, report).then(() => this.#options.spool.drop(name));',
    breaks: ['I11'],
    isQuick: true,
  },
];
