/** A Workflow Run RO-Crate: a folder, or an archive of one, that tells how a workflow went and holds its files. */
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Requester } from '../../../api/requester.ts';
import { runRecords, type TaskRecord, taskRecords } from '../../../client/queries/task-records.ts';
import { messageOf, SkepError } from '../../../core/errors.ts';
import { counted, countText } from '../../../core/figures.ts';
import { cannotWrite, checkNewFile, existsAlready } from '../../output/new-file.ts';
import { DraftFile } from '../sink.ts';
import { writeTrace } from '../trace/trace.ts';
import { writeWfFormat } from '../wfformat/document.ts';
import { crateMetadata } from './metadata.ts';
import { packFolder } from './zip.ts';

/** Tasks of which each becomes entities of the metadata, which readers hold as a whole; more are told of in files alone. */
const MOST_TASKS = 5000;

export interface CrateOptions {
  readonly force?: boolean | undefined;
  readonly license?: string | undefined;
  /** File that the workflow was described by. */
  readonly workflowFile?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const METADATA = 'ro-crate-metadata.json';
const WFFORMAT = 'workflow.wfformat.json';
const TRACE = 'trace.txt';

/** @throws SkepError invalid_usage when there is something at the path that may not be replaced */
export function checkCratePlace(path: string, { force, workflowFile }: CrateOptions): void {
  if (workflowFile !== undefined && !statSync(workflowFile, { throwIfNoEntry: false })?.isFile()) {
    throw new SkepError('invalid_usage', `Cannot read ${workflowFile}: there is no such file.`);
  }
  if (isArchive(path) || !existsSync(path)) {
    checkNewFile(path, { force });
    return;
  }
  if (!force) throw existsAlready(path);
  if (!existsSync(join(path, METADATA)))
    throw new SkepError('invalid_usage', `${path} is not replaced: it is no crate.`);
}

/**
 * Writes the crate; it is there whole or not at all.
 * @returns what it does not tell, sentences for people
 */
export async function writeCrate(
  requester: Requester,
  workflowId: number,
  path: string,
  options: CrateOptions,
): Promise<string[]> {
  checkCratePlace(path, options);
  const draft = `${path}.${process.pid}.tmp`;
  const archive = `${draft}.zip`;
  try {
    mkdirSync(draft);
    const { names, notes } = await fill(draft, requester, workflowId, options);
    if (isArchive(path)) await packFolder(draft, names, archive);
    else if (existsSync(path)) rmSync(path, { recursive: true });
    renameSync(isArchive(path) ? archive : draft, path);
    return notes;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw cannotWrite(path, new Error(messageOf(cause), { cause }));
  } finally {
    rmSync(draft, { recursive: true, force: true });
    rmSync(archive, { force: true });
  }
}

async function fill(folder: string, requester: Requester, workflowId: number, options: CrateOptions) {
  const runs = await runRecords(requester, workflowId);
  const notes = [
    ...(await writeFile(join(folder, WFFORMAT), (sink) => writeWfFormat(requester, workflowId, sink))),
    ...(await writeFile(join(folder, TRACE), (sink) => writeTrace(requester, workflowId, sink))),
  ];
  const own = options.workflowFile === undefined ? undefined : nameInCrate(options.workflowFile);
  if (own !== undefined) copyFileSync(options.workflowFile as string, join(folder, own));
  const tasks: TaskRecord[] | undefined = runs.tasks > MOST_TASKS ? undefined : [];
  if (tasks === undefined) {
    notes.push(
      `The metadata tells of the runs alone: ${counted(runs.tasks, 'task')} are more than ${countText(MOST_TASKS)}; ${TRACE} tells of each.`,
    );
  } else {
    const parts = { commands: true, attempts: true };
    for await (const task of taskRecords(requester, workflowId, parts)) tasks.push(task);
  }
  if (options.license === undefined) notes.push('The crate states no licence: --license gives it one.');
  const main = { file: own ?? WFFORMAT, language: own === undefined ? 'WfFormat' : 'other' } as const;
  const { license, now } = options;
  writeFileSync(
    join(folder, METADATA),
    crateMetadata({ runs, tasks, main, wfformat: WFFORMAT, trace: TRACE, license, now }),
  );
  return { names: [METADATA, ...(own === undefined ? [] : [own]), WFFORMAT, TRACE], notes };
}

async function writeFile(path: string, write: (sink: DraftFile) => Promise<string[]>): Promise<string[]> {
  const file = new DraftFile(path);
  try {
    const notes = await write(file);
    file.finish();
    return notes;
  } finally {
    file.close();
  }
}

/** Ids are relative addresses: other characters would have to be escaped in each of them. */
function nameInCrate(path: string): string {
  const name = basename(path).replace(/[^\w.-]/g, '_');
  return [METADATA, WFFORMAT, TRACE].includes(name) ? `workflow-${name}` : name;
}

function isArchive(path: string): boolean {
  return extname(path).toLowerCase() === '.zip';
}
