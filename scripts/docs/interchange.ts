/** The tables of the page about interchange, from the tables of the code; the rest of the page is written by hand. */
import { EXPORT_FORMATS } from '../../src/cli/export/formats.ts';
import { FORMS } from '../../src/client/input/forms.ts';
import { table } from './pages.ts';

/** The page with its two tables made anew. */
export function interchangePage(page: string): string {
  const tables = [
    table(
      ['form', '`--format`', 'told by'],
      FORMS.map(({ name, description, extensions, fileNames = [] }) => [
        description,
        `\`${name}\``,
        [...extensions, ...fileNames].map((text) => `\`${text}\``).join(', '),
      ]),
    ),
    table(
      ['form', '`--format`'],
      Object.entries(EXPORT_FORMATS).map(([name, { description }]) => [description, `\`${name}\``]),
    ),
  ];
  let index = 0;
  return page.replace(/^\| form \|.*\n(?:\|.*\n|[A-Z]+\n)+/gm, () => tables[index++] ?? '');
}
