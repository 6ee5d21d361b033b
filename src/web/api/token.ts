/** The token of this tab: brought in the fragment of the first address (which no server and no log ever sees). */
const KEY = 'skep-token';

/** Takes the token out of the address bar, if one is there. */
export function takeTokenFromAddress(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  keepToken(token);
  history.replaceState(history.state, '', location.pathname + location.search);
}

/** Keeps it until the tab is closed. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token.trim());
}

/** Whoever logs in is known by that, and not by a token from before. */
export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
}

export function knownToken(): string | null {
  return sessionStorage.getItem(KEY);
}
