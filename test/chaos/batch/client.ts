/** Runs the workflow of a shape on {@link import('./cluster.ts').BatchCluster}; `skep run` cannot be told of another distributor. */
import { resolve } from 'node:path';
import { requesterFor } from '../../../src/api/connect.ts';
import { loadConfig } from '../../../src/core/config.ts';
import { resolveSkepToThisCopy } from '../../../src/core/own-files.ts';

resolveSkepToThisCopy();
const { default: workflow } = await import('../scene/shapes.workflow.ts');
const config = loadConfig();
const result = await workflow.run({
  requester: requesterFor(config.http),
  resume: process.argv.includes('--resume'),
  heartbeat: config.heartbeat,
  distributorCommand: [process.execPath, resolve(import.meta.dirname, 'distributor.ts')],
});
process.exit(result.status === 'D' ? 0 : 1);
