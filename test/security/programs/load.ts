/** Reads a workflow from each of the files that are named, and writes how each ended, as one line of JSON. */

import { loadWorkflow } from '../../../src/client/input/input.ts';
import { messageOf, SkepError } from '../../../src/core/errors.ts';

for (const path of process.argv.slice(2)) {
  const began = performance.now();
  const outcome = await loadWorkflow(path, { environment: {} }).then(
    () => ({ code: 'read', message: '' }),
    (error: unknown) => ({ code: error instanceof SkepError ? error.code : 'unforeseen', message: messageOf(error) }),
  );
  const seconds = (performance.now() - began) / 1000;
  const mebibytes = process.resourceUsage().maxRSS / 1024;
  process.stdout.write(`${JSON.stringify({ path, ...outcome, polluted: 'polluted' in {}, seconds, mebibytes })}\n`);
}
