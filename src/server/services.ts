import { userName } from '../core/user-name.ts';
import { Feed } from './feed.ts';
import type { Services } from './handler.ts';
import { Hearing } from './hearing.ts';
import { Onlookers } from './onlookers.ts';
import { Pictures } from './pictures.ts';

/** What a server is made with: the rest of its services follows from it. */
export type ServiceParts = Pick<Services, 'config' | 'database' | 'clock' | 'random' | 'log' | 'processes' | 'runs'>;

/** The services of a server over an open database, without anything that listens. */
export function createServices(parts: ServiceParts): Services {
  const { database, clock } = parts;
  return {
    ...parts,
    user: userName(process.env),
    feed: new Feed(database, clock),
    hearing: new Hearing(clock),
    leadership: database.leadership,
    pictures: new Pictures(clock),
    onlookers: new Onlookers(clock),
  };
}
