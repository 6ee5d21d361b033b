import { SkepError } from '../../../core/errors.ts';
import { parseJsonText } from '../json-text.ts';
import { findProblem, pathText } from '../schema-problem.ts';
import { WfFormat, wfFormatValidator } from './schema.ts';

/**
 * Reads a WfFormat document.
 * @throws SkepError input_malformed with line and column (not JSON) or with the path to the value at fault.
 */
export function parseWfFormat(text: string, path: string): WfFormat {
  const document = parseJsonText(text, path);
  const problem = findProblem(wfFormatValidator, WfFormat, document);
  if (problem === undefined) return document as WfFormat;
  const place = pathText(problem.path);
  throw new SkepError('input_malformed', `${path}: ${place} ${problem.complaint} (as WfFormat 1.5 and 1.6 have it).`);
}
