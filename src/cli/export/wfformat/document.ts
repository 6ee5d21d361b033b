/** A workflow and its execution as a WfFormat 1.5 document, written as it is read. */
import type { Requester } from '../../../api/requester.ts';
import { WFFORMAT_TOOL } from '../../../client/input/wfformat/workflow.ts';
import { finalAttempt, runRecords, taskRecords } from '../../../client/queries/task-records.ts';
import { counted, countText } from '../../../core/figures.ts';
import { SKEP_VERSION } from '../../../core/version.ts';
import type { Sink } from '../sink.ts';
import { executionTask, Span } from './execution.ts';
import { numberedIds, recordedIds } from './task-ids.ts';

/**
 * Writes the document.
 * @returns what it does not tell, sentences for people
 * @throws SkepError not_found
 */
export async function writeWfFormat(requester: Requester, workflowId: number, sink: Sink): Promise<string[]> {
  const runs = await runRecords(requester, workflowId);
  const isRecorded = runs.tool === WFFORMAT_TOOL;
  const ids = isRecorded ? await recordedIds(taskRecords(requester, workflowId), runs) : numberedIds(runs);
  const head = {
    name: runs.name || `workflow-${workflowId}`,
    ...(runs.description && { description: runs.description }),
    createdAt: new Date(runs.created ?? 0).toISOString(),
    schemaVersion: '1.5',
    runtimeSystem: { name: 'Skep', version: SKEP_VERSION },
  };
  // The object of the head is left open.
  await sink.write(`${JSON.stringify(head).slice(0, -1)},"workflow":{"specification":{"tasks":[`);
  let tasks = 0;
  for await (const task of taskRecords(requester, workflowId, { graph: true })) {
    const specification = {
      name: ids.nameOf(task),
      id: ids.idOf(task),
      parents: task.upstream.map(ids.idOf),
      children: task.downstream.map(ids.idOf),
      inputFiles: [],
      outputFiles: [],
    };
    await sink.write(`${tasks++ === 0 ? '' : ','}\n${JSON.stringify(specification)}`);
  }
  await sink.write('\n],"files":[]}');

  const span = new Span();
  let [executed, failed] = [0, 0];
  for await (const task of taskRecords(requester, workflowId, { commands: true, attempts: true })) {
    const attempt = finalAttempt(task);
    if (attempt === undefined) continue;
    if (task.status === 'F') failed++;
    span.add(attempt);
    const opening = executed++ === 0 ? ',"execution":{"tasks":[' : ',';
    await sink.write(`${opening}\n${JSON.stringify(executionTask(ids.idOf(task), task, attempt, isRecorded))}`);
  }
  if (executed > 0) await sink.write(`\n],${JSON.stringify(span.summary()).slice(1, -1)}}`);
  await sink.write('}}\n');
  return notesOf({ tasks, executed, failed });
}

function notesOf({ tasks, executed, failed }: { tasks: number; executed: number; failed: number }): string[] {
  const unknown = tasks - executed;
  const notes: string[] = [];
  if (unknown > 0) {
    const whole = executed === 0 ? ', and there is no execution' : '';
    notes.push(
      `Of ${unknown === tasks ? 'all' : countText(unknown)} of ${counted(tasks, 'task')} no run time is known (yet): they are told of without one${whole}.`,
    );
  }
  if (failed > 0) {
    notes.push(
      `${counted(failed, 'task')} failed for good: WfFormat has no place for that, only for how long they ran.`,
    );
  }
  return notes;
}
