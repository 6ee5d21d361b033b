/** For terminals that show nothing beyond ASCII. */
import { displayWidth } from './terminal.ts';

/** Signs of ours, and what stands for them in as many columns. */
const STAND_INS: Readonly<Record<string, string>> = {
  ...{ '█': '#', '▓': 'x', '▒': '>', '░': '.' },
  ...{ '·': '-', '…': '~', '│': '|', '×': 'x', '–': '-', '↑': '^', '↓': 'v' },
};

/** Whether a terminal with this environment shows more than ASCII: yes, unless its locale says otherwise. */
export function showsUnicode(environment: Readonly<Record<string, string | undefined>> = process.env): boolean {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return locale === '' || /utf-?8/i.test(locale);
}

/** The text in ASCII, as wide as it was; what has no stand-in becomes `?`. */
export function asciiOnly(text: string): string {
  return text.replace(/\P{ASCII}/gu, (character) => STAND_INS[character] ?? '?'.repeat(displayWidth(character)));
}
