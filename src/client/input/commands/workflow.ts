/** A list of commands, one on a line, as GNU parallel and xargs take it: each is a task, and none waits for another. */
import { basename, extname } from 'node:path';
import { SkepError } from '../../../core/errors.ts';
import { linesOf } from '../listed/lines.ts';
import { type ListedTask, makeListedWorkflow } from '../listed/workflow.ts';
import type { InputOptions, WorkflowInput } from '../workflow-input.ts';

/** @throws SkepError input_malformed with file and line */
export function readCommandList(text: string, file: string, options: InputOptions): WorkflowInput {
  const template = basename(file, extname(file));
  const tasks: ListedTask[] = [];
  for (const { number, text: line } of linesOf(text, file)) {
    const command = line.trim();
    if (command === '' || command.startsWith('#')) continue;
    tasks.push({ id: `line_${number}`, line: number, template, command, upstream: [] });
  }
  if (tasks.length === 0) throw new SkepError('input_malformed', `${file} holds no command.`);
  return makeListedWorkflow({ tasks }, text, file, options);
}
