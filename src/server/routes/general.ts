import { sql } from 'kysely';
import { SKEP_VERSION } from '../../core/version.ts';
import { timeText } from '../db/time.ts';
import type { Handlers } from '../handler.ts';

export const generalHandlers = {
  isAlive: async () => ({ msg: 'Yes, I am alive' }),

  getHealth: async ({ services }) => {
    await services.database.read((unit) => sql`select 1`.execute(unit.db));
    return { status: 'OK' };
  },

  getTime: async ({ services }) => ({ time: timeText(services.clock.now()) }),

  getApiVersion: async () => ({ status: 'v3' }),

  getTestBad: async ({ services }) => {
    await services.database.read((unit) => sql`select * from no_such_table`.execute(unit.db));
    throw new Error('The table no_such_table exists.');
  },

  getCapabilities: async ({ services }) => ({ version: SKEP_VERSION, database_id: services.database.databaseId }),
} satisfies Partial<Handlers>;
