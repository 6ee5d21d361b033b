/** Task templates and their versions. Source: http-fsm §7.5 to §7.9. */
import { SkepError } from '../../core/errors.ts';
import { rowsOf } from '../db/bulk.ts';
import { ARG_TYPES } from '../db/seeds.ts';
import type { ReadUnit, WriteUnit } from '../db/unit.ts';
import { idsOfNames } from './names.ts';

/** A version as the wire lists it; each name has its id in `argIds`, whatever its kinds. */
export interface TemplateVersion {
  readonly id: number;
  readonly templateId: number;
  readonly command: string;
  readonly nodeArgs: string[];
  readonly taskArgs: string[];
  readonly opArgs: string[];
  readonly argIds: Map<string, number>;
}

export interface TemplateVersionRequest {
  readonly command: string;
  readonly argMappingHash: string;
  readonly nodeArgs: readonly string[];
  readonly taskArgs: readonly string[];
  readonly opArgs: readonly string[];
}

export async function taskTemplates(unit: ReadUnit, toolVersionId: number): Promise<{ id: number; name: string }[]> {
  return unit.db
    .selectFrom('task_template')
    .select(['id', 'name'])
    .where('tool_version_id', '=', toolVersionId)
    .orderBy('id')
    .execute();
}

/** Finds or creates the template of a name in a tool version. */
export async function addTaskTemplate(unit: WriteUnit, toolVersionId: number, name: string): Promise<number> {
  const template = { tool_version_id: toolVersionId, name };
  const found = await unit.db
    .selectFrom('task_template')
    .select('id')
    .where('tool_version_id', '=', toolVersionId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (found !== undefined) return found.id;
  const added = await unit.db.insertInto('task_template').values(template).returning('id').executeTakeFirstOrThrow();
  return added.id;
}

/**
 * Finds or creates the version of a template with this command and these arguments.
 * @throws SkepError `not_found` for an unknown template.
 */
export async function addTemplateVersion(
  unit: WriteUnit,
  templateId: number,
  request: TemplateVersionRequest,
): Promise<TemplateVersion> {
  await requireTemplate(unit, templateId);
  const command = request.command.trim();
  const found = await unit.db
    .selectFrom('task_template_version')
    .select('id')
    .where('task_template_id', '=', templateId)
    .where('arg_mapping_hash', '=', request.argMappingHash)
    .where('command_template', '=', command)
    .executeTakeFirst();
  const id = found?.id ?? (await createVersion(unit, templateId, { ...request, command }));
  const [version] = await readVersions(unit, templateId, id);
  return version as TemplateVersion;
}

/** All versions of a template, oldest first; none of an unknown one. */
export function templateVersions(unit: ReadUnit, templateId: number): Promise<TemplateVersion[]> {
  return readVersions(unit, templateId);
}

/** @throws SkepError `not_found` for an unknown version. */
export async function templateOfVersion(unit: ReadUnit, versionId: number): Promise<number> {
  const row = await unit.db
    .selectFrom('task_template_version')
    .select('task_template_id')
    .where('id', '=', versionId)
    .executeTakeFirst();
  if (row === undefined) throw new SkepError('not_found', `Task template version ${versionId} does not exist.`);
  return row.task_template_id;
}

async function requireTemplate(unit: WriteUnit, templateId: number): Promise<void> {
  const row = await unit.db.selectFrom('task_template').select('id').where('id', '=', templateId).executeTakeFirst();
  if (row === undefined) throw new SkepError('not_found', `Task template ${templateId} does not exist.`);
}

async function createVersion(unit: WriteUnit, templateId: number, request: TemplateVersionRequest): Promise<number> {
  const { id } = await unit.db
    .insertInto('task_template_version')
    .values({
      task_template_id: templateId,
      command_template: request.command,
      arg_mapping_hash: request.argMappingHash,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const kinds = [
    [ARG_TYPES.node, request.nodeArgs],
    [ARG_TYPES.task, request.taskArgs],
    [ARG_TYPES.op, request.opArgs],
  ] as const;
  const argIds = await idsOfNames(
    unit,
    'arg',
    kinds.flatMap(([, names]) => names),
  );
  const rows = kinds.flatMap(([kind, names]) =>
    [...new Set(names)].map((name) => ({ arg_id: argIds.get(name) as number, arg_type_id: kind })),
  );
  await unit.db
    .insertInto('template_arg_map')
    .columns(['task_template_version_id', 'arg_id', 'arg_type_id'])
    .expression((query) =>
      query
        .selectFrom(rowsOf(rows, { arg_id: 'integer', arg_type_id: 'integer' }).as('given'))
        .select((given) => [given.val(id).as('task_template_version_id'), 'given.arg_id', 'given.arg_type_id']),
    )
    .execute();
  return id;
}

async function readVersions(unit: ReadUnit, templateId: number, onlyId?: number): Promise<TemplateVersion[]> {
  const rows = await unit.db
    .selectFrom('task_template_version as version')
    .leftJoin('template_arg_map as map', 'map.task_template_version_id', 'version.id')
    .leftJoin('arg', 'arg.id', 'map.arg_id')
    .select([
      'version.id',
      'version.command_template as command',
      'map.arg_type_id as kind',
      'arg.id as argId',
      'arg.name',
    ])
    .where('version.task_template_id', '=', templateId)
    .$if(onlyId !== undefined, (query) => query.where('version.id', '=', onlyId as number))
    .orderBy('version.id')
    .orderBy('arg.id')
    .execute();
  const versions = new Map<number, TemplateVersion>();
  for (const { id, command, kind, argId, name } of rows) {
    const version = versions.get(id) ?? emptyVersion(id, templateId, command);
    versions.set(id, version);
    if (name === null || argId === null) continue;
    version.argIds.set(name, argId);
    if (kind === ARG_TYPES.node) version.nodeArgs.push(name);
    if (kind === ARG_TYPES.task) version.taskArgs.push(name);
    if (kind === ARG_TYPES.op) version.opArgs.push(name);
  }
  return [...versions.values()];
}

function emptyVersion(id: number, templateId: number, command: string): TemplateVersion {
  return { id, templateId, command, nodeArgs: [], taskArgs: [], opArgs: [], argIds: new Map() };
}
