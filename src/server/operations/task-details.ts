/** What is stored beside tasks: arguments and attributes. Source: http-fsm §9.2, §9.3. */
import { textOf } from '../../core/python-text.ts';
import { rowsOf } from '../db/bulk.ts';
import type { WriteUnit } from '../db/unit.ts';
import { refuseLongText } from './limits.ts';
import { idsOfNames } from './names.ts';

interface TaskArg {
  readonly task_id: number;
  readonly arg_id: number;
  readonly val: string;
}

/** Adds arguments of tasks; those that exist stay, and of several for one argument the first counts. */
export async function bindTaskArgs(unit: WriteUnit, args: readonly TaskArg[]): Promise<void> {
  await unit.db
    .insertInto('task_arg')
    .columns(['task_id', 'arg_id', 'val'])
    .expression((query) =>
      query
        .selectFrom(rowsOf(args, { task_id: 'integer', arg_id: 'integer', val: 'text' }).as('given'))
        .select(['given.task_id', 'given.arg_id', 'given.val'])
        .where((given) => given.lit(true)),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export interface TaskAttribute {
  readonly taskId: number;
  readonly name: string;
  readonly value: string | number | boolean | null;
}

const LONGEST_ATTRIBUTE = 255;

/** Sets attributes of tasks; numbers are kept as their text. */
export async function bindTaskAttributes(unit: WriteUnit, attributes: readonly TaskAttribute[]): Promise<void> {
  const typeIds = await idsOfNames(
    unit,
    'task_attribute_type',
    attributes.map(({ name }) => name),
  );
  const rows = attributes.map(({ taskId, name, value }) => {
    const text = value === null ? null : textOf(value);
    refuseLongText(`The value of attribute ${name} of task ${taskId}`, text ?? '', LONGEST_ATTRIBUTE);
    return { task_id: taskId, type: typeIds.get(name) as number, value: text };
  });
  await unit.db
    .insertInto('task_attribute')
    .columns(['task_id', 'task_attribute_type_id', 'value'])
    .expression((query) =>
      query
        .selectFrom(rowsOf(rows, { task_id: 'integer', type: 'integer', value: 'text' }).as('given'))
        .select(['given.task_id', 'given.type', 'given.value'])
        .where((given) => given.lit(true)),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['task_id', 'task_attribute_type_id'])
        .doUpdateSet(({ ref }) => ({ value: ref('excluded.value') })),
    )
    .execute();
}
