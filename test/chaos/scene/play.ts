import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended } from '../../e2e/skep.ts';
import { type Fault, fault } from '../check/fault.ts';
import { findBrokenPromises, type Promises } from '../check/promises.ts';
import { findRemains, findStrangeFiles } from '../check/remains.ts';
import { ServerKeeper } from './server-keeper.ts';
import type { Stage } from './stage.ts';

/** One kill must cost no more than one resume; a third run shows whether it would ever end. */
const MOST_RUNS = 3;
/** Milliseconds after which a scene hangs; it usually takes two seconds. */
const PATIENCE = 120_000;

/** Happens while the workflow runs. */
type Disaster = () => Promise<void>;

/** Runs the workflow of a stage to its end, as its user would in spite of a disaster, and says what is wrong afterwards. */
export async function play(stage: Stage, promises: Promises, disaster: Disaster = async () => {}): Promise<Fault[]> {
  const server = stage.serving === 'client' ? undefined : await ServerKeeper.start(stage);
  const timer = new AbortController();
  const late = sleep(PATIENCE, undefined, { signal: timer.signal }).then(
    () => [fault('other', `It hangs. The journal:\n${stage.journal}`)],
    () => [],
  );
  const done = Promise.all([runUntilDone(stage), disaster()]).then(([faults]) => faults);
  const faults = await Promise.race([done, late]);
  timer.abort();
  if (faults.length > 0) {
    server?.abandon();
    return faults;
  }
  return [
    ...(await findRemains(stage, server?.pid)),
    ...((await server?.stop()) ?? []),
    ...(await askForStatus(stage)),
    ...(await findRemains(stage, undefined)),
    ...findStrangeFiles(stage), // Before the database is read, which makes files of its own.
    ...findBrokenPromises(stage, promises),
  ];
}

/** Goes on with `--resume` after a run that failed or was killed. */
async function runUntilDone(stage: Stage): Promise<Fault[]> {
  const runs: Ended[] = [];
  while (runs.at(-1)?.code !== 0 && runs.length < MOST_RUNS) runs.push(await stage.run());
  const told = runs
    .map(({ code, output, errors }) => `It ended with ${code}: ${output}${errors.slice(-1500)}`)
    .join('\n');
  if (runs.at(-1)?.code !== 0) return [fault('other', `Not done after ${runs.length} runs.\n${told}`)];
  if (runs.length > 2) return [fault('other', `${runs.length} runs were needed.\n${told}`)];
  return runs.flatMap(({ code, output, errors }) => {
    const isClear = code === null || code === 0 || /^To resume: +skep run .* --resume$/m.test(output + errors);
    return isClear ? [] : [fault('other', `A run does not say how to resume.\n${told}`)];
  });
}

/** The next command must find nothing in its way. */
async function askForStatus(stage: Stage): Promise<Fault[]> {
  const { code, output, errors } = await stage.status();
  if (code !== 0) return [fault('other', `The next command ended with ${code}: ${errors.slice(-1000)}`)];
  const [workflow] = JSON.parse(output);
  return workflow?.WF_STATUS === 'DONE' ? [] : [fault('other', `The workflow is ${workflow?.WF_STATUS}, not DONE.`)];
}
