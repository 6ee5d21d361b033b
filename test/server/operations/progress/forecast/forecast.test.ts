import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededChance } from '../../../../../src/server/operations/progress/forecast/chance.ts';
import { forecastOf } from '../../../../../src/server/operations/progress/forecast/forecast.ts';
import type {
  Forecast,
  Situation,
  TemplateSituation,
} from '../../../../../src/server/operations/progress/forecast/situation.ts';
import { modelledRun, situationAt, timeOfShare } from './modelled-run.ts';

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

for (const share of [0.25, 0.5, 0.75]) {
  test(`at ${100 * share} % of the tasks, at least four of five modelled runs end in the range, and it says something`, () => {
    const told = SEEDS.map((seed) => {
      const run = modelledRun(seededChance(seed));
      const now = timeOfShare(run, share);
      const forecast = forecastOf(situationAt(run, now), seededChance(seed));
      assert.ok(forecast, `seed ${seed}`);
      const holds = forecast.earliest <= run.end && run.end <= forecast.latest;
      return { holds, width: (forecast.latest - forecast.earliest) / Math.max(1, run.end - now) };
    });
    const held = told.filter(({ holds }) => holds).length;
    assert.ok(held >= 0.8 * SEEDS.length, `${held} of ${SEEDS.length}`);
    const widths = told.map(({ width }) => width).sort((one, other) => one - other);
    const median = widths[widths.length >> 1] ?? Number.POSITIVE_INFINITY;
    // That the range is wide is honest while nothing is known of most templates; an endless one would always hold.
    assert.ok(median < (share < 0.5 ? 10 : share < 0.75 ? 6 : 3), String(median));
  });
}

const NOW = 1_000_000_000;
const SECOND = 1000;

function template(changes: Partial<TemplateSituation> = {}): TemplateSituation {
  const counts = { tasks: 10, done: 5, fatal: 0, running: 0, waiting: 5 };
  return { arrayId: 1, limit: 1e6, ...counts, maxAttempts: 1, runTime: undefined, ...changes };
}

/** Five attempts of ten seconds, one after the other, and as many tasks to come. */
function situation(changes: Partial<Situation> = {}): Situation {
  const ended = [1, 2, 3, 4, 5].map((back) => {
    const end = NOW - (back - 1) * 10 * SECOND;
    return { arrayId: 1, begun: end - 10 * SECOND, ended: end, isDone: true };
  });
  return { now: NOW, limit: 100, templates: [template()], edges: [], ended, running: [], ...changes };
}

function told(changes: Partial<Situation> = {}): Forecast | undefined {
  const forecast = forecastOf(situation(changes), seededChance(1));
  if (forecast !== undefined) {
    const { earliest, likely, latest } = forecast;
    assert.ok([earliest, likely, latest].every(Number.isFinite), JSON.stringify(forecast));
    assert.ok(NOW <= earliest && earliest <= likely && likely <= latest, JSON.stringify(forecast));
  }
  return forecast;
}

const restOf = (forecast: Forecast | undefined) => ((forecast?.likely ?? Number.NaN) - NOW) / SECOND;

test('what ran one after the other goes on so', () => {
  const rest = restOf(told());
  assert.ok(rest > 15 && rest < 70, String(rest));
});

test('nothing is told where nothing is known, or where no end is in sight', () => {
  assert.equal(told({ templates: [], ended: [] }), undefined, 'no tasks');
  assert.equal(told({ ended: [] }), undefined, 'no attempt ended');
  const failed = situation().ended.map((attempt) => ({ ...attempt, isDone: false }));
  assert.equal(told({ ended: failed }), undefined, 'none was done');
  assert.equal(told({ limit: 0 }), undefined, 'paused');
  assert.equal(told({ templates: [template({ limit: 0 })] }), undefined, 'a template that may not run');
});

test('with nothing left to do the end is now', () => {
  assert.deepEqual(told({ templates: [template({ done: 10, waiting: 0 })] }), {
    earliest: NOW,
    likely: NOW,
    latest: NOW,
  });
  assert.equal(restOf(told({ templates: [template({ done: 5, fatal: 5, waiting: 0 })] })), 0);
});

test('tasks below one that failed for good are not waited for', () => {
  const upper = template({ done: 9, fatal: 1, waiting: 0 });
  const merge = template({ arrayId: 2, tasks: 1, done: 0, waiting: 0 });
  const each = template({ arrayId: 3, tasks: 1000, done: 0, waiting: 0 });
  const edges = [
    { from: 1, to: 2, upstreams: 10 },
    { from: 2, to: 3, upstreams: 1 },
  ];
  assert.equal(restOf(told({ templates: [upper, merge, each], edges })), 0);
  const all = template({ tasks: 10, done: 1, fatal: 9, waiting: 0 });
  assert.equal(restOf(told({ templates: [all, { ...merge, tasks: 10 }], edges })), 0);
});

