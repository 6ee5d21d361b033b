/** `server.json` in the data directory: how the processes of this user find the server that serves it. */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lives, type ProcessLauncher } from '../core/process.ts';

export interface ServerRecord {
  readonly url: string;
  readonly pid: number;
  /** Names the process for good: a process that has the pid later has another one. */
  readonly process: string;
  readonly token_file: string;
  readonly version: string;
  /** ISO text of the time at which the server started. */
  readonly started: string;
}

/** Writes the record so that a reader sees it whole or not at all; the returned function removes it. */
export function writeServerRecord(dataDirectory: string, record: ServerRecord): () => void {
  const path = serverRecordPath(dataDirectory);
  const draft = `${path}.${record.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return () => rmSync(path, { force: true });
}

/**
 * Reads the record of a server that lives; undefined when there is none. A crash leaves a record behind, and its pid may be
 * another process by now.
 */
export function readLiveServerRecord(dataDirectory: string, processes: ProcessLauncher): ServerRecord | undefined {
  const record = readServerRecord(dataDirectory);
  return record !== undefined && lives(record.process, processes) ? record : undefined;
}

/** Reads the record; undefined when there is none, or none that can be read. The server it names may be dead. */
function readServerRecord(dataDirectory: string): ServerRecord | undefined {
  try {
    return JSON.parse(readFileSync(serverRecordPath(dataDirectory), 'utf8')) as ServerRecord;
  } catch {
    return undefined; // Absent, or cut off by a full disk: in both cases nobody can be found by it.
  }
}

function serverRecordPath(dataDirectory: string): string {
  return join(dataDirectory, 'server.json');
}
