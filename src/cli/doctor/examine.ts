import { dataDirectory } from '../../core/config.ts';
import { messageOf } from '../../core/errors.ts';
import type { CommandContext, CommonOptions } from '../context.ts';
import { harmless, paintFor, plural, widthOf, wrapWords } from '../output/terminal.ts';
import { writeJson } from '../views/write.ts';
import { checkCertificate } from './certificate.ts';
import { checkConfiguration } from './configuration.ts';
import { checkDataDirectory, checkFileSystem, checkFreeSpace } from './data-directory.ts';
import { checkDatabase } from './database.ts';
import { type Finding, type Place, problem } from './finding.ts';
import { checkLimits } from './limits.ts';
import { checkNode } from './node.ts';
import { checkPage } from './page.ts';
import { checkPaths } from './paths.ts';
import { checkServer } from './server.ts';
import { checkSlurm } from './slurm.ts';
import { checkTokenFile } from './token-file.ts';

export interface DoctorOptions extends CommonOptions {
  readonly json?: boolean;
}

type Check = (place: Place) => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>;

/** In the order in which one leads to the next. */
const CHECKS: Readonly<Record<string, Check>> = {
  'data directory': checkDataDirectory,
  'file system': ({ config, dataDirectory: directory }) => checkFileSystem(directory, config.database.url === ''),
  'free space': ({ dataDirectory: directory }) => checkFreeSpace(directory),
  'token file': checkTokenFile,
  certificate: checkCertificate,
  database: checkDatabase,
  server: checkServer,
  slurm: checkSlurm,
};

/** Says of each part of the installation whether it is well. Changes nothing. @returns the exit code */
export async function examine(options: DoctorOptions, context: CommandContext): Promise<number> {
  const { config, finding } = checkConfiguration(options, context);
  const findings = [checkNode(process.versions.node), finding, ...checkPaths(context.environment)];
  findings.push(...checkLimits(), checkPage());
  if (config !== undefined) {
    const place = { context, config, dataDirectory: dataDirectory(config, context.environment) };
    for (const [name, check] of Object.entries(CHECKS)) findings.push(...(await outcomeOf(name, check, place)));
  }
  const errors = findings.filter(({ state }) => state === 'error').length;
  const warnings = findings.filter(({ state }) => state === 'warning').length;
  if (options.json) writeJson({ findings, errors, warnings }, context);
  else write(findings, errors, warnings, context);
  return errors === 0 ? 0 : 1;
}

/** A check that fails by itself is a finding too: one must not keep the others from being made. */
async function outcomeOf(name: string, check: Check, place: Place): Promise<readonly Finding[]> {
  try {
    return [await check(place)].flat();
  } catch (error) {
    return [problem(name, `It could not be checked: ${messageOf(error)}`, 'Mend what is named and look again.')];
  }
}

const COLOURS = { ok: 'green', warning: 'yellow', error: 'red' } as const;
/** Columns of the word before each line. */
const INDENT = 'warning  '.length;
/** Words are not broken into pieces of less than this. */
const NARROWEST = 20;

function write(findings: readonly Finding[], errors: number, warnings: number, { output }: CommandContext): void {
  const paint = paintFor(output);
  const width = Math.max(NARROWEST, widthOf(output) - INDENT);
  const blank = ' '.repeat(INDENT);
  for (const { check, state, message, hint } of findings) {
    const [first = '', ...others] = wrapWords(harmless(`${check}: ${message}`), width);
    output.write(`${paint(COLOURS[state], state.padEnd(INDENT))}${first}\n`);
    for (const line of others) output.write(`${blank}${line}\n`);
    for (const line of hint === undefined ? [] : wrapWords(harmless(hint), width)) {
      output.write(`${blank}${paint('dim', line)}\n`);
    }
  }
  const sum = [
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
  ];
  output.write(`\n${sum.length === 0 ? 'All is well.' : `${sum.join(', ')}.`}\n`);
}
