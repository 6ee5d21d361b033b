/** The workflow file: every key it may have. docs/workflow-file.md explains them. */
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const closed = { additionalProperties: false } as const;
const NAME_PATTERN = '^(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]*$';

const Text = Type.String({ minLength: 1, description: 'a text' });
const Argument = Type.String({ description: 'one value: a text, number or boolean' });
const Values = Type.Array(Argument, { minItems: 1, description: 'a list of at least one value' });
const Count = Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'a whole number of at least 1' });

const named = <Schema extends Parameters<typeof Type.Record>[1]>(schema: Schema, description: string) =>
  Type.Record(Type.String({ pattern: NAME_PATTERN }), schema, { ...closed, description });

/** The library converts memory and run time, and knows queues; cores go to the cluster as they are. */
const Resources = Type.Object(
  { cores: Type.Optional(Count) },
  {
    patternProperties: {
      [NAME_PATTERN]: Type.Union([Type.String(), Type.Number(), Type.Boolean()], { description: 'a text or number' }),
    },
    ...closed,
    description: 'an object of resources such as {cores: 1, memory: 2G}',
  },
);
const Scales = named(
  Type.Union([Type.Number(), Type.Array(Type.Number())], { description: 'a number or a list of numbers' }),
  'an object of scales such as {memory: 0.5}',
);

const Template = Type.Object(
  {
    command: Text,
    arguments: Type.Optional(
      named(
        Type.Union([Type.Literal('node'), Type.Literal('task'), Type.Literal('op')], {
          description: 'one of node, task, op',
        }),
        'an object that gives arguments their class: node, task or op',
      ),
    ),
    resources: Type.Optional(Resources),
    scales: Type.Optional(Scales),
    max_attempts: Type.Optional(Count),
  },
  { ...closed, description: 'a template: an object with command' },
);

const Dependency = Type.Object(
  { template: Text, match: Type.Optional(Values), where: Type.Optional(named(Argument, 'an object of arguments')) },
  { ...closed, description: 'the name of a template, or {template, match, where}' },
);

const Tasks = Type.Object(
  {
    template: Text,
    each: Type.Optional(named(Values, 'an object of lists: one task for every combination')),
    zip: Type.Optional(named(Values, 'an object of lists of equal length: one task for every row')),
    args: Type.Optional(named(Argument, 'an object of arguments')),
    after: Type.Optional(
      Type.Array(
        Type.Union([Text, Dependency], { description: 'the name of a template, or {template, match, where}' }),
        {
          description: 'a list of dependencies',
        },
      ),
    ),
    resources: Type.Optional(Resources),
    scales: Type.Optional(Scales),
    max_attempts: Type.Optional(Count),
  },
  { ...closed, description: 'tasks: an object with template' },
);

export const WorkflowFile = Type.Object(
  {
    name: Type.Optional(Text),
    description: Type.Optional(Type.String({ description: 'a text' })),
    args: Type.Optional(Type.Union([Type.String(), Type.Number()], { description: 'a text' })),
    tool: Type.Optional(Text),
    cluster: Type.Optional(Text),
    max_concurrent: Type.Optional(Count),
    defaults: Type.Optional(
      Type.Object(
        {
          resources: Type.Optional(Resources),
          scales: Type.Optional(Scales),
          max_attempts: Type.Optional(Count),
        },
        { ...closed, description: 'an object with resources, scales, max_attempts' },
      ),
    ),
    templates: named(Template, 'an object of templates by name'),
    tasks: Type.Array(Tasks, { minItems: 1, description: 'a list of at least one element' }),
  },
  { ...closed, description: 'an object with templates and tasks' },
);

export type WorkflowFile = Static<typeof WorkflowFile>;
export type TasksEntry = Static<typeof Tasks>;
export type TemplateEntry = Static<typeof Template>;
export type DependencyEntry = Static<typeof Dependency>;

export const workflowFileValidator = Compile(WorkflowFile);
