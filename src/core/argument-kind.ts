/** Kinds of arguments of task functions, and the short text by which client and worker agree on them. Source: client §15. */
import { SkepError } from './errors.ts';

/** Texts, whole numbers, numbers, truth values. */
const BUILT_IN_KINDS = ['str', 'int', 'float', 'bool'] as const;
type BuiltInKind = (typeof BUILT_IN_KINDS)[number];

/** Turns values of a kind of the user's into text and back. */
export interface Serializer<Value> {
  toText(value: Value): string;
  fromText(text: string): Value;
}

/** Name of a serializer, or of a built-in kind that no serializer has taken over. */
export type ItemKind = string;

/** Several values of one kind; a tuple has a kind for each of its items. */
export type CollectionKind<Item extends ItemKind = ItemKind> =
  | { readonly list: Item }
  | { readonly set: Item }
  | { readonly tuple: readonly Item[] };

/** What an argument may be. An optional one may be null, or left out, which gives it the default that the function has. */
export type ArgumentKind<Item extends ItemKind = ItemKind> =
  | Item
  | CollectionKind<Item>
  | { readonly optional: Item | CollectionKind<Item> };

/** An argument's kind in the one shape with which values are written and read. */
export interface KindShape {
  readonly isOptional: boolean;
  readonly shape: 'single' | 'list' | 'set' | 'tuple';
  /** One, but for a tuple. */
  readonly items: readonly ItemShape[];
}

export interface ItemShape {
  readonly name: string;
  /** Whether the name is that of a serializer. */
  readonly isCustom: boolean;
}

/** Argument name → kind, in the order of the parameters. */
export type Parameters = ReadonlyMap<string, KindShape>;

/** Marks the name of a serializer, which may be called like a built-in kind. */
const CUSTOM = '@';
const OPTIONAL = 'optional';
const SHAPES = ['list', 'set', 'tuple'] as const;

/**
 * The shape of a kind.
 * @param serializers names of serializers.
 * @throws SkepError argument_invalid for anything that is no kind; `owner` names the argument.
 */
export function shapeOf(kind: ArgumentKind, serializers: readonly string[], owner: string): KindShape {
  const isOptional = typeof kind === 'object' && kind !== null && 'optional' in kind;
  const inner = isOptional ? kind.optional : kind;
  const itemOf = (name: unknown): ItemShape => {
    if (typeof name === 'string' && serializers.includes(name)) return { name, isCustom: true };
    if (BUILT_IN_KINDS.includes(name as BuiltInKind)) return { name: name as string, isCustom: false };
    throw noKind(owner, name, serializers);
  };
  if (typeof inner === 'string') return { isOptional, shape: 'single', items: [itemOf(inner)] };
  for (const shape of SHAPES) {
    if (typeof inner !== 'object' || inner === null || !(shape in inner)) continue;
    const items = Object.values(inner)[0] as ItemKind | readonly ItemKind[];
    return { isOptional, shape, items: (shape === 'tuple' ? (items as readonly ItemKind[]) : [items]).map(itemOf) };
  }
  throw noKind(owner, inner, serializers);
}

/** Parameters as one word: `n:int,label:optional-str,when:list-@date`. */
export function parametersText(parameters: Parameters): string {
  return Array.from(parameters, ([name, kind]) => `${name}:${kindText(kind)}`).join(',');
}

/** Reads what {@link parametersText} wrote. @throws SkepError argument_invalid naming the parameter. */
export function parseParameters(text: string): Parameters {
  if (text === '') return new Map();
  return new Map(
    text.split(',').map((parameter) => {
      const [name = '', kind = ''] = parameter.split(':');
      return [name, parseKind(kind, name)];
    }),
  );
}

/** `optional-list-int`. Names hold no hyphen: they are those of exports of a module. */
function kindText({ isOptional, shape, items }: KindShape): string {
  const names = items.map(({ name, isCustom }) => `${isCustom ? CUSTOM : ''}${name}`);
  return [...(isOptional ? [OPTIONAL] : []), ...(shape === 'single' ? [] : [shape]), ...names].join('-');
}

function parseKind(text: string, parameter: string): KindShape {
  const words = text.split('-');
  const isOptional = words[0] === OPTIONAL && words.shift() !== undefined;
  const shape = SHAPES.find((name) => name === words[0]);
  if (shape !== undefined) words.shift();
  const items = words.map((word): ItemShape => {
    if (word.startsWith(CUSTOM)) return { name: word.slice(1), isCustom: true };
    if (BUILT_IN_KINDS.includes(word as BuiltInKind)) return { name: word, isCustom: false };
    throw noKind(`Parameter ${parameter}`, text, []);
  });
  if (shape !== 'tuple' && items.length !== 1) throw noKind(`Parameter ${parameter}`, text, []);
  return { isOptional, shape: shape ?? 'single', items };
}

function noKind(owner: string, kind: unknown, serializers: readonly string[]): SkepError {
  const known = [...new Set([...BUILT_IN_KINDS, ...serializers])].join(', ');
  const sentence = `${owner} is of kind ${JSON.stringify(kind)}, which does not exist: there are ${known}, lists, sets and tuples of them, and optional ones of all these.`;
  return new SkepError('argument_invalid', sentence);
}
