/**
 * What a page of Markdown shows in fences, and how the test is to take it. A mark is an HTML comment, which readers do not
 * see, in front of the fence that it is about:
 *
 * | mark | meaning |
 * |---|---|
 * | `<!-- test: skip REASON -->` | not run, and counted with its reason |
 * | `<!-- test: needs SERVICE -->` | run where there is the service: postgres, slurm or systemd; else counted as skipped |
 * | `<!-- test: exit 1 -->` | the commands end with this status, not with 0 |
 * | `<!-- test: background TEXT -->` | the commands go on; the next block is run once they have written TEXT |
 * | `<!-- test: file NAME -->` | the file that is shown has this name; a second word behind the language, or a first line `# NAME` or `// NAME`, says the same |
 * | `<!-- test: continues NAME -->` | TypeScript that goes on where the file NAME above ends |
 * | `<!-- test: output COMMAND -->` | what the command writes; without one: what the commands above it wrote |
 * | `<!-- test: varies KINDS -->` | in this output numbers, times or paths may be others |
 * | `<!-- test: run …commands… -->` | no fence follows: commands that the reader is not told of |
 *
 * In the output of commands (fences of the language `text` that are no file) an ellipsis stands for anything within a line, and a line that is
 * nothing but one for any lines.
 */

export interface Block {
  /** Line of the fence in its page, from 1. */
  readonly line: number;
  /** Empty where the fence names none. */
  readonly language: string;
  readonly text: string;
  readonly marks: Marks;
}

type Marks = Readonly<Partial<Record<MarkName, string>>>;
type MarkName = (typeof MARK_NAMES)[number];

const MARK_NAMES = ['skip', 'needs', 'exit', 'background', 'file', 'continues', 'output', 'varies', 'run'] as const;
/** Marks that say nothing without a value. */
const WITH_VALUE: readonly MarkName[] = ['skip', 'needs', 'exit', 'background', 'file', 'continues', 'varies', 'run'];

const COMMENT = /<!--\s*test:\s*(\w+)\s*([\s\S]*?)\s*-->/y;
const FENCE = /^( *)(`{3,}|~{3,}) *([\w-]*) *([^\s`]*)[^\n]*\n([\s\S]*?)^\1\2[ \t]*$/my;

/** All fences of a page, and the commands that it hides, in order. @throws Error naming the line of what cannot be read. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let marks: Partial<Record<MarkName, string>> = {};
  for (let place = 0; place < page.length; ) {
    const line = page.slice(0, place).split('\n').length;
    const comment = matchAt(COMMENT, page, place);
    const fence = comment === undefined ? matchAt(FENCE, page, place) : undefined;
    if (comment !== undefined) {
      const [all, word = '', value = ''] = comment;
      const name = markName(word, value, line);
      if (name === 'run') blocks.push({ line, language: 'sh', text: `${value}\n`, marks: { run: value } });
      else marks[name] = value;
      place += all.length;
    } else if (fence !== undefined) {
      const [all, indent = '', , language = '', file = '', text = ''] = fence;
      if (file !== '') marks.file ??= file;
      blocks.push({ line, language, text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''), marks });
      marks = {};
      place += all.length;
    } else {
      const end = page.indexOf('\n', place);
      const rest = page.slice(place, end < 0 ? page.length : end);
      if (rest.trim() !== '' && Object.keys(marks).length > 0) {
        throw new Error(`line ${line}: no fence follows the mark "${Object.keys(marks).join(', ')}"`);
      }
      if (/^ *(```|~~~)/.test(rest)) throw new Error(`line ${line}: this fence does not end`);
      place += rest.length + 1;
    }
  }
  return blocks;
}

function matchAt(pattern: RegExp, text: string, place: number): RegExpExecArray | undefined {
  pattern.lastIndex = place;
  return pattern.exec(text) ?? undefined;
}

function markName(word: string, value: string, line: number): MarkName {
  const name = MARK_NAMES.find((known) => known === word);
  if (name === undefined) throw new Error(`line ${line}: unknown mark "${word}"; known are ${MARK_NAMES.join(', ')}`);
  if (WITH_VALUE.includes(name) && value === '') throw new Error(`line ${line}: the mark "${name}" needs a value`);
  return name;
}

/** The name that a shown file has; undefined: none. */
export function fileNameOf({ marks, text }: Block): string | undefined {
  return marks.file ?? /^(?:#|\/\/) ([\w./-]+\.\w+)\s*\n/.exec(text)?.[1];
}
