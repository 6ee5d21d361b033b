/**
 * The web page: static files, open to everybody who reaches the server, because they hold nothing of anybody. What the page
 * shows it asks of the API, with the token that its user brought.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Random } from '../../core/random.ts';
import { tokenPrefixOf } from '../access/token-prefix.ts';
import { acceptsGzip } from '../edge/compression.ts';
import { type PageFile, pageFiles } from './files.ts';

/** Addresses of views, all answered by the one document; which view it is the page reads from its address. */
const VIEWS = ['/', '/workflow/:id', '/task/:id'];
/** What stands in the document for the nonce of an answer. */
const PLACEHOLDER = 'STYLE_NONCE';
/** And for the path at which one logs in; empty where nobody can. */
const LOGIN_PLACEHOLDER = 'LOGIN_PATH';
/** Their names hold a digest of what is in them. */
const FOREVER = 'public, max-age=31536000, immutable';

export function servePage(app: FastifyInstance, random: Random, loginPath = ''): void {
  const fileOf = pageFiles();
  for (const url of VIEWS) {
    app.get(url, { config: { open: true, name: 'page' } }, async (request, reply) => {
      const document = fileOf('index.html');
      // A token in front of the path is for peers of the API; an address with one must not become a page's.
      if (tokenPrefixOf(request.originalUrl) !== '') return reply.callNotFound();
      return document === undefined ? sendNotBuilt(reply) : sendDocument(reply, document, random, loginPath);
    });
  }
  app.get<{ Params: { name: string } }>(
    '/assets/:name',
    { config: { open: true, name: 'page_file' } },
    async (request, reply) => {
      const file = fileOf(`assets/${request.params.name}`);
      return file === undefined ? reply.callNotFound() : sendAsset(request, reply, file);
    },
  );
}

/**
 * Scripts come from files of ours alone. So do styles, but for the elements that the page makes itself (the variables of
 * its theme, rules for widths of the screen): these carry the nonce. No style attribute in markup is let through; those
 * that the page sets by script are no matter of the policy.
 */
function policyWith(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function sendDocument(reply: FastifyReply, { type, plain }: PageFile, random: Random, loginPath: string): FastifyReply {
  const nonce = random.secret();
  reply.headers({ 'content-security-policy': policyWith(nonce), 'cache-control': 'no-cache' });
  const text = plain.toString('utf8').replace(PLACEHOLDER, nonce).replace(LOGIN_PLACEHOLDER, loginPath);
  return reply.type(type).send(text);
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, { type, plain, compressed }: PageFile): FastifyReply {
  reply.headers({ 'cache-control': FOREVER, vary: 'accept-encoding' }).type(type);
  if (!acceptsGzip(request.headers['accept-encoding'])) return reply.send(plain);
  return reply.header('content-encoding', 'gzip').send(compressed);
}

function sendNotBuilt(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain; charset=utf-8').send('The web page is not built: run npm run build.\n');
}