test('a limit of a template makes its tasks run one after the other', () => {
  const ended = situation().ended.map((attempt) => ({ ...attempt, begun: NOW - 10 * SECOND, ended: NOW }));
  const wide = restOf(told({ ended }));
  const narrow = restOf(told({ ended, templates: [template({ limit: 1 })] }));
  assert.ok(wide < 25 && narrow > 35, `${wide} ${narrow}`);
});

test('attempts that fail make it longer', () => {
  const [one, ...others] = situation().ended;
  const ended = [...others, ...others].map((attempt) => ({ ...attempt, isDone: false }));
  const templates = [template({ maxAttempts: 5 })];
  const rest = restOf(told({ templates, ended: one === undefined ? ended : [one, ...ended] }));
  assert.ok(rest > 1.5 * restOf(told()), String(rest));
});

test('run times of nothing, clocks that went back and chains that come back to a template are no obstacle', () => {
  const nothing = situation().ended.map((attempt) => ({ ...attempt, begun: attempt.ended }));
  assert.ok(restOf(told({ ended: nothing })) < 60);
  const later = situation().ended.map((attempt) => ({ ...attempt, begun: NOW + 5000, ended: NOW + 1000 }));
  assert.ok(told({ ended: later }));
  assert.ok(told({ templates: [template({ running: 3, waiting: 2 })], running: [{ arrayId: 1, begun: NOW + 9000 }] }));
  const circle = [
    { from: 1, to: 1, upstreams: 1 },
    { from: 2, to: 1, upstreams: 1 },
    { from: 1, to: 2, upstreams: 1 },
    { from: 77, to: 1, upstreams: 1 },
  ];
  assert.ok(
    told({ templates: [template({ waiting: 1 }), template({ arrayId: 2, done: 0, waiting: 0 })], edges: circle }),
  );
});

test('run times that no worker can have had still give a date', () => {
  const ended = [0, 1, 9e18, 1e300, Number.MAX_VALUE].map((time) => ({
    ...{ arrayId: 1, begun: NOW - time, ended: NOW, isDone: true },
  }));
  const templates = [template(), template({ arrayId: 2, done: 0, runTime: { median: 0, p95: 9e15 } })];
  const forecast = told({ ended, templates });
  assert.ok(forecast !== undefined && forecast.latest < 8.64e15, 'later than any date that there is');
});

test('templates that take turns are as wide as what is active of them, whichever it is of', () => {
  const edges = [
    { from: 1, to: 2, upstreams: 1 },
    { from: 2, to: 1, upstreams: 1 },
  ];
  const one = { tasks: 500, done: 100 };
  const active = (waiting: number) => [template({ ...one, waiting }), template({ ...one, arrayId: 2, waiting: 0 })];
  const ended = [1, 2].flatMap((arrayId) =>
    Array.from({ length: 100 }, () => ({ arrayId, begun: NOW - 10 * SECOND, ended: NOW, isDone: true })),
  );
  const [narrow, wide] = [1, 100].map((waiting) =>
    restOf(told({ templates: active(waiting), edges, ended })),
  ) as number[];
  assert.ok(narrow !== undefined && narrow > 2000, String(narrow));
  assert.ok(wide !== undefined && wide < 400, String(wide));
});

test('a template whose only run times are of long ago has those', () => {
  const templates = [template({ done: 10, waiting: 0 }), template({ arrayId: 2, runTime: { median: 600, p95: 700 } })];
  const rest = restOf(told({ templates }));
  assert.ok(rest > 500, String(rest));
});

/** Milliseconds of the fastest of some calls: others use this machine too. */
function timeOf(action: () => unknown): number {
  const times = Array.from({ length: 15 }, () => {
    const started = performance.now();
    action();
    return performance.now() - started;
  });
  return Math.min(...times);
}

function chained(count: number, tasks: number): Situation {
  const templates = Array.from({ length: count }, (_, place) => {
    const isFirst = place === 0;
    return template({ arrayId: place + 1, tasks, done: isFirst ? 5 : 0, waiting: isFirst ? tasks - 5 : 0 });
  });
  const edges = templates.slice(1).map(({ arrayId }) => ({ from: arrayId - 1, to: arrayId, upstreams: 1 }));
  return situation({ templates, edges });
}

test('it takes milliseconds, however many tasks there are, and ten thousand templates are no obstacle', (context) => {
  const few = timeOf(() => forecastOf(chained(50, 1_000_000), seededChance(1)));
  const many = timeOf(() => forecastOf(chained(10_000, 100), seededChance(1)));
  context.diagnostic(`50 templates ${few.toFixed(1)} ms, 10,000 templates ${many.toFixed(1)} ms`);
  // Far above what it takes on a machine that does nothing else.
  assert.ok(few < 50 && many < 1000, `${few} ms, ${many} ms`);
  assert.ok(told(chained(10_000, 1)));
});
