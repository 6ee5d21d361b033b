/** Some origin, to read a path against; it is in no answer. */
const BASE = 'http://skep.invalid';
/** It travels in a cookie. */
const LONGEST = 500;

/** A path of the page to come back to after a login; `/` for whatever would lead elsewhere. */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > LONGEST || !wanted.startsWith('/')) return '/';
  const url = URL.canParse(wanted, BASE) ? new URL(wanted, BASE) : undefined;
  if (url?.origin !== BASE || url.pathname.startsWith('//') || url.pathname.startsWith('/api/')) return '/';
  const path = `${url.pathname}${url.search}`;
  return path.length > LONGEST ? '/' : path;
}
