import { existsSync } from 'node:fs';
import { type Config, configPath } from '../../core/config.ts';
import { isSkepError } from '../../core/errors.ts';
import { type CommandContext, type CommonOptions, configFor } from '../context.ts';
import { type Finding, ok, problem } from './finding.ts';

/** The configuration in force; undefined where it is none. */
export function checkConfiguration(
  options: CommonOptions,
  context: CommandContext,
): { readonly config: Config | undefined; readonly finding: Finding } {
  const path = configPath(context.environment);
  try {
    const config = configFor(context, options);
    const source = existsSync(path) ? path : `there is no ${path}, so defaults and the environment hold`;
    return { config, finding: ok('configuration', source) };
  } catch (error) {
    if (!isSkepError(error)) throw error;
    const hint = `${error.hint} What depends on it was not checked.`;
    return { config: undefined, finding: problem('configuration', error.message, hint) };
  }
}
