/** Entry of a thread that reads: it runs the statements that it is sent, one after the other, on a connection of its own. */

import { parentPort, workerData } from 'node:worker_threads';
import { CompiledQuery } from 'kysely';
import { openConnection } from './connection.ts';
import type { ThreadAnswer, ThreadQuestion } from './thread-connection.ts';

const connection = openConnection({ path: workerData as string, readOnly: true });

parentPort?.on('message', async ({ sql, parameters }: ThreadQuestion) => {
  parentPort?.postMessage(await answer(sql, parameters));
});

async function answer(sql: string, parameters: readonly unknown[]): Promise<ThreadAnswer> {
  try {
    const { rows } = await connection.db.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return { rows, inTransaction: connection.inTransaction };
  } catch (error) {
    // What marks an error as one of SQLite does not survive the way between threads by itself.
    const { message, code, errcode } = error as Error & { code?: unknown; errcode?: unknown };
    return { error: { message, code, errcode }, inTransaction: connection.inTransaction };
  }
}
