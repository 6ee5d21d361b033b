/** Bugs of the server. */
import type { Mutation } from './mutation.ts';

export const SERVER_MUTATIONS: readonly Mutation[] = [
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
    breaks: ['I2', 'I6', 'I11'],
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
    name: 'a server that starts throws away what is kept',
    file: 'src/server/spooled.ts',
    find: '        await reportHandlers.endTaskInstances({ ...request, body });\n',
    replacement: '        request satisfies unknown;\n',
    breaks: ['I11'],
  },
];
