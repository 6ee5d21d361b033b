import type { AnswerOf, routes } from '../../api/routes.ts';
import { toHashText, toInteger } from '../../api/schemas.ts';
import { parseTimeText } from '../db/time.ts';
import { type Handlers, HttpAnswer } from '../handler.ts';
import {
  addTaskTemplate,
  addTemplateVersion,
  type TemplateVersion,
  taskTemplates,
  templateOfVersion,
  templateVersions,
} from '../operations/templates.ts';
import { addTool, addToolVersion, toolVersions } from '../operations/tools.ts';
import { toolResourceUsage, type UsagePeriod } from '../operations/views/tool-usage.ts';

export const toolHandlers = {
  addTool: async ({ body, services }) => {
    const id = await services.database.write((unit) => addTool(unit, body.name));
    return { tool: [id, body.name] };
  },

  getToolVersions: async ({ params, services }) => {
    const ids = await services.database.read((unit) => toolVersions(unit, params.tool_id));
    return { tool_versions: ids.map((id) => [id, params.tool_id]) };
  },

  getToolResourceUsage: ({ params, query, services }) => {
    const period = readPeriod(query.start_date, query.end_date);
    return services.database.read((unit) => toolResourceUsage(unit, params.tool_name, period));
  },

  addToolVersion: async ({ body, services }) => {
    const toolId = toInteger(body.tool_id);
    const id = await services.database.write((unit) => addToolVersion(unit, toolId));
    return { tool_version: [id, toolId] };
  },

  getTaskTemplates: async ({ params, services }) => {
    const versionId = params.tool_version_id;
    const templates = await services.database.read((unit) => taskTemplates(unit, versionId));
    return { task_templates: templates.map(({ id, name }) => [id, versionId, name]) };
  },

  addTaskTemplate: async ({ body, services }) => {
    const versionId = toInteger(body.tool_version_id);
    const id = await services.database.write((unit) => addTaskTemplate(unit, versionId, body.task_template_name));
    return { task_template_id: id };
  },

  getTaskTemplateVersions: async ({ params, services }) => {
    const versions = await services.database.read((unit) => templateVersions(unit, params.task_template_id));
    return { task_template_versions: versions.map(versionTuple) };
  },

  addTaskTemplateVersion: async ({ params, body, services }) => {
    const version = await services.database.write((unit) =>
      addTemplateVersion(unit, params.task_template_id, {
        command: body.command_template,
        argMappingHash: toHashText(body.arg_mapping_hash),
        nodeArgs: body.node_args,
        taskArgs: body.task_args,
        opArgs: body.op_args,
      }),
    );
    return { task_template_version: versionTuple(version) };
  },

  getTaskTemplateOfVersion: ({ params, services }) =>
    services.database.read((unit) => templateOfVersion(unit, params.task_template_version_id)),
} satisfies Partial<Handlers>;

type VersionTuple = AnswerOf<typeof routes.addTaskTemplateVersion>['task_template_version'];

function versionTuple(version: TemplateVersion): VersionTuple {
  const { id, command, nodeArgs, taskArgs, opArgs, argIds, templateId } = version;
  return [id, command, nodeArgs, taskArgs, opArgs, Object.fromEntries(argIds), templateId];
}

const DAY = 86_400_000;
const LONGEST_PERIOD = 7 * DAY;

/** Both days are needed; the last one counts at midnight only. What does not fit is answered in a shape of its own. */
function readPeriod(startDate: string | undefined, endDate: string | undefined): UsagePeriod {
  const start = readDay('start_date', startDate);
  const end = readDay('end_date', endDate);
  if (end - start > LONGEST_PERIOD) throw new HttpAnswer(400, { error: 'The period is longer than 7 days.' });
  return { start, end };
}

function readDay(name: string, text: string | undefined): number {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text ?? '') ? parseTimeText(`${text} 00:00:00`) : undefined;
  if (time === undefined) throw new HttpAnswer(400, { error: `${name} must be a day like 2026-11-23.` });
  return time;
}
