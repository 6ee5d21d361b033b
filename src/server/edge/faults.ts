/** The answer to parts of a request that do not fit: status 422, with one entry for each fault. Source: http-views §1.2. */
import { HttpAnswer } from '../handler.ts';

export interface Fault {
  readonly type: string;
  /** The place, the name, and deeper steps such as the index of a value. */
  readonly loc: readonly [place: 'path' | 'query' | 'body', ...steps: (string | number)[]];
  readonly msg: string;
  /** What was given, as text; null for nothing. */
  readonly input: string | null;
}

export function faultsAnswer(faults: readonly Fault[]): HttpAnswer {
  return new HttpAnswer(422, { detail: faults });
}
