/** Our own routes about who may ask for what: one's own identity, user tokens, and the record of what people did. */
import { Type } from 'typebox';
import { skep } from '../route.ts';
import { Id, Nullable } from '../schemas.ts';

const Time = Type.Number();
const RoleName = Type.Union([Type.Literal('reader'), Type.Literal('user'), Type.Literal('admin')]);
const UserName = Type.String({ minLength: 1, maxLength: 150, pattern: '^[^\\u0000-\\u0020\\u007f]+$' });
/** Not of digits alone: that would be an id. */
const TokenName = Type.String({ minLength: 1, maxLength: 100, pattern: '^(?!\\d+$)[A-Za-z0-9_.@-]+$' });

export const whoAmI = skep('GET', '/who_am_i', {
  access: 'read',
  summary: 'How the server knows who asks, and what his role lets him do.',
  answer: Type.Object({
    user: Type.String(),
    role: RoleName,
    source: Type.String(),
    /** The name of his token, and when it expires; null: it is no user token, or never. */
    token_name: Nullable(Type.String()),
    expires: Nullable(Time),
  }),
});

export const createToken = skep('POST', '/token', {
  access: 'self',
  audited: true,
  summary: 'Makes a token for a user, which is told here and never again. Who has logged in may make one for himself.',
  body: Type.Object({
    user: UserName,
    /** Default: user. */
    role: Type.Optional(RoleName),
    /** Default: the name of the user, with a number if there is such a token. */
    name: Type.Optional(TokenName),
    /** Seconds until it expires; absent: never. */
    expires_in: Type.Optional(Type.Number({ minimum: 1, maximum: 1e10 })),
  }),
  answer: Type.Object({
    token_id: Id,
    name: Type.String(),
    user: Type.String(),
    role: RoleName,
    expires: Nullable(Time),
    token: Type.String(),
  }),
});

export const listTokens = skep('GET', '/token', {
  access: 'self',
  summary: 'The user tokens, the newest first, without their secret: those of whoever asks, or all for an admin.',
  answer: Type.Object({
    tokens: Type.Array(
      Type.Object({
        token_id: Id,
        name: Type.String(),
        user: Type.String(),
        role: RoleName,
        created: Time,
        expires: Nullable(Time),
        revoked: Nullable(Time),
        /** To the minute. */
        last_used: Nullable(Time),
      }),
    ),
  }),
});

export const revokeToken = skep('POST', '/token/{token}/revoke', {
  access: 'self',
  audited: true,
  summary: 'Ends a token at once: one of whoever asks, or any for an admin.',
  /** Id or name. */
  params: Type.Object({ token: Type.String({ maxLength: 100 }) }),
  answer: Type.Object({ token_id: Id, name: Type.String(), user: Type.String() }),
});

export const getAudit = skep('GET', '/audit', {
  access: 'administer',
  summary: 'A page of what people did and what was refused, the newest first. An absent condition is none.',
  query: Type.Object({
    user: Type.Optional(Type.String({ maxLength: 150 })),
    workflow_id: Type.Optional(Id),
    /** Milliseconds since 1970. */
    since: Type.Optional(Id),
    /** Only older ones: `next` of the page before. */
    before: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
  }),
  answer: Type.Object({
    actions: Type.Array(
      Type.Object({
        audit_id: Id,
        time: Time,
        user: Type.String(),
        /** How the server knew the user: `server token`, `user token`, `session`, or `none`. */
        source: Type.String(),
        token_name: Nullable(Type.String()),
        address: Type.String(),
        /** Name of the route. */
        action: Type.String(),
        workflow_id: Nullable(Id),
        subject: Type.String(),
        /** HTTP status of the answer; null: it is under way, or the server died before it. */
        outcome: Nullable(Type.Integer()),
      }),
    ),
    next: Nullable(Id),
  }),
});
