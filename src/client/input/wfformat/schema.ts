/**
 * The part of WfFormat (schema versions 1.5 and 1.6 of the WfCommons project) that Skep reads. Everything else in a
 * document is ignored, so that extensions and small differences between versions do no harm.
 */
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Text = Type.String({ minLength: 1, maxLength: 4096, description: 'a text of 1 to 4096 characters' });
const Ids = Type.Optional(Type.Array(Text, { description: 'a list of ids' }));
const Amount = Type.Optional(Type.Number({ minimum: 0, maximum: 1e18, description: 'a number from 0 to 1e18' }));

const SpecificationTask = Type.Object(
  { id: Text, name: Text, parents: Ids, children: Ids, inputFiles: Ids, outputFiles: Ids },
  { description: 'a task: an object with id and name' },
);

const File = Type.Object(
  { id: Text, sizeInBytes: Amount },
  { description: 'a file: an object with id and sizeInBytes' },
);

const Command = Type.Object(
  {
    program: Type.Optional(Type.String({ description: 'a text' })),
    arguments: Type.Optional(Type.Array(Type.String({ description: 'a text' }), { description: 'a list of texts' })),
  },
  { description: 'an object with program and arguments' },
);

const ExecutionTask = Type.Object(
  {
    id: Text,
    runtimeInSeconds: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1e9, description: 'a number of seconds from 0 to 1e9' }),
    ),
    command: Type.Optional(Command),
    coreCount: Amount,
    memoryInBytes: Amount,
  },
  { description: 'what a task did: an object with id, runtimeInSeconds and command' },
);

export const WfFormat = Type.Object(
  {
    name: Text,
    description: Type.Optional(Type.String({ description: 'a text' })),
    schemaVersion: Type.Optional(Type.String({ description: 'a text such as 1.5' })),
    workflow: Type.Object(
      {
        specification: Type.Object(
          {
            tasks: Type.Array(SpecificationTask, { minItems: 1, description: 'a list of at least one task' }),
            files: Type.Optional(Type.Array(File, { description: 'a list of files' })),
          },
          { description: 'an object with tasks and files' },
        ),
        execution: Type.Optional(
          Type.Object(
            { tasks: Type.Array(ExecutionTask, { description: 'a list of executed tasks' }) },
            { description: 'an object with tasks' },
          ),
        ),
      },
      { description: 'an object with specification and execution' },
    ),
  },
  { description: 'an object with name and workflow' },
);

export type WfFormat = Static<typeof WfFormat>;
export type SpecificationTask = Static<typeof SpecificationTask>;
export type ExecutionTask = Static<typeof ExecutionTask>;

export const wfFormatValidator = Compile(WfFormat);
