import { capabilitiesOf } from '../../api/capabilities.ts';
import type { Caller } from '../../api/requester.ts';
import { SkepError } from '../../core/errors.ts';

/** @throws SkepError extension_missing when the server has the compatible routes alone; `what` it then cannot do. */
export async function requireExtensions(requester: Caller, what: string): Promise<void> {
  if ((await capabilitiesOf(requester)) !== undefined) return;
  throw new SkepError('extension_missing', `The server has the compatible routes alone and cannot ${what}.`);
}
