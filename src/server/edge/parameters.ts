/**
 * Reading path and query parameters, which arrive as text, by the declared types. What does not fit is answered with
 * status 422 and one entry for each fault. Source: http-fsm §2, http-views §1.1.
 */
import type { TObject, TSchema } from 'typebox';
import { type Fault, faultsAnswer } from './faults.ts';

/** Where the parameters come from, as the answer names it. */
type Place = 'path' | 'query';
export type RawParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The parts of JSON Schema that declared parameters use. */
interface ParameterSchema extends TSchema {
  readonly type?: 'integer' | 'string' | 'boolean' | 'array';
  readonly items?: ParameterSchema;
  /** One of these words. */
  readonly anyOf?: readonly { readonly const: string }[];
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Compiles the reader of the parameters of a route. The reader throws the answer of {@link faultsAnswer}. */
export function parameterReader(schema: TObject, place: Place): (raw: RawParameters) => Record<string, unknown> {
  const required = new Set<string>(schema.required ?? []);
  const parameters = Object.entries(schema.properties as Record<string, ParameterSchema>);
  return (raw) => {
    const values: Record<string, unknown> = {};
    const faults: Fault[] = [];
    for (const [name, parameter] of parameters) {
      const given = raw[name];
      if (given === undefined) {
        const fault: Fault = { type: 'missing', loc: [place, name], msg: 'Field required', input: null };
        if (required.has(name)) faults.push(fault);
      } else {
        values[name] = readParameter(parameter, given, [place, name], faults);
      }
    }
    if (faults.length > 0) throw faultsAnswer(faults);
    return values;
  };
}

function readParameter(
  parameter: ParameterSchema,
  given: string | readonly string[],
  loc: Fault['loc'],
  faults: Fault[],
): unknown {
  const texts = typeof given === 'string' ? [given] : given;
  if (parameter.type === 'array') {
    const items = parameter.items ?? {};
    return texts.map((text, index) => readText(items, text, texts.length > 1 ? [...loc, index] : loc, faults));
  }
  return readText(parameter, texts.at(-1) ?? '', loc, faults);
}

function readText(parameter: ParameterSchema, text: string, loc: Fault['loc'], faults: Fault[]): unknown {
  const complain = (type: string, msg: string) => faults.push({ type, loc, msg, input: text });
  if (parameter.type === 'integer') return readInteger(parameter, text, complain);
  if (parameter.type === 'boolean') {
    if (text !== 'true' && text !== 'false') complain('bool_parsing', 'Input should be true or false');
    return text === 'true';
  }
  const words = parameter.anyOf?.map((word) => word.const);
  if (words !== undefined && !words.includes(text)) complain('literal_error', `Input should be ${words.join(' or ')}`);
  const { maxLength = text.length } = parameter;
  if (text.length > maxLength) complain('string_too_long', `String should have at most ${maxLength} characters`);
  return text;
}

function readInteger(
  { minimum, maximum }: ParameterSchema,
  text: string,
  complain: (type: string, msg: string) => void,
): number {
  const value = INTEGER.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) {
    complain('int_parsing', 'Input should be a valid integer, unable to parse string as an integer');
  } else if (value < (minimum ?? value)) {
    complain('greater_than_equal', `Input should be greater than or equal to ${minimum}`);
  } else if (value > (maximum ?? value)) {
    complain('less_than_equal', `Input should be less than or equal to ${maximum}`);
  }
  return value;
}

/** Surrounding white space and a fraction of zeros are tolerated, as peers are used to. */
const INTEGER = /^\s*[+-]?\d+(\.0+)?\s*$/;
