/** The output of an attempt: of its file, where this machine has it, else of the tail that its worker sent. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { SkepError } from '../../../core/errors.ts';
import type { ReadUnit } from '../../db/unit.ts';

export type Stream = 'stdout' | 'stderr';

export interface LogSource {
  /** Of the file, on the machine where the attempt ran; null: it keeps none. */
  readonly path: string | null;
  /** The last of it, as the worker reported; null: it has not. */
  readonly tail: string | null;
  /** Nothing will be added any more. */
  readonly ended: boolean;
}

const ENDED: readonly string[] = ['D', 'E', 'Z', 'W', 'U', 'F'];

/** @throws SkepError `not_found` */
export async function logSource({ db }: ReadUnit, taskInstanceId: number, stream: Stream): Promise<LogSource> {
  const row = await db
    .selectFrom('task_instance')
    .select(['status', 'stdout', 'stderr', 'stdout_log', 'stderr_log'])
    .where('id', '=', taskInstanceId)
    .executeTakeFirst();
  if (row === undefined) throw new SkepError('not_found', `Task instance ${taskInstanceId} does not exist.`);
  return { path: row[stream], tail: row[`${stream}_log`], ended: ENDED.includes(row.status) };
}

export interface LogPart {
  readonly text: string;
  /** Bytes of the first character, behind the last one, and of all there is. */
  readonly from: number;
  readonly until: number;
  readonly size: number;
  readonly source: 'file' | 'tail' | 'none';
}

/** `offset`: a byte; negative: so many before the end. */
export async function readLog({ path, tail }: LogSource, offset: number, limit: number): Promise<LogPart> {
  const file = path === null ? undefined : await openLog(path);
  if (file !== undefined) {
    try {
      const { size } = await file.stat();
      const from = start(offset, size);
      const bytes = Buffer.alloc(Math.min(limit, size - from));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
      return { ...cut(bytes.subarray(0, bytesRead), { offset, from, size }), size, source: 'file' };
    } finally {
      await file.close();
    }
  }
  const bytes = Buffer.from(tail ?? '');
  const from = start(offset, bytes.length);
  const size = bytes.length;
  const part = cut(bytes.subarray(from, from + limit), { offset, from, size });
  return { ...part, size, source: tail === null ? 'none' : 'tail' };
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
async function openLog(path: string): Promise<FileHandle | undefined> {
  if (!isAbsolute(path)) return undefined;
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
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
