/** Keeping secrets out of what is shown and written down. */

/** What stands in place of a secret. */
export const MASK = '********';

/** What comes before a secret, in text of any kind, and what it is made of. Of bounded lengths, or hostile text would take hours. */
const SECRETS = [
  // A password in an address. What follows `@` is the host, and a password may hold one itself.
  /(:\/\/[^/:@\s"'<>]{0,256}:)[^/\s"'<>]{1,512}(?=@)/g,
  // A token in front of the path of an address.
  /(:\/\/[^/\s"'<>]{1,256}(?:\/[^\s"'<>]{0,256}?)?\/t\/)[^/?#\s"'<>]+/g,
  /(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
];

/** The text with passwords and tokens of addresses, and those of `authorization` headers, masked. */
export function withoutSecrets(text: string): string {
  return SECRETS.reduce((masked, secret) => masked.replace(secret, `$1${MASK}`), text);
}
