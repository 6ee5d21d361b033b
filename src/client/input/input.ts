/** The workflows that `skep run FILE` understands, see the table of forms. */
import { basename, extname, resolve } from 'node:path';
import { SkepError } from '../../core/errors.ts';
import { FORMS, formText, INPUT_FORMS, type InputForm } from './forms.ts';
import { readSource } from './source-text.ts';
import type { InputOptions, WorkflowInput } from './workflow-input.ts';

/**
 * Reads a workflow from a file, of the form that is named, else that of its extension, else that which its text is like.
 * @throws SkepError input_unreadable, input_malformed (with the place), or what the description itself gets wrong.
 */
export async function loadWorkflow(
  file: string,
  options: InputOptions & { readonly format?: InputForm | undefined },
): Promise<WorkflowInput> {
  const path = resolve(file);
  const named = options.format ?? formOfName(path);
  if (named === 'module') return (await import('./module.ts')).readModuleWorkflow(path, options);
  const text = await readSource(path);
  return INPUT_FORMS[named ?? formOfText(text, file)].read(text, file, options);
}

function formOfName(path: string): InputForm | undefined {
  const [name, extension] = [basename(path), extname(path).toLowerCase()];
  return FORMS.find(({ extensions, fileNames = [] }) => extensions.includes(extension) || fileNames.includes(name))
    ?.name;
}

function formOfText(text: string, file: string): Exclude<InputForm, 'module'> {
  const form = FORMS.find(({ isLike }) => isLike?.(text));
  if (form !== undefined) return form.name as Exclude<InputForm, 'module'>;
  const known = FORMS.map(formText).join(', ');
  throw new SkepError(
    'input_malformed',
    `Of what form ${file} is cannot be told: --format says it. Known are ${known}.`,
  );
}
