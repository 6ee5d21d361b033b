/** The metadata file of a crate: one graph of everything in it. */
import type { RunRecords, TaskRecord } from '../../../client/queries/task-records.ts';
import {
  ENGINE,
  type Entity,
  engine,
  person,
  reference,
  runAction,
  runId,
  step,
  taskActions,
  templateId,
  tool,
} from './entities.ts';

export interface CrateContent {
  readonly runs: RunRecords;
  /** The tasks of which each is told; undefined: they are too many. */
  readonly tasks: readonly TaskRecord[] | undefined;
  /** File that describes the workflow, and the language that it is written in. */
  readonly main: { readonly file: string; readonly language: 'WfFormat' | 'other' };
  readonly wfformat: string;
  readonly trace: string;
  /** Address or SPDX identifier. Undefined: nobody said. */
  readonly license: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const PROFILES = 'https://w3id.org/ro/wfrun';
const WORKFLOW_RO_CRATE = 'https://w3id.org/workflowhub/workflow-ro-crate/1.0';
const TRACE_FORM = 'https://www.nextflow.io/docs/latest/tracing.html#trace-report';

export function crateMetadata(content: CrateContent): string {
  const { runs, tasks } = content;
  const kinds = ['process', 'workflow', ...(tasks === undefined ? [] : ['provenance'])];
  const users = new Map(runs.runs.map((run) => [run.workflow_run_id, run.user]));
  const actions = (tasks ?? []).flatMap((task) => taskActions(task, users));
  const idsOf = (type: string) => actions.filter((one) => one['@type'] === type).map((one) => reference(one['@id']));
  const graph: Entity[] = [
    {
      ...{ '@id': 'ro-crate-metadata.json', '@type': 'CreativeWork', about: reference('./') },
      conformsTo: [reference('https://w3id.org/ro/crate/1.1'), reference(WORKFLOW_RO_CRATE)],
    },
    root(content, kinds, idsOf('CreateAction')),
    ...kinds.map((kind) => profile(`${PROFILES}/${kind}/0.5`, `${capital(kind)} Run Crate`, '0.5')),
    profile(WORKFLOW_RO_CRATE, 'Workflow RO-Crate', '1.0'),
    licence(content.license),
    ...mainWorkflow(content),
    ...files(content),
    engine(),
    ...Array.from(new Set(runs.runs.flatMap(({ user }) => user ?? [])), person),
    ...runs.runs.map((run) => runAction(run, runs, content.main.file)),
    ...runs.templates.map(tool),
    ...(tasks === undefined ? [] : runs.templates.map(step)),
    ...actions,
    ...organization(content, idsOf('ControlAction')),
  ];
  const context = ['https://w3id.org/ro/crate/1.1/context', 'https://w3id.org/ro/terms/workflow-run/context'];
  return `${JSON.stringify({ '@context': context, '@graph': graph }, null, 1)}\n`;
}

function root(
  { runs, tasks, main, wfformat, trace, license, now }: CrateContent,
  kinds: string[],
  done: unknown[],
): Entity {
  const parts = new Set([main.file, wfformat, trace]);
  const detail =
    tasks === undefined
      ? `Its ${runs.tasks} tasks are told of in ${trace} and ${wfformat} alone.`
      : `Each of its ${runs.tasks} tasks that ended is told of.`;
  return {
    ...{ '@id': './', '@type': 'Dataset', name: runs.name || `Workflow ${runs.workflow_id}` },
    description: `${runs.description ? `${runs.description} ` : ''}Workflow ${runs.workflow_id} as Skep ran it. ${detail}`,
    datePublished: new Date(now).toISOString(),
    license: reference(licenceId(license)),
    conformsTo: [...kinds.map((kind) => reference(`${PROFILES}/${kind}/0.5`)), reference(WORKFLOW_RO_CRATE)],
    hasPart: Array.from(parts, reference),
    mainEntity: reference(main.file),
    mentions: [...runs.runs.map((run) => reference(runId(run.workflow_run_id))), ...done],
  };
}

function mainWorkflow({ runs, tasks, main }: CrateContent): Entity[] {
  const languageId = main.language === 'WfFormat' ? 'https://wfcommons.org/format' : '#language';
  const types = ['File', 'SoftwareSourceCode', 'ComputationalWorkflow', ...(tasks === undefined ? [] : ['HowTo'])];
  return [
    {
      ...{ '@id': main.file, '@type': types, name: runs.name || main.file },
      programmingLanguage: reference(languageId),
      hasPart: runs.templates.map(({ array_id: id }) => reference(templateId(id))),
      ...(tasks !== undefined && { step: runs.templates.map((template) => reference(step(template, 0)['@id'])) }),
    },
    main.language === 'WfFormat'
      ? { '@id': languageId, '@type': 'ComputerLanguage', name: 'WfFormat', version: '1.5', url: languageId }
      : { '@id': languageId, '@type': 'ComputerLanguage', name: 'A form of workflows that Skep reads' },
  ];
}

function files({ runs, main, wfformat, trace }: CrateContent): Entity[] {
  const about = runs.runs.map((run) => reference(runId(run.workflow_run_id)));
  const document = { '@id': wfformat, '@type': 'File', name: 'The workflow and its execution as a WfFormat document' };
  return [
    ...(main.file === wfformat ? [] : [{ ...document, encodingFormat: 'application/json', about }]),
    {
      ...{ '@id': trace, '@type': 'File', name: 'Trace of all attempts', about },
      ...{ encodingFormat: 'text/tab-separated-values', conformsTo: reference(TRACE_FORM) },
    },
    { '@id': TRACE_FORM, '@type': 'CreativeWork', name: 'Nextflow trace report' },
  ];
}

/** The work of the engine, which belongs to the newest run. */
function organization({ runs, tasks }: CrateContent, controls: unknown[]): Entity[] {
  const newest = runs.runs.at(-1);
  if (newest === undefined || tasks === undefined) return [];
  return [
    {
      ...{ '@id': '#engine-run', '@type': 'OrganizeAction', name: 'Skep ran the workflow' },
      ...{ instrument: reference(ENGINE), object: controls, result: reference(runId(newest.workflow_run_id)) },
    },
  ];
}

function profile(id: string, name: string, version: string): Entity {
  return { '@id': id, '@type': 'CreativeWork', name, version };
}

function licenceId(license: string | undefined): string {
  if (license === undefined) return '#no-licence';
  return /^https?:/.test(license) ? license : `https://spdx.org/licenses/${encodeURIComponent(license)}`;
}

function licence(license: string | undefined): Entity {
  const entity = { '@id': licenceId(license), '@type': 'CreativeWork', name: license ?? 'No licence' };
  if (license !== undefined) return entity;
  return { ...entity, description: 'Whoever made this crate has stated no licence.' };
}

function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
