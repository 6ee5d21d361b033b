import { existsSync } from 'node:fs';
import { configPath, nearestOf, type TracedSetting, traceConfig } from '../../core/config.ts';
import { SkepError } from '../../core/errors.ts';
import { type CommandContext, type CommonOptions, overridesOf } from '../context.ts';
import { harmless } from '../output/terminal.ts';
import { writeJson, writeTable } from '../views/write.ts';
import { shownValue } from './shown-value.ts';

export interface ShowConfigOptions extends CommonOptions {
  readonly section?: string;
  readonly key?: string;
  readonly json?: boolean;
}

/** The settings in force with their sources; secrets are masked. */
export function showConfig(options: ShowConfigOptions, context: CommandContext): void {
  const { environment, errors } = context;
  const settings = choose(traceConfig({ environment, overrides: overridesOf(options) }), options);
  const rows = settings.map((setting) => ({
    key: `${setting.section}.${setting.key}`,
    value: shownValue(setting, setting.value),
    source: setting.source,
  }));
  if (options.json) {
    writeJson(rows, context);
    return;
  }
  const columns = [{ title: 'SETTING' }, { title: 'VALUE', shrinkTo: 10 }, { title: 'SOURCE' }];
  writeTable(
    columns,
    rows.map(({ key, value, source }) => [key, String(value), source]),
    context,
  );
  const path = configPath(environment);
  errors.write(`File: ${harmless(path)}${existsSync(path) ? '' : ' (does not exist)'}\n`);
}

/** @throws SkepError config_invalid naming a section or key that does not exist, and the nearest one. */
function choose(settings: readonly TracedSetting[], { section, key }: ShowConfigOptions): readonly TracedSetting[] {
  if (section !== undefined) {
    const sections = [...new Set(settings.map((setting) => setting.section))];
    if (!sections.includes(section)) throw unknown('section', section, sections);
  }
  if (key === undefined) return section === undefined ? settings : settings.filter((one) => one.section === section);
  const name = section === undefined ? key : `${section}.${key}`;
  const found = settings.filter((one) => `${one.section}.${one.key}` === name);
  if (found.length > 0) return found;
  throw unknown(
    'setting',
    name,
    settings.map((one) => `${one.section}.${one.key}`),
  );
}

function unknown(kind: string, name: string, known: readonly string[]): SkepError {
  return new SkepError('config_invalid', `Unknown ${kind} ${name}; did you mean ${nearestOf(name, known)}?`);
}
