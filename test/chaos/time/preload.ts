/**
 * Loaded before the code of Skep: the wall clock of this process jumps by `SKEP_CHAOS_JUMP` (`<role or all> <hours>`) as soon
 * as the file `jump` is in the directory of the stage. Clocks that never jump go on as they do.
 */
import { appendFileSync, existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { roleOf } from '../kill/order.ts';

const { SKEP_CHAOS_JUMP = '', STAGE = '' } = process.env;
const [whose, hours] = SKEP_CHAOS_JUMP.split(' ');
const role = roleOf(process.argv);

if (role !== undefined && (whose === role || whose === 'all')) {
  const file = join(STAGE, 'jump');
  let offset = 0;
  const look = () => {
    if (offset !== 0 || !existsSync(file)) return;
    offset = Number(hours) * 3_600_000;
    appendFileSync(join(STAGE, 'jumped'), `${role}\n`);
  };
  look();
  watch(STAGE, look).unref();
  const { now } = Date;
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, parts) => Reflect.construct(target, parts.length === 0 ? [now() + offset] : parts),
  });
  Date.now = () => now() + offset;
}
