/** The way to the server, typed by the declarations of its routes. */
import {
  type AnswerOf,
  type BodyOf,
  type ParamsOf,
  type QueryOf,
  type Route,
  SURFACE_PREFIX,
} from '../../api/route.ts';
import { knownToken } from './token.ts';

/** What a route takes; the parts that it does not declare may be left out. */
interface Call<R extends Route> {
  readonly params?: ParamsOf<R>;
  readonly query?: QueryOf<R>;
  readonly body?: BodyOf<R>;
  readonly signal?: AbortSignal;
}

/** A refusal, in the words of the server. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** @throws Refusal, and TypeError when the server cannot be reached. */
export async function call<R extends Route>(route: R, { params, query, body, signal }: Call<R>): Promise<AnswerOf<R>> {
  const token = knownToken();
  const answer = await fetch(addressOf(route, params ?? {}, query ?? {}), {
    method: route.method,
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(route.method !== 'GET' && { 'content-type': 'application/json' }),
    },
    ...(route.method !== 'GET' && { body: JSON.stringify(body ?? {}) }),
    ...(signal !== undefined && { signal }),
  });
  if (!answer.ok) throw new Refusal(answer.status, sentenceOf(await answer.text(), answer.status));
  return answer.json();
}

function addressOf({ surface, path }: Route, params: object, query: object): string {
  const filled = Object.entries(params).reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(String(value))),
    path,
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(name, String(one));
  }
  const text = search.toString();
  return `${SURFACE_PREFIX[surface]}${filled}${text === '' ? '' : `?${text}`}`;
}

/** The sentence in an error answer, else one of ours. */
function sentenceOf(text: string, status: number): string {
  try {
    const { detail, error } = JSON.parse(text);
    const sentence = error?.exception_message ?? detail;
    if (typeof sentence === 'string') return sentence;
  } catch {
    // Not from our server but from something before it, such as a proxy: its status has to do.
  }
  return `The server answered with status ${status}.`;
}
