/**
 * Files with default resources and scales, by cluster, of a tool and its templates:
 *
 * ```yaml
 * tool_resources: { <cluster>: { cores: 1, memory: 1G, runtime: 3600, queue: all.q } }
 * tool_scales: { <cluster>: { memory: 0.5 } }
 * task_template_resources: { <template>: { <cluster>: { … } } }
 * task_template_scales: { <template>: { <cluster>: { … } } }
 * ```
 *
 * Every section may be absent. Source: client §10.
 */
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { messageOf, SkepError } from '../core/errors.ts';
import type { ResourceValues } from './defaults.ts';

const SECTIONS = ['tool_resources', 'tool_scales', 'task_template_resources', 'task_template_scales'] as const;
type TemplateSection = 'task_template_resources' | 'task_template_scales';
type ToolSection = 'tool_resources' | 'tool_scales';

/** The sections of a resource file, checked down to the values of each cluster. */
export interface ResourceFile {
  readonly path: string;
  readonly sections: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Reads a resource file.
 * @throws SkepError input_unreadable, or input_malformed when it is no YAML of sections or names an unknown section.
 */
export function readResourceFile(path: string): ResourceFile {
  const content = parseFile(path, readText(path));
  for (const name of Object.keys(content)) {
    if (!SECTIONS.includes(name as (typeof SECTIONS)[number])) {
      throw new SkepError('input_malformed', `${path} has a section ${name}; the sections are ${SECTIONS.join(', ')}.`);
    }
  }
  const sections = Object.entries(content).map(([name, section]) => [name, objectAt(path, name, section ?? {})]);
  return { path, sections: Object.fromEntries(sections) };
}

/** The values of the tool on a cluster; undefined when the file has none. @throws SkepError input_malformed */
export function toolSection(file: ResourceFile, section: ToolSection, clusterName: string): ResourceValues | undefined {
  return childOf(file, [section, clusterName], file.sections[section]);
}

/** The values of a template on a cluster; undefined when the file has none. @throws SkepError input_malformed */
export function templateSection(
  file: ResourceFile,
  section: TemplateSection,
  templateName: string,
  clusterName: string,
): ResourceValues | undefined {
  const template = childOf(file, [section, templateName], file.sections[section]);
  return childOf(file, [section, templateName, clusterName], template);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SkepError('input_unreadable', `Cannot read the resource file ${path}: ${messageOf(cause)}.`, { cause });
  }
}

function parseFile(path: string, text: string): ResourceValues {
  const document = parseDocument(text);
  // A warning is an unknown tag, whose value would be taken for plain text.
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) throw new SkepError('input_malformed', `The resource file ${path} is not plain YAML: ${fault.message}`);
  return objectAt(path, 'the whole', document.toJS() ?? {});
}

function childOf(file: ResourceFile, place: readonly string[], parent?: ResourceValues): ResourceValues | undefined {
  const name = place.at(-1) as string;
  if (parent === undefined || !Object.hasOwn(parent, name)) return undefined;
  return objectAt(file.path, place.join('.'), parent[name]);
}

function objectAt(path: string, place: string, value: unknown): ResourceValues {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ResourceValues;
  throw new SkepError('input_malformed', `In ${path}, ${place} must be a mapping, not ${JSON.stringify(value)}.`);
}
