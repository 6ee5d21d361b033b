/** Draws from distributions. */
import type { Random } from '../../../../core/random.ts';

export type Chance = Pick<Random, 'fraction'>;

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  return {
    fraction() {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/** Of the normal distribution of mean 0 and deviation 1 (Box and Muller). */
export function normal(chance: Chance): number {
  return Math.sqrt(2 * exponential(chance)) * Math.cos(2 * Math.PI * chance.fraction());
}

/** Of the exponential distribution of mean 1. */
export function exponential(chance: Chance): number {
  return -Math.log(1 - chance.fraction());
}

/** Of Student's distribution (Bailey's polar method). */
export function student(chance: Chance, degrees: number): number {
  const radius = Math.sqrt(degrees * ((1 - chance.fraction()) ** (-2 / degrees) - 1));
  return radius * Math.cos(2 * Math.PI * chance.fraction());
}
