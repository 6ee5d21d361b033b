/** All tests that need the real Slurm: there is one cluster, which they use one after another. */
import { after, before, beforeEach } from 'node:test';
import './runs.ts';
import './faults.ts';
import './ends.ts';
import { noSlurm, slurm } from './slurm.ts';

if (!noSlurm) {
  before(() => void slurm('start'));
  beforeEach(() => {
    slurm('start');
    slurm('reset');
  });
  after(() => void slurm('clean'));
}
