/** Requests to every route: such as fit its declaration, and the same with something wrong. */
import fc from 'fast-check';
import type { TObject } from 'typebox';
import { type Route, SURFACE_PREFIX } from '../../../src/api/route.ts';
import { type RouteName, routes } from '../../../src/api/routes.ts';
import { BROKEN_BODIES, HOSTILE_TEXTS, hostileValue, largeValue } from './hostile.ts';
import { fitting } from './values.ts';

export interface FuzzedRequest {
  /** The route that it is made for; with another method, another route or none answers. */
  readonly route: RouteName;
  readonly method: string;
  readonly url: string;
  /** JSON text, or nearly; with signs, see `hostile.ts`. */
  readonly body: string | undefined;
  readonly contentType: string;
  /** How often it is sent: a lost answer makes a peer send again. */
  readonly times: number;
  /** Whether the repetitions are under way at once. */
  readonly together: boolean;
}

/** A request to any route. */
export function anyRequest(): fc.Arbitrary<FuzzedRequest> {
  return fc.oneof(...Object.keys(routes).map((name) => requestTo(name as RouteName)));
}

function requestTo(name: RouteName): fc.Arbitrary<FuzzedRequest> {
  const route: Route = routes[name];
  return fc.record({
    route: fc.constant(name),
    method: rarely(
      20,
      fc.constant<string>(route.method),
      fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'),
    ),
    url: fc
      .tuple(pathOf(route), queryOf(route.query))
      .map(([path, query]) => `${SURFACE_PREFIX[route.surface]}${path}${query === '' ? '' : `?${query}`}`),
    body: route.method === 'GET' ? fc.constant(undefined) : bodyFor(route),
    contentType: rarely(20, fc.constant('application/json'), fc.constantFrom('text/plain', 'multipart/form-data', '')),
    times: rarely(8, fc.constant(1), fc.constantFrom(2, 3)),
    together: fc.boolean(),
  });
}

/** `usual`, but once in `every` times `other`. */
function rarely<T>(every: number, usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: every - 1, arbitrary: usual }, { weight: 1, arbitrary: other });
}

const hostileText = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), fc.string({ unit: 'binary', maxLength: 8 }));
/** As it stands in an address; a broken escape stays broken. */
const escapedHostile = fc.oneof(
  hostileText.map(escaped),
  fc.constantFrom('%', '%zz', '%00', '%c3%28', 'a%2Fb', '😀', '1'.repeat(5000)),
);

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function pathOf({ path, params }: Route): fc.Arbitrary<string> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const values = names.map((name) => {
    const fits = fitting(params.properties[name] as TObject, name).map((value) => escaped(String(value)));
    return rarely(8, fits, escapedHostile);
  });
  return fc
    .tuple(...values)
    .map((texts) => names.reduce((url, name, index) => url.replace(`{${name}}`, () => texts[index] ?? ''), path));
}

function queryOf({ properties, required }: TObject): fc.Arbitrary<string> {
  const needed = new Set<string>(required ?? []);
  const fields = Object.entries(properties).map(([name, schema]) => {
    const values = fitting(schema, name).map((value) =>
      (Array.isArray(value) ? value : [value]).map((part) => escaped(String(part))),
    );
    const given = rarely<string[]>(8, values, fc.array(escapedHostile, { maxLength: 3 }));
    const some: fc.Arbitrary<string[]> = needed.has(name)
      ? rarely(12, given, fc.constant<string[]>([]))
      : fc.oneof(given, fc.constant<string[]>([]));
    return some.map((texts) => texts.map((text) => `${escaped(name)}=${text}`));
  });
  const version = fc.constantFrom<string[]>(
    [],
    ['client_jobmon_version=3.6.0'],
    ['client_jobmon_version=%00', 'more=1'],
  );
  return fc.tuple(...fields, version).map((parts) => parts.flat().join('&'));
}

function bodyFor(route: Route): fc.Arbitrary<string> {
  const fits = fitting(route.body);
  const json = (values: fc.Arbitrary<unknown>) => values.map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 50, arbitrary: json(fits) },
    { weight: 40, arbitrary: json(spoilt(fits, hostileValue)) },
    { weight: 5, arbitrary: fc.constantFrom(...BROKEN_BODIES) },
    { weight: 5, arbitrary: json(hostileValue) },
    { weight: 1, arbitrary: json(spoilt(fits, largeValue)) },
  );
}

/** A body with one thing wrong: a value replaced, left out, renamed, repeated or added. */
function spoilt(values: fc.Arbitrary<unknown>, wrong: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .tuple(
      values,
      wrong,
      fc.nat({ max: 1000 }),
      fc.constantFrom<Damage>('replace', 'replace', 'remove', 'rename', 'repeat', 'add'),
    )
    .map(([value, by, place, damage]) => spoil(value, by, place, damage));
}

type Damage = 'replace' | 'remove' | 'rename' | 'repeat' | 'add';
type Container = Record<string, unknown> | unknown[];

function spoil(value: unknown, by: unknown, place: number, damage: Damage): unknown {
  const whole = structuredClone(value);
  const places = [...placesIn(whole)];
  const chosen = places[place % Math.max(places.length, 1)];
  if (chosen === undefined) return by;
  const [container, key] = chosen;
  const record = container as Record<string, unknown>;
  if (Array.isArray(container)) {
    const index = Number(key);
    if (damage === 'remove') container.splice(index, 1);
    else if (damage === 'repeat') container.push(...Array.from({ length: 20 }, () => container[index]));
    else if (damage === 'add') container.push(by);
    else container[index] = by;
  } else if (damage === 'remove') delete record[key];
  else if (damage === 'add') record.added = by;
  else if (damage === 'rename') {
    record[`${key}\0`] = record[key];
    delete record[key];
  } else record[key] = by;
  return whole;
}

/** Every place of a value: its container and its key there. */
function* placesIn(value: unknown): Generator<readonly [Container, string]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    yield [value as Container, key];
    yield* placesIn(part);
  }
}
