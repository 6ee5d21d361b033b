import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';
import { messageOf, SkepError } from '../../../core/errors.ts';
import { type DocumentPath, findProblem, pathText } from '../schema-problem.ts';
import { WorkflowFile, workflowFileValidator } from './schema.ts';

/** A workflow file whose shape is right, and where its parts stand. */
export interface WorkflowDocument {
  readonly content: WorkflowFile;
  /** An error about the value at `path`, with file, line and column. */
  refuse(path: DocumentPath, sentence: string): SkepError;
}

/** An alias stands for its anchor's whole content: more than these would be a bomb, not a workflow. */
const MOST_ALIASES = 1000;

/**
 * A parsed value takes about two kilobytes, so this many take one gigabyte. A workflow that names more of them one by one is made
 * by a program, which can be a module.
 */
const MOST_VALUES = 500_000;

/**
 * Parses a workflow file and checks its shape.
 * @throws SkepError input_malformed with file, line and column.
 */
export function parseWorkflowDocument(text: string, file: string): WorkflowDocument {
  const lines = new LineCounter();
  if (hasTooMany(text)) {
    const sentence = `it has more than ${MOST_VALUES} values: write it as a module (.js, .ts), which has no limit`;
    throw malformed(file, lines, 0, sentence);
  }
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true });
  if (document.contents === null || text.trim() === '') throw malformed(file, lines, 0, 'the file is empty');
  const [flaw] = [...document.errors, ...document.warnings];
  if (flaw) throw malformed(file, lines, flaw.pos[0], reasonOf(flaw));
  const refuse = (path: DocumentPath, sentence: string) => malformed(file, lines, offsetOf(document, path), sentence);

  keepArgumentsAsWritten(document);
  const content = toPlainValue(document, file, lines);
  const problem = findProblem(workflowFileValidator, WorkflowFile, content);
  if (problem) throw refuse(problem.path, `${pathText(problem.path)} ${problem.complaint}.`);
  return { content: content as WorkflowFile, refuse };
}

function reasonOf({ code, message }: YAMLParseError | YAMLWarning): string {
  if (code === 'MULTIPLE_DOCS') return 'a workflow file is one document, but a second one begins here';
  return message.includes(STACK_IS_FULL) ? 'it is nested too deeply' : (message.split('\n')[0] ?? '');
}

/** Each value but the last ends with a comma or a line. */
function hasTooMany(text: string): boolean {
  let count = 0;
  for (const _ of text.matchAll(/[,\n]/g)) if (++count > MOST_VALUES) return true;
  return false;
}

/** As Node says it. */
const STACK_IS_FULL = 'call stack size exceeded';

function malformed(file: string, lines: LineCounter, offset: number, sentence: string): SkepError {
  const { line, col } = lines.linePos(offset);
  return new SkepError(
    'input_malformed',
    `${file}:${Math.max(1, line)}:${Math.max(1, col)}: ${sentence.replace(/\.?$/, '.')}`,
  );
}

/**
 * Arguments become part of a command, so they are the text that stands in the file: `1.10` stays `1.10`, `007` stays
 * `007`, `yes` stays `yes`. Only what has no text (an empty value) is left to the schema, which refuses it.
 */
function keepArgumentsAsWritten(document: Document.Parsed): void {
  visit(document, {
    Scalar(key, node, path) {
      if (key === 'key' || node.value === null || typeof node.value === 'string' || node.source === undefined) return;
      const [, , top, ...below] = path;
      const inTasks = isPair(top) && String(top.key) === 'tasks';
      const isArgument = inTasks && below.some((step) => isPair(step) && ARGUMENT_KEYS.has(String(step.key)));
      if (isArgument) node.value = node.source;
    },
  });
}

const ARGUMENT_KEYS: ReadonlySet<string> = new Set(['args', 'each', 'zip', 'where', 'match']);

function toPlainValue(document: Document.Parsed, file: string, lines: LineCounter): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (cause) {
    const place = offsetOf(document, []);
    throw malformed(file, lines, place, `its aliases cannot be followed: ${messageOf(cause)}`);
  }
}

/** Where the value at `path` begins (its key, where it is the value of a key); the nearest parent if it has no place. */
function offsetOf(document: Document.Parsed, path: DocumentPath): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    const current = isAlias(node) ? node.resolve(document) : node;
    if (!isCollection(current)) break;
    const item = isMap(current)
      ? current.items.find((pair) => (isScalar(pair.key) ? String(pair.key.value) : String(pair.key)) === String(key))
      : current.items[Number(key)];
    if (item === undefined) break;
    const placed = isPair(item) ? item.key : item;
    if (isNode(placed) && placed.range) offset = placed.range[0];
    node = isPair(item) ? item.value : item;
  }
  return offset;
}
