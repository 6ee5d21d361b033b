/** Logging in with a provider of identities, for people in front of the web page; behind configuration. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../core/clock.ts';
import type { Config } from '../../core/config.ts';
import type { Logger } from '../../core/log.ts';
import type { Random } from '../../core/random.ts';
import { type Authenticator, isLoopback, originSeen } from '../access/authenticate.ts';
import { SealedCookie } from '../access/sealed-cookie.ts';
import { Sessions } from '../access/sessions.ts';
import { answerJson } from '../edge/error-answers.ts';
import { HttpAnswer } from '../handler.ts';
import { readable } from './answers.ts';
import { type UserFields, userFields, userOf } from './person.ts';
import { type Attempt, Provider } from './provider.ts';
import { returnPath } from './return-path.ts';
import { type LoginSettings, loginSettings } from './settings.ts';

export interface LoginParts {
  readonly config: Config;
  /** The server's own token: servers that share it share sessions. */
  readonly token: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface Login {
  /** Where it begins, with the parameter `return_to`, a path of the page. */
  readonly path: string;
  readonly publicOrigin: string;
  readonly authenticator: Authenticator;
  serve(app: FastifyInstance): void;
}

const PREFIX = '/api/auth/oidc';

/** Seconds that somebody has for the pages of the provider. */
const TIME_TO_LOG_IN = 600;

interface Begun extends Attempt {
  /** The path to which he wants to come back. */
  readonly returnTo: string;
}

interface Parts {
  readonly settings: LoginSettings;
  readonly provider: Provider;
  readonly attempts: SealedCookie<Begun>;
  readonly sessions: Sessions<UserFields>;
  readonly random: Random;
}

/** Undefined without the settings. @throws SkepError `config_invalid` as {@link loginSettings}. */
export function openLogin({ config, token, clock, random, log }: LoginParts): Login | undefined {
  const settings = loginSettings(config);
  if (settings === undefined) return undefined;
  const isSecure = (request: FastifyRequest) => originSeen(request, settings.publicOrigin).startsWith('https:');
  // What was made for another provider is good for nothing here.
  const purpose = (what: string) => JSON.stringify([what, settings.issuer.href, settings.clientId]);
  const seams = { secret: token, clock, random };
  const parts: Parts = {
    settings,
    provider: new Provider(settings, log),
    attempts: new SealedCookie({ ...seams, name: 'skep_login', purpose: purpose('login'), seconds: TIME_TO_LOG_IN }),
    sessions: new Sessions(settings.rules, isSecure, { ...seams, purpose: purpose('session') }),
    random,
  };
  return {
    path: `${PREFIX}/login`,
    publicOrigin: settings.publicOrigin,
    authenticator: parts.sessions.authenticator,
    serve: (app) => serve(app, parts),
  };
}

/** The routes, as peers know them. Source: http-views §6. */
function serve(app: FastifyInstance, parts: Parts): void {
  const add = (name: string, answer: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>) =>
    app.get(`${PREFIX}/${name}`, { config: { open: true, name: `login_${name}` } }, answer);
  add(
    'login',
    readable((request, reply) => begin(request, reply, parts)),
  );
  add(
    'auth',
    readable((request, reply) => finish(request, reply, parts)),
  );
  add(
    'logout',
    readable((request, reply) => end(request, reply, parts)),
  );
  add('userinfo', async (request, reply) => tell(request, reply, parts));
}

async function begin(request: FastifyRequest, reply: FastifyReply, parts: Parts): Promise<FastifyReply> {
  const { provider, attempts, random } = parts;
  const origin = ownOrigin(request, parts);
  const attempt = { state: random.secret(), nonce: random.secret(), verifier: random.secret() };
  const address = await provider.addressFor(attempt, `${origin}${PREFIX}/auth`);
  const { return_to: wanted } = request.query as { readonly return_to?: unknown };
  const begun = { ...attempt, returnTo: returnPath(wanted) };
  reply.header('set-cookie', attempts.set(begun, origin.startsWith('https:')));
  return reply.code(302).header('location', address).send();
}

/** One attempt is good for one answer, whatever comes of it. */
async function finish(request: FastifyRequest, reply: FastifyReply, parts: Parts): Promise<FastifyReply> {
  const { settings, provider, attempts, sessions } = parts;
  const origin = ownOrigin(request, parts);
  const isSecure = origin.startsWith('https:');
  const begun = attempts.read(request.headers.cookie, isSecure)?.content;
  reply.header('set-cookie', attempts.clear(isSecure));
  if (begun === undefined) {
    const detail = `No login is under way in this browser, or it has taken too long: open ${origin} and log in there.`;
    throw new HttpAnswer(403, { detail });
  }
  // Of what was asked for only the parameters: the path must be that which the provider was given.
  const address = new URL(`${origin}${PREFIX}/auth`);
  address.search = request.url.split('?')[1] ?? '';
  const claims = await provider.claimsOf(begun, address);
  const session = { user: userOf(claims, settings.userClaim), claims: userFields(claims) };
  reply.header('set-cookie', sessions.begin(request, session));
  return reply.code(307).header('location', `${origin}${begun.returnTo}`).send();
}

/** No page of somebody else logs anybody out. What browsers do not tell about, such as an address that was typed, may. */
async function end(request: FastifyRequest, reply: FastifyReply, parts: Parts): Promise<FastifyReply> {
  const origin = ownOrigin(request, parts);
  const site = request.headers['sec-fetch-site'];
  if (site === 'cross-site' || site === 'same-site') {
    throw new HttpAnswer(403, { detail: 'Another site asked to log out here: that is refused.' });
  }
  reply.header('set-cookie', parts.sessions.end(request));
  return reply.code(307).header('location', `${origin}/`).send();
}

function tell(request: FastifyRequest, reply: FastifyReply, { sessions }: Parts): FastifyReply {
  const session = sessions.of(request);
  if (session === undefined) throw new HttpAnswer(403, { detail: 'Unauthorized' });
  return answerJson(reply, 200, { ...session.content.claims, exp: Math.floor(session.expires / 1000) });
}

/** Without a public address this machine alone: else whoever names the host names where the code of a login goes. */
function ownOrigin(request: FastifyRequest, { settings: { publicOrigin } }: Parts): string {
  if (publicOrigin === '' && !isLoopback(request.hostname)) {
    const detail = `Nobody logs in at ${request.hostname} before the setting auth.public_url names the address of the page.`;
    throw new HttpAnswer(403, { detail });
  }
  return originSeen(request, publicOrigin);
}
