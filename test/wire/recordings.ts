/** Exchanges recorded between foreign peers and the server that they were made for. They are not part of this repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Exchange {
  /** File and place in it, for messages. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path with query. */
  readonly url: string;
  /** Body as it was sent; empty or absent for GET. */
  readonly request: string | null;
  readonly status: number;
  readonly contentType: string;
  /** Body as it was answered. */
  readonly response: string;
}

/** One life of one server, in this order. */
export const RECORDINGS = ['1-run-done', '2-run-fails', '3-run-resumes', '4-views'] as const;
export type Recording = (typeof RECORDINGS)[number];

const directory = join(import.meta.dirname, '..', '..', '..', 'shared', 'wire');

/** For `test`: false when the recordings are there, else a sentence that says that they are not. */
export const skipWithoutRecordings = RECORDINGS.every((name) => existsSync(pathOf(name)))
  ? false
  : `The recorded exchanges are not at ${directory}.`;

/** The exchanges of a recording, in the order in which the requests arrived. */
export function readRecording(name: Recording): Exchange[] {
  const lines = readFileSync(pathOf(name), 'utf8').trim().split('\n');
  const exchanges = lines.map((line) => JSON.parse(line) as Omit<Exchange, 'name'> & { seq: number });
  exchanges.sort((a, b) => a.seq - b.seq);
  return exchanges.map(({ seq, ...exchange }) => ({ ...exchange, name: `${name} ${seq}` }));
}

function pathOf(name: Recording): string {
  return join(directory, `${name}.jsonl`);
}
