/** Taking commands apart into words. */

/** One piece of a word: plain characters, in single quotes, in double quotes without anything that expands. */
const PIECE = /[\w@%+=:,./^-]+|'([^']*)'|"((?:[^"$`\\!]|\\["$`\\])*)"|\\([^\n])/y;

/**
 * The words of a command that is a program and its arguments and nothing else; a comment at its end is left out. Undefined
 * where a shell would do more with it than run one program: expand, redirect, set variables, run several.
 */
export function wordsOfSimpleCommand(command: string): string[] | undefined {
  const words: string[] = [];
  const text = command.trim();
  for (let at = 0; at < text.length; ) {
    const space = /[ \t]*/y;
    space.lastIndex = at;
    at += space.exec(text)?.[0].length ?? 0;
    if (text[at] === '#') return text.includes('\n', at) ? undefined : withProgram(words);
    let word = '';
    const start = at;
    for (;;) {
      PIECE.lastIndex = at;
      const piece = PIECE.exec(text);
      if (piece === null) break;
      const [whole, single, double, escaped] = piece;
      word += single ?? double?.replace(/\\(.)/g, '$1') ?? escaped ?? whole;
      at += whole.length;
    }
    if (at === start || (at < text.length && !/[ \t]/.test(text[at] as string))) return undefined;
    words.push(word);
  }
  return withProgram(words);
}

/** Words of the shell's grammar: where one stands first, what follows is not run as a program's arguments. */
const RESERVED = new Set('case do done elif else esac fi for if in then until while time'.split(' '));

function withProgram(words: string[]): string[] | undefined {
  const [program] = words;
  return program === undefined || program === '' || program.includes('=') || RESERVED.has(program) ? undefined : words;
}

/**
 * The words of a text in which quotes hold words together and nothing else has a meaning.
 * @returns undefined when a quote is not closed
 */
export function quotedWords(text: string): string[] | undefined {
  const words: string[] = [];
  const word = /\s*((?:[^\s'"]+|'[^']*'|"[^"]*")+)(?=\s|$)/y;
  let at = 0;
  for (let found = word.exec(text); found !== null; found = word.exec(text)) {
    words.push((found[1] ?? '').replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
    at = word.lastIndex;
  }
  return text.slice(at).trim() === '' ? words : undefined;
}
