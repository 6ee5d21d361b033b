/** The table of who may use which route, from their declarations. */
import type { Access } from '../../src/api/access.ts';
import { type Route, SURFACE_PREFIX } from '../../src/api/route.ts';
import { routes } from '../../src/api/routes.ts';
import { table } from './pages.ts';

const BEGIN = '<!-- made from the routes by scripts/docs.ts -->';
const END = '<!-- end -->';

/** The page with its table made anew. */
export function securityPage(page: string): string {
  const [before = '', rest = ''] = page.split(BEGIN);
  const after = rest.split(END).slice(1).join(END);
  return `${before}${BEGIN}\n\n${accessTable()}\n${END}${after}`;
}

const WHO: Readonly<Record<string, string>> = {
  open: 'everybody, without a token',
  read: 'whoever has a valid token',
  contribute: 'role user',
  own: 'the owner, or an admin',
  self: 'everybody about himself, an admin about all',
  administer: 'admins',
};

/** What changes something, one by one; what only looks, in one row. */
function accessTable(): string {
  const all = Object.entries<Route>(routes);
  const rows = all
    .filter(([, { access }]) => access !== 'read')
    .map(([, { surface, method, path, access, audited }]) => [
      `\`${method} ${SURFACE_PREFIX[surface]}${path}\``,
      WHO[typeof access === 'string' ? access : 'own'] ?? '',
      subjectsText(access),
      audited ? 'yes' : '',
    ]);
  const reading = all.length - rows.length;
  return table(
    ['request', 'who', 'whose: the workflow of', 'recorded'],
    [...rows, [`${reading} others, which change nothing`, WHO.read ?? '', '', '']],
  );
}

function subjectsText(access: Access): string {
  if (typeof access === 'string') return '';
  return Object.values(access.own)
    .flat()
    .map((path) => `\`${path}\``)
    .join(', ');
}
