/** Shapes that several routes share. Wire names are snake_case; `http-fsm` §n of the wire's documentation is the source. */
import { type Static, type TSchema, Type } from 'typebox';

/** An id in an answer, and in requests of our own peers. */
export const Id = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** What the path of a route about one workflow holds. */
export const WorkflowPath = Type.Object({ workflow_id: Type.Integer() });
/** Likewise of one task. */
export const TaskPath = Type.Object({ task_id: Type.Integer() });

/** An integer that is exact as a number and fits an integer column; `1e300` is an integer too, and fits none. */
export const SafeInteger = Type.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });

/** An id or count in a request: a number or its decimal text (peers send both). Read it with {@link toInteger}. */
export const IntegerLike = Type.Union([SafeInteger, Type.String({ pattern: '^\\s*-?\\d{1,15}\\s*$' })]);

/** As {@link IntegerLike}, for an id that may be stored although nothing has it yet. */
export const IdLike = Type.Union([Id, Type.String({ pattern: '^\\s*\\d{1,15}\\s*$' })]);

/**
 * A hash in a request: an integer of up to 78 digits, or its decimal text. Read it with {@link toHashText}. Large integers
 * arrive here as text already; a number beyond those that are exact was written in another way, as `1e70`.
 */
export const Hash = Type.Union([Id, Type.String({ pattern: '^\\d{1,78}$' })]);

/** Any JSON value that is read by truthiness (§"truthy"). Read it with {@link isTruthy}. */
export const Truthy = Type.Unknown();

/** Seconds, may be fractional. */
export const Seconds = Type.Number({ minimum: 0, maximum: 1e10 });

/** A status letter. Unknown letters are legal on the wire and refused by the state machine. */
export const Letter = Type.String({ minLength: 1, maxLength: 20 });

export const Nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

/** An object with free keys. Not `Type.Record`: its pattern of keys leaves the values of keys with a line break unchecked. */
export const MapOf = <Schema extends TSchema>(schema: Schema) =>
  Type.Unsafe<Record<string, Static<Schema>>>(Type.Object({}, { additionalProperties: schema }));

/** Status letter → ids. */
export const IdsByStatus = MapOf(Type.Array(Id));

/** `YYYY-MM-DD HH:MM:SS`, without zone. */
export const TimeText = Type.String();

/** `{}`: the request was carried out. */
export const Empty = Type.Object({});

export const Message = Type.Object({ message: Type.String() });

export function toInteger(value: number | string): number {
  return typeof value === 'number' ? value : Number.parseInt(value, 10);
}

export function toHashText(value: number | string): string {
  return String(value);
}

/** Truth as Python reads it: false for `false, 0, null, "", [], {}` and for nothing at all. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}
