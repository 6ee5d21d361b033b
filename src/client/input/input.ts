/** The workflows that `skep run FILE` understands: a module, a YAML workflow file, or a recorded workflow in JSON. */
import { extname, resolve } from 'node:path';
import { SkepError } from '../../core/errors.ts';
import { readSource } from './source-text.ts';
import type { InputOptions, WorkflowInput } from './workflow-input.ts';

/**
 * Reads a workflow from a file.
 * @throws SkepError input_unreadable, input_malformed (with the place), or what the description itself gets wrong.
 */
export async function loadWorkflow(file: string, options: InputOptions): Promise<WorkflowInput> {
  const path = resolve(file);
  switch (extname(path).toLowerCase()) {
    case '.ts':
    case '.mts':
    case '.js':
    case '.mjs':
      return readModule(path, options);
    case '.yaml':
    case '.yml':
      return readYaml(await readSource(path), file, options);
    case '.json':
      return readWfFormat(await readSource(path), file, options);
    default:
      return readByContent(await readSource(path), file, options);
  }
}

function readByContent(text: string, file: string, options: InputOptions): Promise<WorkflowInput> {
  if (/^\s*\{/.test(text)) return readWfFormat(text, file, options);
  if (/^(?:#.*\n|\s)*[A-Za-z_]+:/.test(text)) return readYaml(text, file, options);
  throw new SkepError(
    'input_malformed',
    `${file} is neither a module (.ts, .js, .mjs), nor a workflow file (.yaml), nor a recorded workflow (.json).`,
  );
}

// Each kind is imported when it is met: a parser and a compiled schema that nobody asked for cost time at every start.

async function readModule(path: string, options: InputOptions): Promise<WorkflowInput> {
  return (await import('./module.ts')).readModuleWorkflow(path, options);
}

async function readYaml(text: string, file: string, options: InputOptions): Promise<WorkflowInput> {
  return (await import('./yaml/workflow.ts')).readYamlWorkflow(text, file, options);
}

async function readWfFormat(text: string, file: string, options: InputOptions): Promise<WorkflowInput> {
  return (await import('./wfformat/workflow.ts')).readWfFormatWorkflow(text, file, options);
}
