import { ERRORS, isSkepError, messageOf } from '../../core/errors.ts';
import { withoutSecrets } from '../../core/secrets.ts';
import { harmless, type OutputStream, paintFor } from './terminal.ts';

/**
 * Tells a person what went wrong: a sentence and a hint; the stack only on demand.
 * @returns the exit code for the error.
 */
export function reportError(error: unknown, stream: OutputStream, verbose: boolean): number {
  const paint = paintFor(stream);
  const known = isSkepError(error);
  stream.write(`${paint('red', 'skep:')} ${harmless(withoutSecrets(messageOf(error)))}\n`);
  stream.write(`${paint('dim', `hint: ${known ? error.hint : ERRORS.internal.hint}`)}\n`);
  if (verbose && error instanceof Error) stream.write(`${withoutSecrets(error.stack ?? '')}\n`);
  return known ? error.exitCode : ERRORS.internal.exitCode;
}
