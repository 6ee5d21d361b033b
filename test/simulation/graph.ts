/** The shapes of simulated workflows: random ones, and small forms of real ones. */
import type { SeededRandom } from './random.ts';

/** Upstream tasks of each task, by index; every upstream has a smaller index. */
export type Graph = readonly (readonly number[])[];

const SHAPES: readonly ((random: SeededRandom) => Graph)[] = [
  independent,
  chain,
  layers,
  diamonds,
  fan,
  randomEdges,
  mosaic,
  genomes,
];

export function randomGraph(random: SeededRandom): Graph {
  return random.pick(SHAPES)(random);
}

function independent(random: SeededRandom): Graph {
  return Array.from({ length: random.integer(3, 12) }, () => []);
}

function chain(random: SeededRandom): Graph {
  return Array.from({ length: random.integer(3, 6) }, (_, index) => (index === 0 ? [] : [index - 1]));
}

function layers(random: SeededRandom): Graph {
  const width = random.integer(2, 4);
  const count = random.integer(2, 4);
  const isFull = random.chance(0.5);
  return Array.from({ length: width * count }, (_, index) => {
    const above = Math.floor(index / width) - 1;
    const all = above < 0 ? [] : Array.from({ length: width }, (_, place) => above * width + place);
    return isFull ? all : all.filter(() => random.chance(0.6));
  });
}

function diamonds(random: SeededRandom): Graph {
  const upstreams: number[][] = [[]];
  for (let count = random.integer(1, 4); count > 0; count--) {
    const top = upstreams.length - 1;
    upstreams.push([top], [top], [top + 1, top + 2]);
  }
  return upstreams;
}

function fan(random: SeededRandom): Graph {
  const width = random.integer(2, 10);
  const middle = Array.from({ length: width }, (_, index) => index + 1);
  return [[], ...middle.map(() => [0]), middle];
}

function randomEdges(random: SeededRandom): Graph {
  return Array.from({ length: random.integer(4, 14) }, (_, index) =>
    Array.from({ length: index }, (_, upstream) => upstream).filter(() => random.chance(1.5 / (index + 1))),
  );
}

/** As Montage makes one picture of many: projections, differences of neighbours, one model, corrections, one sum. */
function mosaic(random: SeededRandom): Graph {
  const pictures = random.integer(2, 4);
  const upstreams: number[][] = Array.from({ length: pictures }, () => []);
  const differences = Array.from({ length: pictures - 1 }, (_, index) => upstreams.push([index, index + 1]) - 1);
  const model = upstreams.push(differences) - 1;
  const corrections = Array.from({ length: pictures }, (_, index) => upstreams.push([index, model]) - 1);
  upstreams.push(corrections);
  return upstreams;
}

/** As the 1000 Genomes workflow: individuals in parallel, merged, sifted, then two analyses of each population. */
function genomes(random: SeededRandom): Graph {
  const upstreams: number[][] = [];
  const individuals = Array.from({ length: random.integer(2, 6) }, () => upstreams.push([]) - 1);
  const merged = upstreams.push(individuals) - 1;
  const sifted = upstreams.push([]) - 1;
  for (let population = random.integer(1, 3); population > 0; population--) {
    upstreams.push([merged, sifted], [merged, sifted]);
  }
  return upstreams;
}
