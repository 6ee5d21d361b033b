import type { Clock } from '../../core/clock.ts';
import type { LaunchedProcess, ProcessLauncher } from '../../core/process.ts';
import { type Notification, oneLine } from './notification.ts';
import type { Receiver } from './receivers.ts';

/** Seconds until a command that does not end is killed and counts as failed. */
const TIMEOUT = 60;
/** Characters of its stderr that the log shows. */
const TAIL = 500;

export interface CommandSeams {
  readonly processes: ProcessLauncher;
  readonly clock: Pick<Clock, 'after'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command of the configuration by the shell. Nothing of the notification becomes part of its text: it gets the JSON
 * on stdin and the single values as variables.
 */
export function commandReceiver(command: string, { processes, clock, environment }: CommandSeams): Receiver {
  return {
    name: 'command',
    async send(notification, signal) {
      signal.throwIfAborted();
      const process = await processes.launch({
        program: '/bin/sh',
        arguments: ['-c', command],
        environment: { ...environment, ...variablesOf(notification) },
        ownGroup: true,
        stdin: 'pipe',
        stderr: 'pipe',
      });
      const kill = () => process.signal('SIGKILL');
      const cancel = clock.after(TIMEOUT * 1000, kill);
      signal.addEventListener('abort', kill, { once: true });
      try {
        await outcomeOf(process, JSON.stringify(notification));
      } finally {
        cancel();
        signal.removeEventListener('abort', kill);
      }
    },
  };
}

async function outcomeOf(process: LaunchedProcess, input: string): Promise<void> {
  let errors = '';
  process.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-TAIL);
  });
  // A command that does not read its input is no failure.
  process.stdin?.on('error', () => {});
  process.stdin?.end(`${input}\n`);
  const { code, signal } = await process.exited;
  if (code === 0) return;
  const tail = errors.trim() === '' ? '' : `: ${oneLine(errors.trim())}`;
  throw new Error(`the command ended with ${signal === null ? `status ${code}` : signal}${tail}`);
}

function variablesOf(notification: Notification): Record<string, string> {
  const { id, event, text, workflow_id, workflow_name, status, user } = notification;
  const values = { id, event, text, workflow_id, workflow_name, status, user: user ?? '' };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`SKEP_NOTIFICATION_${name.toUpperCase()}`, oneLine(String(value))]),
  );
}
