/** The server's own token: in a file that only the account of the server can read. */
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { messageOf, SkepError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';

/**
 * Reads the token file, or creates it with a fresh token that only its owner can read.
 * @throws SkepError `config_invalid` when the file cannot be read, when others can read it, or when it is empty.
 */
export function loadToken(path: string, random: Random): string {
  const { mode, text } = readTokenFile(path, random);
  if ((mode & 0o077) !== 0) {
    const sentence = `The token file ${path} can be read by others (mode ${mode.toString(8)}): run chmod 600 on it.`;
    throw new SkepError('config_invalid', sentence);
  }
  const token = text.trim();
  if (token === '') throw new SkepError('config_invalid', `The token file ${path} is empty: remove it.`);
  return token;
}

function readTokenFile(path: string, random: Random): { mode: number; text: string } {
  try {
    createTokenFile(path, random);
    const file = openSync(path, 'r');
    try {
      return { mode: fstatSync(file).mode & 0o777, text: readFileSync(file, 'utf8') };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const sentence = `The token file ${path} cannot be read: ${messageOf(cause)}.`;
    throw new SkepError('config_invalid', sentence, { cause });
  }
}

function createTokenFile(path: string, random: Random): void {
  try {
    writeFileSync(path, `${random.secret()}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
