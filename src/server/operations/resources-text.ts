/** Reading resources that are stored as text. */
import { isSkepError } from '../../core/errors.ts';
import { parseLiteral } from '../../core/python-literal.ts';

/**
 * Stored resources: JSON, or a Python literal in rows that other programs wrote. Null when it is no mapping.
 * @throws SkepError `literal_malformed` for a text that is neither.
 */
export function parseResources(text: string): Record<string, unknown> | null {
  const value = parseEither(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/**
 * As {@link parseResources}; a text that holds no mapping counts as no resources, because a command must be able to start
 * and a task to be retried without them.
 */
export function readResources(text: string | null): Record<string, unknown> {
  if (text === null) return {};
  try {
    return parseResources(text) ?? {};
  } catch (error) {
    if (isSkepError(error, 'literal_malformed')) return {};
    throw error;
  }
}

/** JSON first: the reader of literals makes big integers of long numbers, which no answer can carry. */
function parseEither(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseLiteral(text);
  }
}
