/** Real shells, into which a script for them is read. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { completionScript } from '../../../src/cli/completion/script.ts';
import type { CommandContext } from '../../../src/cli/context.ts';
import { createProgram } from '../../../src/cli/program.ts';

type Shell = Parameters<typeof completionScript>[0];

/** Lines that would leave a file named `pwned` if any part of them were run. */
export const HOSTILE_WORDS: readonly string[] = [
  ...['$(touch pwned)', '`touch pwned`', '$(touch pwned)/', '`touch pwned`/', '"$(touch pwned)', "'$(touch pwned)"],
  ...[
    ';touch pwned;',
    '&& touch pwned #',
    '*',
    '?',
    '[a',
    '~/$(touch pwned)',
    '--status=$(touch pwned)',
    '-$(touch pwned)',
  ],
  ...['workflow) touch pwned ;; x', `\${x:-$(touch pwned)}`, '<(touch pwned)', 'a\nb', '\\', '!!', '日本語', ''],
];

/** Why tests with a shell cannot run here; false when they can. */
export function lacks(shell: Shell): string | false {
  const has = (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, shell)));
  return !has && `there is no ${shell} on this machine`;
}

export const script = (shell: Shell) =>
  completionScript(
    shell,
    createProgram({} as CommandContext, () => {}),
  );

/** A folder with files and folders to be completed, removed afterwards. */
export function folderFor(test: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'skep-completion-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a program of a shell in a folder and gives what it writes. @throws Error when it fails or complains. */
export function runShell(words: readonly string[], program: string, folder: string): string {
  const path = join(folder, '.program');
  writeFileSync(path, program);
  const [file = '', ...options] = words;
  const environment = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_DATA_HOME: folder,
    LANG: 'C.UTF-8',
  };
  const ended = spawnSync(file, [...options, path], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (ended.status !== 0 || ended.stderr !== '') throw new Error(`${file}: ${ended.status} ${ended.stderr}`);
  return ended.stdout;
}

/** A word that these shells take for the text alone. */
export const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
