import { mkdtempSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../core/errors.ts';
import { type Finding, ok, type Place, problem, warning } from './finding.ts';

/** Bytes of a page of the database and more, so that a full disk is noticed. */
const PROBE = 65_536;

/** Whether data can be kept there: by doing it, in a directory that is removed again. */
export function checkDataDirectory({ dataDirectory }: Place): Finding {
  const existing = nearestExisting(dataDirectory);
  const check = 'data directory';
  const hint = 'Mend its permissions or make room, or name another with --data-dir or server.data_dir.';
  if (!statSync(existing).isDirectory()) return problem(check, `${existing} is no directory`, hint);
  try {
    const probe = mkdtempSync(join(existing, '.skep-doctor-'));
    try {
      writeFileSync(join(probe, 'probe'), Buffer.alloc(PROBE), { flush: true });
    } finally {
      rmSync(probe, { recursive: true, force: true });
    }
  } catch (error) {
    return problem(check, `${existing} cannot be written: ${messageOf(error)}`, hint);
  }
  if (existing !== dataDirectory) return ok(check, `${dataDirectory} will be made by the first run`);
  const mode = statSync(dataDirectory).mode & 0o777;
  if ((mode & 0o022) === 0) return ok(check, dataDirectory);
  const what = `${dataDirectory} can be written by others (mode ${mode.toString(8)})`;
  return warning(check, what, `Run chmod go-w on it.`);
}

/** Numbers by which Linux tells file systems of other machines. Source: statfs(2) and linux/magic.h. */
const NETWORK_FILE_SYSTEMS: Readonly<Record<number, string>> = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  20859: 'SMB',
  198183888: 'Lustre',
  1196443219: 'GPFS',
  428016422: 'BeeGFS',
  12805120: 'Ceph',
  1397113167: 'AFS',
  16914839: '9p',
  1702057286: 'FUSE (such as sshfs)',
};

/** A database of SQLite on the disk of another machine is locked by rules that not all of them keep. */
export function checkFileSystem(directory: string, holdsDatabase: boolean, typeOf = typeOfFileSystem): Finding {
  const name = NETWORK_FILE_SYSTEMS[typeOf(nearestExisting(directory)) >>> 0];
  if (name === undefined) return ok('file system', 'it is on a disk of this machine');
  if (!holdsDatabase) return ok('file system', `${name}; the database is elsewhere`);
  const hint =
    'Use a directory on a local disk (server.data_dir), or PostgreSQL (database.url). Never two machines on one such file.';
  return warning('file system', `the database of SQLite lies on ${name}: locks may fail there, and be slow`, hint);
}

function typeOfFileSystem(directory: string): number {
  return statfsSync(directory).type;
}

/** Bytes: a million tasks take about 1 GiB; below the lower, logs of a few commands fill it. */
const ENOUGH = 2 ** 30;
const TOO_LITTLE = 100 * 2 ** 20;

export function checkFreeSpace(directory: string): Finding {
  const { bavail, bsize } = statfsSync(nearestExisting(directory));
  const free = bavail * bsize;
  const text = free < ENOUGH ? `${Math.floor(free / 2 ** 20)} MiB free` : `${Math.floor(free / 2 ** 30)} GiB free`;
  const hint = 'Make room: without it, running workflows stop and wait.';
  if (free < TOO_LITTLE) return problem('free space', `only ${text}`, hint);
  return free < ENOUGH ? warning('free space', `only ${text}`, hint) : ok('free space', text);
}

function nearestExisting(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? nearestExisting(dirname(path)) : path;
}
