/** The forms of workflows that `skep run` reads: how they are told apart, the help and the documentation derive from this table. */
import type { InputOptions, WorkflowInput } from './workflow-input.ts';

interface Form {
  /** What it is, for people. */
  readonly description: string;
  readonly extensions: readonly string[];
  /** Names of files that have no extension. */
  readonly fileNames?: readonly string[];
  /** Whether a text of unknown extension is one. Undefined: that cannot be told. */
  readonly isLike?: (text: string) => boolean;
  /** Reads its text. Undefined: it is a module, which is run. */
  readonly read?: (text: string, file: string, options: InputOptions) => Promise<WorkflowInput>;
}

// Each reader is imported when it is met: a parser and a compiled schema that nobody asked for cost time at every start.
export const INPUT_FORMS = {
  module: {
    description: 'a module that exports a workflow',
    extensions: ['.ts', '.mts', '.js', '.mjs'],
  },
  yaml: {
    description: 'a workflow file',
    extensions: ['.yaml', '.yml'],
    isLike: (text) => /^(?:#.*\n|\s)*[A-Za-z_]+:(?:\s|$)/.test(text),
    read: async (...given) => (await import('./yaml/workflow.ts')).readYamlWorkflow(...given),
  },
  wfformat: {
    description: 'a recorded workflow (WfFormat of the WfCommons project)',
    extensions: ['.json'],
    isLike: (text) => /^\s*\{/.test(text),
    read: async (...given) => (await import('./wfformat/workflow.ts')).readWfFormatWorkflow(...given),
  },
  dax: {
    description: 'an abstract workflow of Pegasus (DAX)',
    extensions: ['.dax', '.xml'],
    isLike: (text) => /^\s*<(?:\?xml|adag)\b/.test(text),
    read: async (...given) => (await import('./dax/workflow.ts')).readDaxWorkflow(...given),
  },
  makeflow: {
    description: 'a Makeflow file',
    extensions: ['.makeflow', '.mf'],
    fileNames: ['Makeflow'],
    read: async (...given) => (await import('./makeflow/workflow.ts')).readMakeflowWorkflow(...given),
  },
  commands: {
    description: 'a list of commands, one on a line',
    extensions: ['.txt'],
    read: async (...given) => (await import('./commands/workflow.ts')).readCommandList(...given),
  },
} as const satisfies Readonly<Record<string, Form>>;

export type InputForm = keyof typeof INPUT_FORMS;

/** In the order of the table, with the name of each. */
export const FORMS: readonly (Form & { readonly name: InputForm })[] = Object.entries<Form>(INPUT_FORMS).map(
  ([name, form]) => ({ name: name as InputForm, ...form }),
);

/** `a workflow file (.yaml, .yml)`. */
export function formText({ description, extensions }: Pick<Form, 'description' | 'extensions'>): string {
  return `${description} (${extensions.join(', ')})`;
}
