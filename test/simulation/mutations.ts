/** Bugs that somebody could write tomorrow: each is put into the sources in turn, and the simulation has to find it. */
import type { PromiseName } from './violation.ts';

export interface Mutation {
  /** What the bug does. */
  readonly name: string;
  readonly file: string;
  /** Text of the file that occurs exactly once, and what takes its place. */
  readonly find: string;
  readonly replacement: string;
  /** Promises of which it breaks at least one. */
  readonly breaks: readonly PromiseName[];
  /** The first few seeds find it. */
  readonly isQuick?: boolean;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a report about an attempt that has ended changes it once more',
    file: 'src/server/transitions/instance.ts',
    find: '  if (!allows(TASK_INSTANCE_TRANSITIONS, state.status, requested)) return undefined;\n',
    replacement: '',
    breaks: ['I1', 'I4', 'I5'],
  },
  {
    name: 'a task gets one try more than it may have',
    file: 'src/server/transitions/instance.ts',
    find: 'if (numAttempts >= maxAttempts) return',
    replacement: 'if (numAttempts > maxAttempts) return',
    breaks: ['I4'],
    isQuick: true,
  },
  {
    name: 'the try of a task that ran out of a resource is not counted',
    file: 'src/server/operations/queueing.ts',
    find: 'num_attempts: sql<number>`num_attempts + 1`',
    replacement: "num_attempts: sql<number>`num_attempts + (status = 'G')`",
    breaks: ['I4'],
    isQuick: true,
  },
  {
    name: 'a request to bind tasks sets back what a live run has running',
    file: 'src/server/operations/tasks.ts',
    find: 'candidates.length > 0 && (await aliveRunOf(unit, workflowId)) === undefined ? candidates : []',
    replacement: 'candidates',
    breaks: ['I3', 'I4'],
  },
  {
    name: 'binding again starts done tasks anew',
    file: 'src/server/operations/tasks.ts',
    find: "if (status === undefined || status === 'D') return false;",
    replacement: 'if (status === undefined) return false;',
    breaks: ['I9'],
    isQuick: true,
  },
  {
    name: 'a resume by id resets done tasks',
    file: 'src/server/operations/resume.ts',
    find: "resetRunning ? ['D'] : ['D', 'R']",
    replacement: "resetRunning ? [] : ['R']",
    breaks: ['I9'],
    isQuick: true,
  },
  {
    name: 'a new run leaves the attempts of the one before as they are',
    file: 'src/server/operations/workflow-runs.ts',
    find: '  await standDownEarlierInstances(unit, { workflowId, workflowRunId });\n',
    replacement: '  standDownEarlierInstances satisfies unknown;\n',
    breaks: ['I3', 'I10'],
    isQuick: true,
  },
  {
    name: 'the server answers before the commit',
    file: 'src/server/db/write-queue.ts',
    find: "      await connection.execute('commit');\n",
    replacement: `      for (const [index, outcome] of outcomes.entries()) if ('result' in outcome) group[index]?.resolve(outcome.result);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      await connection.execute('commit');\n`,
    breaks: ['I2', 'I6'],
  },
  {
    name: 'the feed of the distributor forgets a change',
    file: 'src/server/operations/changes.ts',
    find: `    .where('workflow_run_id', '=', workflowRunId)
    .where('revision', '>', since)`,
    replacement: `    .where('workflow_run_id', '=', workflowRunId)
    .where('revision', '>', since === -1 ? since : since + 1)`,
    breaks: ['I7', 'I10'],
  },
  {
    name: 'the reaper ends runs that are alive',
    file: 'src/server/operations/reap.ts',
    find: "return Math.max(run.heartbeatDate, heardUntil(run, options)) <= now ? 'silent' : undefined;",
    replacement:
      "return Math.max(run.heartbeatDate, heardUntil(run, options)) <= now + 3_600_000 ? 'silent' : undefined;",
    breaks: ['I7'],
    isQuick: true,
  },
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
    name: 'instances that were launched already are taken once more',
    file: 'src/distributor/launch.ts',
    find: "instances.in('I').filter(({ batch }) => batch === undefined)",
    replacement: "[...instances.in('I'), ...instances.in('O')]",
    breaks: ['I3', 'I4'],
  },
  {
    name: 'orphans of an earlier run are not looked for',
    file: 'src/distributor/clusters/local/local-cluster.ts',
    find: '    await clearOrphans({ ...this.#context, database: this.#database });\n',
    replacement: '    clearOrphans satisfies unknown;\n',
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
];

/** @throws Error when there is none of this name. */
export function mutationNamed(name: string): Mutation {
  const found = MUTATIONS.find((mutation) => mutation.name === name);
  if (found === undefined) throw new Error(`There is no mutation "${name}".`);
  return found;
}

/** The source with the bug in it. @throws Error when the text to find is not there exactly once. */
export function mutated({ name, file, find, replacement }: Mutation, source: string): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`${file} holds the text of the mutation "${name}" ${parts.length - 1} times.`);
  return parts.join(replacement);
}
