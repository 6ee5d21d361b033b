import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the result of a step lies. @param {string} output @param {string} kind @param {string} name */
export function resultPath(output, kind, name) {
  return join(output, kind, `${name.replaceAll('/', '__')}.json`);
}

/** Writes a result so that a reader sees all of it or nothing. @param {string} path @param {string} text */
export function writeWhole(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

/** @param {string} path */
export function readResult(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
