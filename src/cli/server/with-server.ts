import type { Requester } from '../../api/requester.ts';
import { createLog, silentLog } from '../../core/log.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { connect } from './connect.ts';

/**
 * Asks the server something; without a running one, the embedded one is started for the moment. Others that need one then
 * wait for that moment: if they joined it, they would lose it in the middle of what they do.
 */
export async function withServer<Answer>(
  options: CommonOptions,
  context: CommandContext,
  ask: (requester: Requester) => Promise<Answer>,
): Promise<Answer> {
  const config = configFor(context, options);
  const log = options.verbose ? createLog('server', config.log.level) : silentLog;
  const { clock, processes, transportTo } = context;
  const connection = await connect({ config, clock, processes, log, transportTo, momentary: true });
  try {
    return await ask(connection.requester);
  } finally {
    await connection.close();
  }
}
