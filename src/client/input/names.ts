/** Names and identities that are made of what a file is called and holds. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** A name that Skep accepts: other characters become `_`. */
export function plainName(text: string): string {
  const name = text.replace(/[^\w.:+-]/g, '_').slice(0, 250);
  return /^\d/.test(name) ? `_${name}` : name;
}

/** Without args of its own, the file at this path with this content is the identity: an edited file is another workflow. */
export function argsOfFile(text: string, file: string): string {
  return `${resolve(file)} ${digest(text)}`;
}

/** Tells two documents of one name apart, so that a changed document is another workflow. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
