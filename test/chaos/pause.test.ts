/** Processes that stand still for longer than anybody waits for them, and then go on as if nothing had happened. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../e2e/skep.ts';
import type { Role } from './kill/order.ts';
import { isLong } from './scene/extent.ts';
import { play } from './scene/play.ts';
import { type Serving, SHORT_DEADLINE, Stage } from './scene/stage.ts';

const skip = process.platform === 'linux' ? false : 'looks for processes in /proc';

/** Milliseconds. Three deadlines and a half: the first makes it silent, two more make it hopeless. */
const PAUSE = 5250;

/** Who is paused; and whether an attempt that ended well may be repeated, as it may when the client lost its run meanwhile. */
const PAUSES: readonly { role: Role; serving: Serving; mayRepeat: boolean }[] = [
  { role: 'server', serving: 'configured', mayRepeat: false },
  { role: 'client', serving: 'client', mayRepeat: true },
  { role: 'supervisor', serving: 'configured', mayRepeat: false },
];
const MORE_PAUSES: typeof PAUSES = [
  { role: 'client', serving: 'configured', mayRepeat: true },
  { role: 'distributor', serving: 'configured', mayRepeat: false },
];

describe('stopped for longer than its deadline, and continued', { skip, concurrency: 5 }, () => {
  for (const { role, serving, mayRepeat } of isLong ? [...PAUSES, ...MORE_PAUSES] : PAUSES) {
    test(`the ${role}${serving === 'client' ? ' that serves' : ''}: nothing runs twice, and the run ends well`, async (context) => {
      const stage = new Stage({ shape: 'fan', serving, seconds: 0.4, environment: SHORT_DEADLINE });
      context.after(() => stage.strike());
      const faults = await play(stage, { mayRepeat }, async () => {
        await until(() => stage.journal.includes('start blade'), 'a task of the second level had started');
        const [pid = 0] = stage.playing(role);
        process.kill(pid, 'SIGSTOP');
        await sleep(PAUSE);
        process.kill(pid, 'SIGCONT');
      });
      assert.deepEqual(faults, []);
    });
  }
});
