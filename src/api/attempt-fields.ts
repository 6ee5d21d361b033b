import { Type } from 'typebox';
import { Id, Letter, Nullable } from './schemas.ts';

const Time = Type.Number();
const Text = Nullable(Type.String());

/** What every description of an attempt says. Times are milliseconds since 1970, run times and `cpu` seconds, `memory` bytes. */
export const ATTEMPT_FIELDS = {
  task_instance_id: Id,
  workflow_run_id: Id,
  status: Letter,
  distributor_id: Text,
  cluster: Text,
  queue: Text,
  nodename: Text,
  submitted: Nullable(Time),
  /** When its command began, as far as it is known. */
  started: Nullable(Time),
  status_changed: Time,
  run_time: Nullable(Type.Number()),
  cpu: Nullable(Type.Number()),
  memory: Nullable(Type.Number()),
};
