import { configPath, SETTINGS } from '../../core/config.ts';
import { type ChangedSetting, changeConfigFile } from '../../core/config-file.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless } from '../output/terminal.ts';
import { writeJson } from '../views/write.ts';
import { shownValue } from './shown-value.ts';

export interface ChangeSettingOptions extends CommonOptions {
  readonly configFile?: string;
  readonly json?: boolean;
}

/** Changes one setting in the configuration file and says what it was and is. */
export function changeSetting(
  name: string,
  text: string,
  options: ChangeSettingOptions,
  context: CommandContext,
): void {
  const { environment, output } = context;
  const file = options.configFile ?? configPath(environment);
  const setting = changeConfigFile(file, name, text);
  const [before, after] = [shownValue(setting, setting.before), shownValue(setting, setting.value)];
  if (options.json) {
    writeJson({ key: name, old: before ?? null, new: after, file }, context);
  } else {
    const old = before === undefined || before === null ? `${quoted(defaultOf(setting))} (default)` : quoted(before);
    output.write(`${name}: ${old} → ${quoted(after)}\nFile: ${harmless(file)}\n`);
  }
  warnIfHidden(setting, context);
}

function quoted(value: unknown): string {
  return harmless(value === '' ? '""' : String(value));
}

function defaultOf({ section, key }: ChangedSetting): unknown {
  const settings: Readonly<Record<string, Readonly<Record<string, { readonly default: unknown }>>>> = SETTINGS;
  return settings[section]?.[key]?.default;
}

/** A variable of the environment wins over the file: whoever changes the file should know. */
function warnIfHidden({ section, key }: ChangedSetting, { environment, errors }: CommandContext): void {
  const names = ['SKEP', 'JOBMON'].map((prefix) => `${prefix}__${section}__${key}`.toUpperCase());
  const winner = names.find((name) => environment[name] !== undefined);
  if (winner !== undefined) errors.write(`${winner} in the environment is set too, and wins over the file.\n`);
}
