import { isAbsolute } from 'node:path';
import { type Finding, ok, warning } from './finding.ts';

const VARIABLES = ['XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_CACHE_HOME'];

/** Relative paths would mean another directory wherever a command is typed. */
export function checkPaths(environment: Readonly<Record<string, string | undefined>>): Finding[] {
  const relative = VARIABLES.filter((name) => environment[name] && !isAbsolute(environment[name]));
  if (relative.length === 0) return [ok('paths', 'those of the environment are absolute')];
  return relative.map((name) =>
    warning('paths', `${name} is the relative path ${environment[name]}`, `Set ${name} to an absolute path.`),
  );
}
