/** A trace: one line for each attempt, under the columns of Nextflow's trace file. */
import type { Requester } from '../../../api/requester.ts';
import { runRecords, taskRecords } from '../../../client/queries/task-records.ts';
import { counted, countText } from '../../../core/figures.ts';
import type { Sink } from '../sink.ts';
import { COLUMNS, type Line } from './columns.ts';
import { RAW, READABLE } from './forms.ts';

/**
 * Writes the trace.
 * @returns what it does not tell, sentences for people
 * @throws SkepError not_found
 */
export async function writeTrace(
  requester: Requester,
  workflowId: number,
  sink: Sink,
  { raw = false }: { raw?: boolean | undefined } = {},
): Promise<string[]> {
  const { templates } = await runRecords(requester, workflowId);
  const names = new Map(templates.map(({ array_id: id, name }) => [id, name]));
  const forms = raw ? RAW : READABLE;
  const columns = Object.values(COLUMNS);
  await sink.write(`${Object.keys(COLUMNS).join('\t')}\n`);
  let [without, tasks] = [0, 0];
  for await (const task of taskRecords(requester, workflowId, { commands: true, attempts: true })) {
    tasks++;
    if (task.attempts.length === 0) without++;
    const template = (task.array_id === null ? undefined : names.get(task.array_id)) ?? '';
    for (const [position, attempt] of task.attempts.entries()) {
      const line: Line = { task, attempt, number: position + 1, template };
      await sink.write(`${columns.map((textOf) => cell(textOf(line, forms))).join('\t')}\n`);
    }
  }
  return without === 0
    ? []
    : [`${countText(without)} of ${counted(tasks, 'task')} have no line: no attempt of them was made.`];
}

/** What would end a cell or a line is a space; what is not known is a dash. */
function cell(value: string | null): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are replaced.
  const text = (value ?? '').replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
  return text === '' ? '-' : text;
}
