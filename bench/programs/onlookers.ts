/**
 * A program: so many pages that are open on a workflow, `node onlookers.ts URL TOKEN WORKFLOW PAGES`. Each asks after the
 * progress as the page does, and after the timeline when that changed, no more often than the page. Prints `open` when all
 * have their first answer; ends, and prints how many answers came, when its standard input does.
 */

import { requesterFor } from '../../src/api/connect.ts';
import type { Requester } from '../../src/api/requester.ts';
import { routes } from '../../src/api/routes.ts';
import { loadConfig } from '../../src/core/config.ts';

/** As the page: seconds of a wait, milliseconds to the next question, and between two looks at the timeline. */
const WAIT = 25;
const NEXT = 100;
const ROUND = 2000;

const [url = '', token = '', workflow = '', pages = ''] = process.argv.slice(2);
const params = { workflow_id: Number(workflow) };
let isOver = false;
let answers = 0;

const opened = Array.from({ length: Number(pages) }, () => new Promise<void>((ready) => void look(ready)));
await Promise.all(opened);
process.stdout.write('open\n');
process.stdin.on('end', () => {
  isOver = true;
  process.stdout.write(`${answers}\n`, () => process.exit());
});
process.stdin.resume();

async function look(ready: () => void): Promise<void> {
  const requester = requesterFor(loadConfig({ overrides: { http: { service_url: url, token } } }).http);
  let { revision } = await requester.call(routes.getWorkflowProgress, { params });
  await lookAtTimeline(requester);
  ready();
  let followed = performance.now();
  while (!isOver) {
    const query = { after: revision, wait: WAIT };
    const progress = await requester.call(routes.getWorkflowProgress, { params, query });
    answers++;
    if (progress.revision !== revision && performance.now() - followed >= ROUND) {
      followed = performance.now();
      await lookAtTimeline(requester);
    }
    revision = progress.revision;
    await new Promise((resume) => setTimeout(resume, NEXT));
  }
}

async function lookAtTimeline(requester: Requester): Promise<void> {
  await requester.call(routes.getTimeline, { params, query: { buckets: 120 } });
  answers++;
}
