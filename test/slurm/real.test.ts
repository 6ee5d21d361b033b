/** Tests of workflows on the real Slurm: there is one cluster, which they use one after another. */
import './runs.ts';
import './faults.ts';
import './ends.ts';
import { useSlurm } from './slurm.ts';

useSlurm();
