/** The way to log in, where the server offers one: it says so in the document. */

const PATH = document.querySelector<HTMLMetaElement>('meta[name="login-path"]')?.content ?? '';

/** Where to log in, to come back to what is in sight; undefined where nobody can. */
export function loginAddress(): string | undefined {
  if (!PATH.startsWith('/')) return undefined;
  return `${PATH}?${new URLSearchParams({ return_to: location.pathname + location.search })}`;
}

/** Where somebody who has logged in gets out again. */
export function logoutAddress(): string {
  return PATH.replace(/login$/, 'logout');
}
