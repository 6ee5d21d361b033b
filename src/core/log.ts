import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { withoutSecrets } from './secrets.ts';

export type { Logger } from 'pino';

/** What those need of a log that only write lines. */
export type LineLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** A structured log on stderr (or on `target`), one JSON object a line, without secrets; times are UTC text. */
export function createLog(
  component: string,
  level = 'info',
  target: DestinationStream = destination({ fd: 2, sync: true }),
): Logger {
  return pino({ name: component, level, timestamp: pino.stdTimeFunctions.isoTime }, masking(target));
}

/** Lines are masked as they leave, because nobody knows what an error of a library repeats. */
function masking(target: DestinationStream): DestinationStream {
  return { write: (line) => target.write(withoutSecrets(line)) };
}

/** A log that keeps nothing, for callers that hand none in. */
export const silentLog: Logger = pino({ level: 'silent' });
