/** Names of the tasks of a function. Source: client §15. */
import { cutTaskName } from '../names.ts';

/** Makes a name of the name of the function and the texts of its naming arguments. */
export type NameFunction = (prefix: string, texts: Readonly<Record<string, string>>) => string;

/** `square:n=3:label=a_b`, cut to what a default name may have. Arguments that were left out are not shown. */
export function functionTaskName(prefix: string, texts: Readonly<Record<string, string>>): string {
  const parts = Object.entries(texts).flatMap(([name, text]) => (text === '' ? [] : [`${name}=${readable(text)}`]));
  return [prefix, ...parts].join(':');
}

/** The name as it may be: without what is illegal in names or would break a line. */
export function legalTaskName(name: string): string {
  return cutTaskName(name.replace(/[/\\'"\s\p{Cc}]/gu, '_'));
}

/** Without the brackets of a list. */
function readable(text: string): string {
  return text.replace(/^\[(.*)\]$/s, '$1');
}
