/** Compares what a page shows as output with what commands wrote. */

/** What may be another at each run; what contains others comes first. */
const KINDS = {
  paths: /\/[\w./-]+/g,
  times:
    /\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?|\d+:\d\d:\d\d|\d+(?:\.\d+)? ?(?:ms|s|min|m|h|d|seconds?|minutes?|hours?)\b/g,
  numbers: /\d+(?:[.,]\d+)*/g,
} as const;

/** Empty when the output is the one that is shown, else what is shown and what was written. */
export function differenceOf(shown: string, written: string, varies: string | undefined): string {
  const kinds = kindsOf(varies);
  const [expected, actual] = [shown, written].map((text) => kinds.reduce(levelled, tidy(text))) as [string, string];
  if (patternOf(expected).test(`${actual}\n`)) return '';
  return `The page shows\n${indented(expected)}\nbut the commands wrote\n${indented(actual)}\n`;
}

function kindsOf(varies = ''): RegExp[] {
  const words = varies.split(/[\s,]+/).filter(Boolean);
  const unknown = words.find((word) => !Object.hasOwn(KINDS, word));
  if (unknown !== undefined) throw new Error(`"${unknown}" is nothing that varies: ${Object.keys(KINDS).join(', ')}`);
  return Object.entries(KINDS).flatMap(([name, kind]) => (words.includes(name) ? [kind] : []));
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
