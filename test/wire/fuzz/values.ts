/** Values that fit a declared schema: mostly such as name something that exists. */
import fc from 'fast-check';
import type { TSchema } from 'typebox';

/** The parts of JSON Schema that declarations use. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Seconds that an answer may take: thousands of requests must not wait for what never comes. */
const WAITS: ReadonlySet<string> = new Set(['wait', 'wait_seconds']);

/** Any value that `schema` lets pass; `name` of the field it is for makes texts that mean something there. */
export function fitting(schema: TSchema, name = ''): fc.Arbitrary<unknown> {
  return fittingSchema(schema as Schema, name);
}

function fittingSchema(schema: Schema, name: string): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((part) => fittingSchema(part, name)));
  if ('const' in schema) return fc.constant(schema.const);
  if (WAITS.has(name)) return fc.constantFrom(0, schema.type === 'number' ? 0.02 : 0);
  switch (schema.type) {
    case 'object':
      return fittingObject(schema, name);
    case 'array':
      return fittingArray(schema, name);
    case 'string':
      return fittingText(schema, name);
    case 'integer':
      return fittingInteger(schema, name);
    case 'number':
      return fc.oneof(fittingInteger(schema, name), fc.constantFrom(0.5, 93.1, schema.minimum ?? 0.25));
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.oneof(fc.boolean(), fc.jsonValue({ maxDepth: 1 }));
  }
}

function fittingObject({ properties = {}, required = [], additionalProperties }: Schema, name: string) {
  const fields = Object.entries(properties).map(([key, part]) => [key, fittingSchema(part, key)]);
  const record = fc.record(Object.fromEntries(fields), {
    requiredKeys: [...required] as never[],
    noNullPrototype: true,
  });
  if (typeof additionalProperties !== 'object') return record;
  return fc.dictionary(keyText, fittingSchema(additionalProperties, name), { maxKeys: 4, noNullPrototype: true });
}

const existingId = fc.integer({ min: 1, max: 12 });
const keyText = fc.oneof(existingId.map(String), fc.constantFrom('memory', 'cores', 'stdout', 'key', 'D'));

function fittingArray({ items = {}, minItems = 0 }: Schema, name: string): fc.Arbitrary<unknown> {
  if (Array.isArray(items)) return fc.tuple(...items.map((part: Schema) => fittingSchema(part, name)));
  return fc.array(fittingSchema(items as Schema, name), { minLength: minItems, maxLength: 6 });
}

/** The highest number that means something in fields whose name ends so; of all others, there are a dozen. */
const HIGHEST: Readonly<Record<string, number>> = {
  workflow_id: 3,
  workflow_run_id: 3,
  task_template_id: 2,
  task_template_version_id: 2,
  array_id: 5,
  batch_num: 1,
  batch_number: 1,
  step_id: 4,
  tool_id: 1,
  cluster_id: 3,
  queue_id: 3,
};

function fittingInteger({ minimum = -(2 ** 31), maximum = 2 ** 31 - 1 }: Schema, name: string): fc.Arbitrary<number> {
  const inside = (value: number) => Math.min(Math.max(value, minimum), maximum);
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: HIGHEST[name] ?? 12 }).map(inside) },
    { weight: 1, arbitrary: fc.constantFrom(0, -1, 500, minimum, maximum).map(inside) },
  );
}

const DIGITS = ['0', '1', '2', '7', '12', ' 3 ', '999999999999999'];
const HASHES = [
  '0',
  '7',
  '9007199254740993',
  '115792089237316195423570985008687907853269984665640564039457584007913129639935',
];
const LETTERS = ['G', 'L', 'B', 'I', 'O', 'R', 'D', 'F', 'E', 'Z', 'U', 'K', 'T', 'X', 'W', 'Q', 'C', 'H', 'S', 'A'];

/** Texts that mean something in the fields of these names. */
const MEANINGS: Readonly<Record<string, readonly string[]>> = {
  cluster_name: ['multiprocess', 'sequential', 'dummy', 'nowhere'],
  queue_name: ['null.q', 'nowhere'],
  tool_name: ['bees', 'nothing'],
  tt_name: ['gather', 'eat', 'nothing'],
  array_name: ['gather', ''],
  job_name: ['gather_1', ''],
  user: [...Array<string>(6).fill('bee'), 'bee,wasp', ''],
  username: ['bee', 'wasp'],
  memory: ['4G', '500M', '2', '3', '1Gb', '4 bees'],
  runtime: ['2h', '01:30:00', '90', '30m', 'long'],
  error_group: ['', 'none'],
  queue: ['null.q', 'nowhere'],
  change_key: ['this very change', 'another change'],
  direction: ['up', 'down', 'sideways'],
  task_template_version_ids: ['(1, 2)', '(1)', '()', '1', '(x)'],
  ci: ['0.95', '0', '1', 'x'],
  workflow_args_hash: HASHES,
  client_jobmon_version: ['3.6.0', '3.4.23', '3.4.24', 'dev', '', 'x.y'],
  task_ids: ['all', '1'],
  last_sync: ['2026-11-23 16:05:23', '2026-11-23T16:05:23.5', 'yesterday'],
  start_date: ['2026-11-23', '2026-11-24', 'x'],
  end_date: ['2026-11-23', '2026-11-30', '2027-11-30'],
  date_submitted: ['2026-11-23', '2026-11-23T10:00:00', 'x'],
  date_submitted_end: ['2026-11-23', '2026-11-24 10:00:00', ''],
  just_recent_errors: ['true', 'TRUE', 'false'],
  cluster_errors: ['true', 'TRUE', 'false'],
  task_resources_type_id: ['O', 'A', 'V'],
};
const LABELS = ['PENDING', 'SCHEDULED', 'RUNNING', 'DONE', 'FATAL'];

function fittingText({ pattern, minLength = 0, maxLength = 300 }: Schema, name: string): fc.Arbitrary<string> {
  if (pattern?.includes('78')) return fc.constantFrom(...HASHES);
  if (pattern !== undefined) return fc.oneof(existingId.map(String), fc.constantFrom(...DIGITS));
  const meaning = MEANINGS[name] ?? (/status|state/.test(name) ? [...LETTERS, ...LABELS] : ['bee', '1', 'eat']);
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...meaning) },
    { weight: 1, arbitrary: fc.string({ minLength, maxLength: Math.min(maxLength, 12) }) },
  );
}
