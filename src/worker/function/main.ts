/**
 * Entry of the processes that call functions: `main.ts --module <path> --function <name> --parameters <kinds> name=value …`.
 * The same as `skep worker function`, but it imports little, so that it starts fast.
 */
import { parseArgs } from 'node:util';
import { isSkepError, messageOf, SkepError } from '../../core/errors.ts';
import { type FunctionCall, runFunction } from './run-function.ts';

const OPTIONS = {
  module: { type: 'string' },
  function: { type: 'string' },
  parameters: { type: 'string', default: '' },
} as const;

const FAILED = 1;

const exitCode = await main(process.argv.slice(2));
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))));
// The function may have left timers or connections open, for which nobody waits.
process.exit(exitCode);

async function main(words: readonly string[]): Promise<number> {
  try {
    return await runFunction(callOf(words), process.stderr);
  } catch (error) {
    process.stderr.write(`skep: ${messageOf(error)}\n`);
    return isSkepError(error) ? error.exitCode : FAILED;
  }
}

/** @throws SkepError invalid_usage for options that are unknown or missing. */
function callOf(words: readonly string[]): FunctionCall {
  const { values, positionals } = parse(words);
  if (values.module === undefined || values.function === undefined) {
    throw new SkepError('invalid_usage', '--module and --function are required.');
  }
  return {
    module: values.module,
    function: values.function,
    parameters: values.parameters,
    words: positionals,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new SkepError('invalid_usage', messageOf(cause), { cause });
  }
}
