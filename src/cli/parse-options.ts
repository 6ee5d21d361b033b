import { InvalidArgumentError } from 'commander';

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  return integerFrom(1)(text);
}

/** A whole number of at least `least`. */
export function integerFrom(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least)) throw new InvalidArgumentError(`It must be a whole number of at least ${least}.`);
    return value;
  };
}

/** A number of at least `least`. */
export function atLeast(least: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(value >= least && Number.isFinite(value))) {
      throw new InvalidArgumentError(`It must be a number of at least ${least}.`);
    }
    return value;
  };
}

/** Several ids: given one by one, or separated by commas or spaces, in one option or many. */
export function idList(text: string, earlier: number[] = []): number[] {
  return [
    ...earlier,
    ...text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(positiveInteger),
  ];
}

/** One of `choices` in any case, in one option or many. */
export function choiceList(choices: readonly string[]): (text: string, earlier?: string[]) => string[] {
  return (text, earlier = []) => {
    const words = text
      .toUpperCase()
      .split(/[\s,]+/)
      .filter(Boolean);
    const stray = words.find((word) => !choices.includes(word));
    if (stray !== undefined) throw new InvalidArgumentError(`${stray} is none of ${choices.join(', ')}.`);
    return [...earlier, ...words];
  };
}
