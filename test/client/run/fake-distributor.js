/** A distributor that does nothing but the handshake, in the manner that its first argument names. */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';

const [manner, ...options] = process.argv.slice(2);
const say = (text) => writeSync(2, text);
const untilTold = (end) => {
  process.on('SIGTERM', end);
  process.stdin.on('end', end).resume();
};
const endInOrder = () => {
  say('SHUTDOWN');
  process.exit(0);
};

switch (manner) {
  case 'good':
    say(`{"options":${JSON.stringify(options)},"url":"${process.env.SKEP__HTTP__SERVICE_URL}"}\n`);
    say('noise ALI');
    setTimeout(() => say('VE more noise\n'), 20);
    untilTold(endInOrder);
    break;
  case 'fails':
    say('cannot reach the cluster\n');
    process.exit(3);
    break;
  case 'silent':
    untilTold(endInOrder);
    break;
  case 'deaf':
    process.on('SIGTERM', () => say('no\n'));
    setInterval(() => {}, 1000);
    say('ALIVE');
    break;
  case 'chatty':
    untilTold(endInOrder);
    say(`ALIVE${'then more at once than is kept\n'.repeat(1000)}`);
    for (let line = 0; line < 20_000; line++) say(`line ${line} of many that a pipe cannot hold\n`);
    say('the last line\n');
    break;
  case 'dies':
    say('ALIVE');
    say('{"level":30,"msg":"Launched a batch"}\nabout to die\n{"level":50,"msg":"out of memory"}\n');
    process.exit(9);
    break;
  case 'leaves a child':
    // It holds the pipe open, and belongs to the group of the distributor.
    say(`child ${spawn('sleep', ['600'], { stdio: ['ignore', 'ignore', 'inherit'] }).pid}\n`);
    say('ALIVE');
    untilTold(() => process.exit(1));
    break;
}
