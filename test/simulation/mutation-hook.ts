/** Puts the mutation that `SIMULATION_MUTATION` names in force in this process: the module is changed as it is loaded. */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { mutated } from './mutation.ts';
import { mutationNamed } from './mutations.ts';

const mutation = mutationNamed(process.env.SIMULATION_MUTATION ?? '');
const { href } = pathToFileURL(join(import.meta.dirname, '../..', mutation.file));

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url !== href) return loaded;
    return { ...loaded, source: mutated(mutation, String(loaded.source)) };
  },
});
