import type { InjectOptions } from 'fastify';
import type { Served } from '../../server/served.ts';
import { writtenOut } from './hostile.ts';
import type { FuzzedRequest } from './requests.ts';

export interface FuzzAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Sends a request as often as it says; the answers are those of our server, whatever was sent. */
export async function send(served: Served, request: FuzzedRequest): Promise<FuzzAnswer[]> {
  const { method, url, body, contentType, times, together } = request;
  const options: InjectOptions = {
    method: method as 'GET',
    url,
    headers: { authorization: 'Bearer secret', ...(contentType === '' ? {} : { 'content-type': contentType }) },
    ...(body === undefined ? {} : { payload: writtenOut(body) }),
  };
  const once = async (): Promise<FuzzAnswer> => {
    const { statusCode, headers, payload } = await served.server.app.inject(options);
    return { status: statusCode, contentType: String(headers['content-type']), text: payload };
  };
  if (together) return Promise.all(Array.from({ length: times }, once));
  const answers: FuzzAnswer[] = [];
  for (let time = 0; time < times; time++) answers.push(await once());
  return answers;
}
