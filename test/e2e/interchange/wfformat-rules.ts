/**
 * What WfFormat 1.5 demands of a document, in our words (after the documentation of github.com/wfcommons/WfFormat). The schema
 * itself is under a licence of its own: where SKEP_WFFORMAT_SCHEMA names a copy, documents are validated by that, too.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

const text = { type: 'string', minLength: 1 };
const ids = { type: 'array', items: { type: 'string', pattern: '^[0-9a-zA-Z_.-]+$' } };
const RULES = {
  type: 'object',
  required: ['name', 'schemaVersion', 'workflow'],
  properties: {
    ...{ name: text, description: text, createdAt: text, schemaVersion: { const: '1.5' } },
    runtimeSystem: { type: 'object', required: ['name', 'version'], properties: { name: text, version: text } },
    workflow: {
      type: 'object',
      required: ['specification'],
      properties: {
        specification: {
          type: 'object',
          required: ['tasks'],
          properties: {
            tasks: {
              type: 'array',
              minItems: 1,
              items: {
                type: 'object',
                required: ['name', 'id', 'parents', 'children'],
                properties: { name: text, id: text, parents: ids, children: ids, inputFiles: ids, outputFiles: ids },
              },
            },
          },
        },
        execution: {
          type: 'object',
          required: ['makespanInSeconds', 'executedAt', 'tasks'],
          properties: {
            ...{ makespanInSeconds: { type: 'number' }, executedAt: text },
            tasks: {
              type: 'array',
              minItems: 1,
              items: {
                type: 'object',
                required: ['id', 'runtimeInSeconds'],
                properties: {
                  ...{ id: text, runtimeInSeconds: { type: 'number' }, executedAt: text, machines: { type: 'array' } },
                  ...{ coreCount: { type: 'number', minimum: 1 }, avgCPU: { type: 'number' } },
                  memoryInBytes: { type: 'number' },
                  command: { type: 'object', properties: { program: text, arguments: { type: 'array', items: text } } },
                },
              },
            },
            machines: {
              type: 'array',
              minItems: 1,
              items: { type: 'object', required: ['nodeName'], properties: { nodeName: text } },
            },
          },
        },
      },
    },
  },
};

interface Specified {
  readonly id: string;
  readonly parents?: readonly string[];
  readonly children?: readonly string[];
}

interface Document {
  readonly workflow: {
    readonly specification: { readonly tasks: readonly Specified[] };
    readonly execution?: { readonly tasks: readonly { readonly id: string; readonly command?: unknown }[] };
  };
}

const published = process.env.SKEP_WFFORMAT_SCHEMA;

export function checkWfFormat(json: string): Document {
  const document = JSON.parse(json);
  const schemas = [RULES, ...(published === undefined ? [] : [JSON.parse(readFileSync(published, 'utf8'))])];
  for (const { $schema: _draft, ...schema } of schemas) {
    const ajv = new Ajv({ validateFormats: false, strict: false });
    assert.ok(ajv.validate(schema, document), ajv.errorsText());
  }
  const { specification, execution } = (document as Document).workflow;
  const known = new Set(specification.tasks.map(({ id }) => id));
  assert.equal(known.size, specification.tasks.length, 'ids are unique');
  const upwards = specification.tasks.flatMap(({ id, parents = [] }) => parents.map((other) => `${other} ${id}`));
  const downwards = specification.tasks.flatMap(({ id, children = [] }) => children.map((other) => `${id} ${other}`));
  assert.deepEqual(upwards.sort(), downwards.sort(), 'parents and children agree');
  for (const { id } of execution?.tasks ?? []) assert.ok(known.has(id), id);
  return document;
}

/** Every edge, as `parent child`, and every task. */
export function graphOf(json: string): { tasks: string[]; edges: string[] } {
  const { tasks } = (JSON.parse(json) as Document).workflow.specification;
  const edges = tasks.flatMap(({ id, parents = [], children = [] }) => [
    ...parents.map((parent) => `${parent} ${id}`),
    ...children.map((child) => `${id} ${child}`),
  ]);
  return { tasks: tasks.map(({ id }) => id).sort(), edges: [...new Set(edges)].sort() };
}
