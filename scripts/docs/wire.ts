/** The page about the compatible surface, from the routes and from the table of differences that the replay uses. */
import { type Route, SURFACE_PREFIX } from '../../src/api/route.ts';
import { routes } from '../../src/api/routes.ts';
import { DIFFERENCES } from '../../test/wire/differences.ts';
import { table } from './pages.ts';

export function wirePage(): string {
  return `# The wire

A Python Jobmon 3.6 client, distributor, worker or web page can use a Skep server, and Skep's own client, distributor and workers
can use a server of that system. Both speak HTTP with JSON bodies below \`${SURFACE_PREFIX.v3}\`: the *compatible surface*, whose routes are
listed [below](#routes). [openapi.json](openapi.json) describes every route with its parameters, bodies, answers and refusals.

What is there besides, below \`${SURFACE_PREFIX.skep}\`, are extensions: change feeds and bulk reports. A requester asks once whether
they are there (\`${SURFACE_PREFIX.skep}/capabilities\`) and works without them: \`SKEP__SERVER__EXTENSIONS=false\` makes a server that has the
compatible surface alone.

How we know: recorded exchanges of the original peers are sent to a fresh server and every answer is compared
(\`test/wire/replay.test.ts\`); a whole workflow runs on a server without extensions (\`test/e2e/plain-v3.test.ts\`); a workflow that a Python
client made is resumed (\`test/e2e/python-made.test.ts\`); and random requests to every route neither make the server fail nor, when
refused, change anything (\`test/wire/fuzz.test.ts\`).

## Big integers and ids

| what | in requests | in answers |
|---|---|---|
| hashes (up to 78 digits) | a JSON number of any length, or decimal text | decimal text |
| ids and counts | a JSON number, or decimal text | a JSON number; text where they are keys of an object |
| clock times | \`YYYY-MM-DD HH:MM:SS\`, also with \`T\` and a fraction | \`YYYY-MM-DD HH:MM:SS\`; with \`T\` on some routes of the web page |
| \`resource_scales\`, \`fallback_queues\`, queue parameters | JSON | text that holds a Python literal: \`{'memory': 0.5}\`, \`('long.q',)\`, \`None\` |
| tables of the command line | | JSON text inside a JSON text, by column |

An integer beyond ±2^53 is never held as a JavaScript number: it is put into quotes before the body is parsed, and is text from
there on. Literals are read in Python's spelling or as JSON. A scale that is the name of a function can be stored but not called: a task
with one is refused when its workflow is resumed by id.

## Differences

What we answer otherwise than the reference, on purpose. The replay takes its exceptions from the same table.

${table(
  ['where', 'what we do', 'why'],
  DIFFERENCES.map(({ route, what, reason }) => [placeOf(route), what, reason]),
)}
## Routes

${table(['request', 'what for'], routeRows('v3'))}
The extensions:

${table(['request', 'what for'], routeRows('skep'))}`;
}

function placeOf(place: string): string {
  if (!(place in routes)) return place;
  const { path } = routes[place as keyof typeof routes];
  return `\`${path}\``;
}

function routeRows(surface: Route['surface']): string[][] {
  return Object.values<Route>(routes)
    .filter((route) => route.surface === surface)
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ method, path, summary }) => [`${method} \`${path}\``, summary]);
}
