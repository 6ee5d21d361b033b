/** The output of an attempt: of its file, where this machine has it, else of what its worker has shown or sent. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isAbsolute, normalize } from 'node:path';
import { SkepError } from '../../../core/errors.ts';
import { logPath } from '../../../core/log-paths.ts';
import type { ReadUnit } from '../../db/unit.ts';
import { readResources } from '../resources-text.ts';

export type Stream = 'stdout' | 'stderr';

export interface LogSource {
  /** Of the file, on the machine where the attempt runs or ran; null: it keeps none. */
  readonly path: string | null;
  /** The last of it, as the worker reported at the end; null: it has not. */
  readonly tail: string | null;
  /** Name of the worker that runs the command; undefined: none does. */
  readonly worker: string | undefined;
  /** Nothing will be added any more. */
  readonly ended: boolean;
  /** Of its workflow; null: it has none yet. */
  readonly owner: string | null;
}

const ENDED: readonly string[] = ['D', 'E', 'Z', 'W', 'U', 'F'];
const AT_WORK: readonly string[] = ['R', 'T', 'K'];

/** How workers are told from each other: a process of a machine. */
export function workerName(nodename: string, processId: number): string {
  return `${processId} on ${nodename}`;
}

/** @throws SkepError `not_found` */
export async function logSource({ db }: ReadUnit, taskInstanceId: number, stream: Stream): Promise<LogSource> {
  const row = await db
    .selectFrom('task_instance as instance')
    .innerJoin('task', 'task.id', 'instance.task_id')
    .innerJoin('workflow', 'workflow.id', 'task.workflow_id')
    .leftJoin('task_resources as resources', 'resources.id', 'instance.task_resources_id')
    .select(['instance.status', 'instance.distributor_id', 'instance.nodename', 'instance.process_group_id'])
    .select([`instance.${stream} as path`, `instance.${stream}_log as tail`])
    .select(['task.name', 'resources.requested_resources as asked', 'workflow.owner'])
    .where('instance.id', '=', taskInstanceId)
    .executeTakeFirst();
  if (row === undefined) throw new SkepError('not_found', `Task instance ${taskInstanceId} does not exist.`);
  const { status, path, tail, nodename, process_group_id: processId } = row;
  const isAtWork = AT_WORK.includes(status);
  return {
    path: path ?? (isAtWork ? pathOf(row, taskInstanceId, stream) : null),
    tail,
    worker: isAtWork && nodename !== null && processId !== null ? workerName(nodename, processId) : undefined,
    ended: ENDED.includes(status),
    owner: row.owner,
  };
}

/** Where a worker writes before it has said so, which may take a minute. */
function pathOf(
  { name, asked, distributor_id }: { name: string; asked: string | null; distributor_id: string | null },
  taskInstanceId: number,
  stream: Stream,
): string | null {
  const directory = readResources(asked)[stream];
  if (typeof directory !== 'string') return null;
  return logPath(directory, name, stream === 'stdout' ? 'o' : 'e', distributor_id ?? String(taskInstanceId));
}

export interface LogPart {
  readonly text: string;
  /** Bytes of the first character, behind the last one, and of all there is. */
  readonly from: number;
  readonly until: number;
  readonly size: number;
}

/** Which part is wanted. `offset`: a byte; negative: so many before the end. */
export interface PartWanted {
  readonly offset: number;
  readonly limit: number;
}

/**
 * A part of a file; undefined: this machine has no such file. `onlyOwn`: only one that belongs to the account of the server and that
 * nobody has given a second name: a link in a directory of his own may lead others to any file.
 */
export async function readLogFile(
  path: string,
  { offset, limit }: PartWanted,
  { onlyOwn = false } = {},
): Promise<LogPart | undefined> {
  const file = await openLog(path, onlyOwn);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    const from = start(offset, size);
    const bytes = Buffer.alloc(Math.min(limit, size - from));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    return { ...cut(bytes.subarray(0, bytesRead), { offset, from, size }), size };
  } finally {
    await file.close();
  }
}

/** A part of the end of an output, of which `size` bytes were written; what came before that end is known to nobody. */
export function partOfEnd(text: string, size: number, { offset, limit }: PartWanted): LogPart {
  const bytes = Buffer.from(text);
  const first = Math.max(0, size - bytes.length);
  const from = Math.max(first, start(offset, size));
  const part = cut(bytes.subarray(from - first, from - first + limit), { offset, from, size });
  return { ...part, size };
}

/** What opening a path answers that names no file for us, or is none at all. */
const UNREADABLE = [
  ...['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENXIO', 'ENAMETOOLONG'],
  'ERR_INVALID_ARG_VALUE',
];

/**
 * Undefined: this machine has no such file. Only a file of its own is read: a link or a pipe that a task put in its place could lead
 * anywhere, or to where reading never ends.
 */
async function openLog(path: string, onlyOwn: boolean): Promise<FileHandle | undefined> {
  if (!isAbsolute(path) || (onlyOwn && normalize(path) !== path)) return undefined;
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = await file.stat();
    const isOwn = stats.uid === process.getuid?.() && stats.nlink === 1;
    if (stats.isFile() && (isOwn || !onlyOwn)) return file;
    await file.close();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!UNREADABLE.includes(code)) throw error;
  }
  return undefined;
}

function start(offset: number, size: number): number {
  return offset < 0 ? Math.max(0, size + offset) : Math.min(offset, size);
}

/**
 * Whole characters only: one that the part ends within is left to the next part, and one that the end of an output begins within
 * is left out. Bytes that are no text are parts like any other, or a reader would never get past them.
 */
function cut(bytes: Buffer, { offset, from, size }: Place): Pick<LogPart, 'text' | 'from' | 'until'> {
  let first = 0;
  if (offset < 0 && from > 0) while (first < Math.min(3, bytes.length) && isContinuation(bytes[first])) first++;
  const end = from + bytes.length < size ? wholeEnd(bytes) : bytes.length;
  const last = end > first ? end : bytes.length;
  return { text: bytes.subarray(first, last).toString('utf8'), from: from + first, until: from + last };
}

/** What was asked for, and where that lies in so many bytes. */
interface Place {
  readonly offset: number;
  readonly from: number;
  readonly size: number;
}

/** Where the last character that is there as a whole ends; bytes that are no character end where they end. */
function wholeEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
