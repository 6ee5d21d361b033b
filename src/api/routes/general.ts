/** Routes that belong to no entity. Source: http-fsm §6. */
import { Type } from 'typebox';
import { skep, v3 } from '../route.ts';
import { TimeText } from '../schemas.ts';

export const isAlive = v3('GET', '/', {
  access: 'read',
  summary: 'Says that the server runs.',
  answer: Type.Object({ msg: Type.String() }),
});

export const getHealth = v3('GET', '/health', {
  access: 'open',
  summary: 'Says that the server runs and reaches its database.',
  answer: Type.Object({ status: Type.String() }),
});

export const getTime = v3('GET', '/time', {
  access: 'read',
  summary: 'The clock of the server, to be sent back as `last_sync`.',
  answer: Type.Object({ time: TimeText }),
});

export const getApiVersion = v3('GET', '/api_version', {
  access: 'read',
  summary: 'The version of the compatible surface.',
  answer: Type.Object({ status: Type.String() }),
});

export const getTestBad = v3('GET', '/test_bad', {
  access: 'read',
  summary: 'Always fails with an error of the database, for tests of error handling.',
  answer: Type.Never(),
});

export const getCapabilities = skep('GET', '/capabilities', {
  access: 'read',
  summary: 'Says that this server knows the extension routes, and which version it has.',
  answer: Type.Object({ version: Type.String(), database_id: Type.String() }),
});
