/** The directory in which a trace is replayed: task files for `replay.sh`, staged inputs, outputs, a log of attempts. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, SkepError } from '../../../core/errors.ts';
import type { TraceTask } from './graph.ts';
import { refuseFilesAsDirectories, relativePathOf, TASK_DIRECTORY } from './paths.ts';
import type { WfFormat } from './schema.ts';

/** Files are replayed a thousand times smaller and never above 1 KiB: what matters is that they exist. */
const SHRINK = 1000;
const LARGEST_FILE = 1024;

/** What has to lie in the work directory before the first task starts. */
export interface Staging {
  /** Relative path → content. */
  readonly files: ReadonlyMap<string, string>;
  readonly directories: ReadonlySet<string>;
}

/** Path of the task file of the task at this position of the document, relative to the work directory. */
export function taskFileOf(position: number): string {
  return `${TASK_DIRECTORY}/${position}.task`;
}

/**
 * Plans the work directory.
 * @throws SkepError input_malformed for file ids that cannot be mapped below it.
 */
export function planStaging(
  document: WfFormat,
  tasks: readonly TraceTask[],
  isReplayed: (task: TraceTask) => boolean,
  timeScale: number,
  path: string,
): Staging {
  const paths = new Map<string, string>();
  const pathOf = (id: string): string => {
    const mapped = paths.get(id) ?? relativePathOf(id, path);
    paths.set(id, mapped);
    return mapped;
  };
  const sizes = new Map(document.workflow.specification.files?.map((file) => [file.id, file.sizeInBytes ?? 0]));
  const sizeOf = (id: string): number => Math.min(LARGEST_FILE, Math.ceil((sizes.get(id) ?? 0) / SHRINK));

  const files = new Map<string, string>();
  const produced = new Set(tasks.flatMap(({ specification }) => specification.outputFiles ?? []).map(pathOf));
  for (const [position, task] of tasks.entries()) {
    const { inputFiles = [], outputFiles = [] } = task.specification;
    for (const id of inputFiles) if (!produced.has(pathOf(id))) files.set(pathOf(id), ' '.repeat(sizeOf(id)));
    if (isReplayed(task)) files.set(taskFileOf(position), taskFile(task, timeScale, inputFiles, outputFiles));
  }
  refuseFilesAsDirectories([...files.keys(), ...produced], path);
  return { files, directories: new Set([...files.keys(), ...produced].map((file) => dirname(file))) };

  function taskFile(task: TraceTask, scale: number, inputs: readonly string[], outputs: readonly string[]): string {
    const own = new Set(outputs.map(pathOf));
    const seconds = (task.execution?.runtimeInSeconds ?? 0) * scale;
    return [
      `sleep ${seconds === 0 ? 0 : seconds.toFixed(3)}`,
      ...inputs
        .map(pathOf)
        .filter((input) => !own.has(input))
        .map((input) => `in ${input}`),
      ...outputs.map((id) => `out ${sizeOf(id)} ${pathOf(id)}`),
      '',
    ].join('\n');
  }
}

/**
 * Writes what {@link planStaging} planned; repeating it changes nothing.
 * @throws SkepError input_unreadable naming the directory that cannot be written.
 */
export async function stage({ files, directories }: Staging, workDirectory: string): Promise<void> {
  try {
    for (const directory of directories) await mkdir(join(workDirectory, directory), { recursive: true });
    for (const [file, content] of files) await writeFile(join(workDirectory, file), content);
  } catch (cause) {
    const sentence = `Cannot prepare the work directory ${workDirectory}: ${messageOf(cause)}.`;
    throw new SkepError('input_unreadable', sentence, { cause });
  }
}
