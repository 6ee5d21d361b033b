/** Compares what a page shows as output with what commands wrote. */

/** What may be another at each run. */
const KINDS = {
  numbers: /\d+(?:[.,]\d+)*/g,
  times: /\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?|\d+:\d\d:\d\d|\d+(?:\.\d+)? ?(?:ms|s|min|m|h|d|seconds?|minutes?|hours?)\b/g,
  paths: /\/[\w./-]+/g,
} as const;

/** Empty when the output is the one that is shown, else what is shown and what was written. */
export function differenceOf(shown: string, written: string, varies: string | undefined): string {
  const kinds = varies === undefined ? [] : varies.split(/[\s,]+/).map(kindOf);
  const [expected, actual] = [shown, written].map((text) => kinds.reduce(levelled, tidy(text))) as [string, string];
  if (patternOf(expected).test(`${actual}\n`)) return '';
  return `The page shows\n${indented(expected)}\nbut the commands wrote\n${indented(actual)}\n`;
}

function kindOf(word: string): RegExp {
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word as keyof typeof KINDS] : undefined;
  if (kind === undefined) throw new Error(`"${word}" is nothing that varies: ${Object.keys(KINDS).join(', ')}`);
  return kind;
}

/** A number that is longer moves what follows it, so blanks count once. */
function levelled(text: string, kind: RegExp): string {
  return text.replaceAll(kind, '#').replaceAll(/ {2,}/g, ' ');
}

function tidy(text: string): string {
  return text.replaceAll(/[ \t]+$/gm, '').trim();
}

function patternOf(shown: string): RegExp {
  const lines = shown.split('\n').map((line) => {
    if (line.trim() === '…') return '(?:.*\n)*?';
    const parts = line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return `${parts.join('.*')}\n`;
  });
  return new RegExp(`^${lines.join('')}$`);
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  | ');
}
