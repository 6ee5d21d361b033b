import { capabilitiesOf } from '../../api/capabilities.ts';
import { requesterFor } from '../../api/connect.ts';
import type { Requester } from '../../api/requester.ts';
import { routes } from '../../api/routes.ts';
import { httpTransport } from '../../api/transport.ts';
import { isSkepError, messageOf } from '../../core/errors.ts';
import { SKEP_VERSION } from '../../core/version.ts';
import { readLiveServerRecord } from '../../server/server-record.ts';
import { type Finding, ok, type Place, problem, warning } from './finding.ts';

/** Seconds until a server counts as away. */
const PATIENCE = 5;
/** Seconds that two clocks may differ: logs and heartbeats of both are read side by side. */
const SKEW = 5;

/** The configured server, or the one that serves the data directory: whether it answers us, its version, its clock. */
export async function checkServer(place: Place): Promise<readonly Finding[]> {
  const { config, dataDirectory, context } = place;
  let { http } = config;
  if (http.service_url === '') {
    const live = readLiveServerRecord(dataDirectory, context.processes);
    if (live === undefined) return [ok('server', 'none runs; commands start one when they need it')];
    http = { ...http, service_url: live.url, token_file: live.token_file };
  }
  const { origin } = new URL(http.service_url); // Without a token that may be in its path.
  const requester = requesterFor(http, context.transportTo ?? httpTransport);
  try {
    return await ask(requester, origin, place);
  } catch (error) {
    if (isSkepError(error, 'unauthorized')) {
      const hint = 'Give the token of this server: http.token_file or SKEP__HTTP__TOKEN.';
      return [problem('server', `${origin} refuses the token`, hint)];
    }
    const hint = 'Check that it runs and that http.service_url is its address: skep server start.';
    return [problem('server', `${origin} does not answer as it should: ${messageOf(error)}`, hint)];
  } finally {
    await requester.close();
  }
}

async function ask(requester: Requester, origin: string, { context }: Place): Promise<Finding[]> {
  const { clock } = context;
  const once = { attempts: 1, timeout: PATIENCE };
  await requester.call(routes.getHealth, {}, once);
  const asked = clock.now();
  const { time } = await requester.call(routes.getTime, {}, once);
  const here = (asked + clock.now()) / 2;
  const capabilities = await capabilitiesOf(requester);
  return [describeVersion(capabilities?.version, origin), describeSkew(Date.parse(`${time.replace(' ', 'T')}Z`), here)];
}

function describeVersion(version: string | undefined, origin: string): Finding {
  if (version === undefined) {
    const hint = 'Runs work; live views and bulk changes need a server of Skep.';
    return warning('server', `${origin} answers, and knows the compatible routes alone`, hint);
  }
  if (version === SKEP_VERSION) return ok('server', `${origin} answers, version ${version}`);
  const what = `${origin} has version ${version}, this is ${SKEP_VERSION}`;
  const hint = 'Use the same version on both sides.';
  const major = (text: string) => text.split('.')[0];
  return major(version) === major(SKEP_VERSION) ? warning('server', what, hint) : problem('server', what, hint);
}

/** The server tells whole seconds: half of one is its due. */
function describeSkew(there: number, here: number): Finding {
  const skew = Math.round((there + 500 - here) / 1000);
  if (Math.abs(skew) <= SKEW) return ok('clock', 'it agrees with that of the server');
  const what = `that of the server is ${Math.abs(skew)} s ${skew > 0 ? 'ahead of' : 'behind'} this one`;
  return warning('clock', what, 'Let both follow a time server (chrony, systemd-timesyncd).');
}
