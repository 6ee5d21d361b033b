import { isOnPath } from '../../client/input/search-path.ts';
import { type Finding, ok, type Place, problem, warning } from './finding.ts';

const COMMANDS = ['sbatch', 'squeue', 'sacct', 'scancel', 'scontrol'];
/** Seconds until a controller counts as away. */
const PATIENCE = 10;

/** The commands of Slurm and its controller, where the machine has them or a cluster of the database needs them. */
export async function checkSlurm(place: Place): Promise<readonly Finding[]> {
  const check = 'slurm';
  const { environment } = place.context;
  const missing = COMMANDS.filter((command) => !isOnPath(command, environment.PATH ?? ''));
  const clusters = await slurmClusters(place);
  if (missing.length === COMMANDS.length) {
    if (clusters.length === 0) return [ok(check, 'neither on this machine nor needed')];
    const hint = 'Run where they are, or let the cluster use slurmrestd (docs/slurm.md).';
    return [warning(check, `cluster ${clusters.join(', ')} needs its commands, and none is on PATH`, hint)];
  }
  if (missing.length > 0) {
    return [problem(check, `${missing.join(', ')} cannot be found on PATH`, 'Install all client commands of Slurm.')];
  }
  const { isUp, said } = await askController(place);
  if (isUp) return [ok(check, said || 'its controller answers')];
  const hint = 'Look at slurmctld, slurm.conf and munge.';
  const what = `its controller cannot be reached: ${said}`;
  return [
    clusters.length > 0 ? problem(check, what, hint) : warning(check, what, `${hint} No cluster here uses it yet.`),
  ];
}

/** Characters of what it says that are shown. */
const SAID = 160;

async function askController({ context }: Place): Promise<{ readonly isUp: boolean; readonly said: string }> {
  const { clock, processes, environment } = context;
  const child = await processes.launch({
    ...{ program: 'scontrol', arguments: ['ping'], environment, ownGroup: true },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text = (text + chunk).slice(-500)));
  const cancel = clock.after(PATIENCE * 1000, () => child.signal('SIGKILL'));
  const { code } = await child.closed;
  cancel();
  const said = text.trim().replace(/\s+/g, ' ');
  const isUp = code === 0 && !/\bDOWN\b/.test(said.replace(/backup.*/i, ''));
  return { isUp, said: said === '' && !isUp ? `no answer within ${PATIENCE} s` : said.slice(0, SAID) };
}

/** Names of clusters of the type, as far as the database of this place says. */
async function slurmClusters(place: Place): Promise<string[]> {
  if (place.config.http.service_url !== '') return [];
  try {
    const { readDatabase } = await import('./database.ts');
    const rows = await readDatabase(place, (db) =>
      db
        .selectFrom('cluster')
        .innerJoin('cluster_type', 'cluster_type.id', 'cluster.cluster_type_id')
        .where('cluster_type.name', '=', 'slurm')
        .select('cluster.name')
        .execute(),
    );
    return (rows ?? []).map(({ name }) => name);
  } catch {
    return []; // That the database cannot be read is a finding of its own.
  }
}
