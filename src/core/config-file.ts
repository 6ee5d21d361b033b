/** Changing one setting in a configuration file, and nothing else in it: comments, order and quotes stay. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Document, isAlias, isMap, isScalar, parseDocument } from 'yaml';
import { parseSetting, type TracedSetting } from './config.ts';
import { messageOf, SkepError } from './errors.ts';

export interface ChangedSetting extends TracedSetting {
  /** What the file said before; undefined: nothing. */
  readonly before: unknown;
}

/**
 * Sets `section.key` in the file, which is created (mode 0600, like its directory 0700) when there is none. A reader
 * sees the old file or the new one, never a part.
 * @throws SkepError `config_invalid` for a name or value that is none, and for a file that is no YAML of settings or
 * cannot be written; the file is as it was then.
 */
export function changeConfigFile(path: string, name: string, text: string): ChangedSetting {
  const setting = parseSetting(name, text);
  const { section, key, value } = setting;
  const target = followLinks(path);
  const document = readDocument(target);
  if (document.contents === null) document.contents = document.createNode({});
  makeSection(document, section, path);
  const before = document.getIn([section, key]);
  document.setIn([section, key], value);
  replaceFile(target, document.toString({ lineWidth: 0 }));
  return { ...setting, before };
}

function readDocument(path: string): Document {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return parseDocument('');
    throw invalidFile('read', path, messageOf(cause), cause);
  }
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw invalidFile('read', path, error.message.split('\n')[0] ?? '', error);
  if (document.contents !== null && !isMap(document.contents)) {
    throw invalidFile('change', path, 'it must hold sections with keys');
  }
  return document;
}

/** Makes sure that the section is a mapping; an empty one (`server:`) is written as null. */
function makeSection(document: Document, section: string, path: string): void {
  const current: unknown = document.get(section, true);
  if (isMap(current)) return;
  const isEmpty = current === undefined || current === null || (isScalar(current) && current.value === null);
  if (!isEmpty || isAlias(current))
    throw invalidFile('change', path, `${section} is not a section with keys of its own`);
  const node = document.createNode({});
  node.flow = false;
  if (isScalar(current)) node.commentBefore = current.comment ?? null;
  document.set(section, node);
}

/** A link stays a link: what it leads to is replaced. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // There is no such file yet.
  }
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0o600;
    rmSync(temporary, { force: true });
    const file = openSync(temporary, 'wx', mode & 0o777);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw invalidFile('write', path, messageOf(cause), cause);
  }
}

function invalidFile(verb: string, path: string, reason: string, cause?: unknown): SkepError {
  const sentence = `Cannot ${verb} the configuration file ${path}: ${reason.replace(/\.$/, '')}.`;
  return new SkepError('config_invalid', sentence, { cause });
}
