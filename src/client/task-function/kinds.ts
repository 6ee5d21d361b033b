/** What the arguments of a task function may be, and the types of their values. Source: client §15. */
import type { ArgumentKind, CollectionKind, ItemKind, Serializer } from '../../core/argument-kind.ts';

/** Argument name → kind. */
export type ArgumentKinds = Readonly<Record<string, ArgumentKind>>;

/** Name of an export of the function's module → what it exports there. */
// biome-ignore lint/suspicious/noExplicitAny: each serializer has a type of its own
export type CustomKinds = Readonly<Record<string, Serializer<any>>>;

/** An argument that may be null, or left out: then the function's own default counts. */
export function optional<const Kind extends ItemKind | CollectionKind>(kind: Kind): { readonly optional: Kind } {
  return { optional: kind };
}

/** A list of values of one kind. */
export function listOf<const Item extends ItemKind>(item: Item): { readonly list: Item } {
  return { list: item };
}

/** A set of values of one kind, which the function gets in the order in which it was given. */
export function setOf<const Item extends ItemKind>(item: Item): { readonly set: Item } {
  return { set: item };
}

/** A list of a fixed length, each of whose items has a kind of its own. */
export function tupleOf<const Items extends readonly ItemKind[]>(...items: Items): { readonly tuple: Items } {
  return { tuple: items };
}

/** What a function with these arguments is called with. */
export type ReceivedValues<Kinds extends ArgumentKinds, Custom extends CustomKinds> = Flat<
  { [Name in RequiredNames<Kinds>]: Received<Kinds[Name], Custom> } & {
    [Name in OptionalNames<Kinds>]?: Received<InnerOf<Kinds[Name]>, Custom> | null;
  }
>;

/** What one task of such a function is made of. */
export type GivenValues<Kinds extends ArgumentKinds, Custom extends CustomKinds> = Flat<
  { readonly [Name in RequiredNames<Kinds>]: Given<Kinds[Name], Custom> } & {
    readonly [Name in OptionalNames<Kinds>]?: Given<InnerOf<Kinds[Name]>, Custom> | null | undefined;
  }
>;

/** What many tasks are made of: an array is many values, and an argument that is a list itself needs a list of lists. */
export type ManyGivenValues<Kinds extends ArgumentKinds, Custom extends CustomKinds> = Flat<
  { readonly [Name in RequiredNames<Kinds>]: Many<Kinds[Name], Given<Kinds[Name], Custom>> } & {
    readonly [Name in OptionalNames<Kinds>]?:
      | Many<InnerOf<Kinds[Name]>, Given<InnerOf<Kinds[Name]>, Custom> | null>
      | undefined;
  }
>;

type RequiredNames<Kinds> = Exclude<keyof Kinds, OptionalNames<Kinds>>;
type OptionalNames<Kinds> = {
  [Name in keyof Kinds]: Kinds[Name] extends { readonly optional: unknown } ? Name : never;
}[keyof Kinds];
type InnerOf<Kind> = Kind extends { readonly optional: infer Inner } ? Inner : Kind;
type Many<Kind, Value> = Kind extends { readonly list: unknown } | { readonly tuple: unknown }
  ? readonly Value[]
  : Value | readonly Value[];

type Received<Kind, Custom extends CustomKinds> = Kind extends { readonly list: infer Item }
  ? ItemValue<Item, Custom>[]
  : Kind extends { readonly set: infer Item }
    ? Set<ItemValue<Item, Custom>>
    : Kind extends { readonly tuple: infer Items }
      ? { -readonly [Index in keyof Items]: ItemValue<Items[Index], Custom> }
      : ItemValue<Kind, Custom>;

type Given<Kind, Custom extends CustomKinds> = Kind extends { readonly list: infer Item }
  ? readonly ItemValue<Item, Custom>[]
  : Kind extends { readonly set: infer Item }
    ? ReadonlySet<ItemValue<Item, Custom>>
    : Kind extends { readonly tuple: infer Items }
      ? { readonly [Index in keyof Items]: ItemValue<Items[Index], Custom> }
      : ItemValue<Kind, Custom>;

type ItemValue<Item, Custom extends CustomKinds> = Item extends keyof Custom
  ? Custom[Item] extends Serializer<infer Value>
    ? Value
    : never
  : Item extends keyof BuiltInValues
    ? BuiltInValues[Item]
    : never;

interface BuiltInValues {
  str: string;
  /** Whole, up to ±(2^53 − 1). */
  int: number;
  float: number;
  bool: boolean;
}

/** One object type in place of an intersection, so that editors show what is wanted. */
type Flat<Shape> = { [Name in keyof Shape]: Shape[Name] };
