import { type Finding, ok, problem } from './finding.ts';

/** The oldest release line that has all that we use of it. */
const OLDEST = 24;

export function checkNode(version: string): Finding {
  if (Number.parseInt(version, 10) >= OLDEST) return ok('node', `version ${version}`);
  return problem('node', `version ${version} is too old`, `Install Node ${OLDEST} or newer.`);
}
