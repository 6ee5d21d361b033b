import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { MapOf } from '../../../src/api/schemas.ts';
import { faultsOf } from '../../../src/server/edge/narrow-fault.ts';

const schema = Type.Object({
  ids: Type.Array(Type.Integer()),
  tasks: Type.Optional(MapOf(Type.Tuple([Type.Integer(), Type.String()]))),
  any: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
});
const pathsOf = (value: unknown) => faultsOf(schema, value).map(({ instancePath }) => instancePath);

test('the fault is found where it lies, also behind many that are right', () => {
  assert.deepEqual(pathsOf({ ids: [...Array(1000).keys(), 'x'] }), ['/ids/1000']);
  assert.deepEqual(pathsOf({ ids: [], tasks: { 'a/~b': [1, 'x'], c: [1, 2] } }), ['/tasks/c/1']);
  assert.deepEqual(pathsOf({ ids: [], tasks: { 'a/~b': [1, 2] } }), ['/tasks/a~1~0b/1']);
});

test('what is missing is a fault of the whole, and alternatives are faults of their field', () => {
  assert.deepEqual(pathsOf({}), ['']);
  assert.deepEqual(faultsOf(schema, {})[0]?.keyword, 'required');
  assert.ok(pathsOf({ ids: [], any: 'x' }).every((path) => path === '/any'));
  assert.deepEqual(pathsOf(7), ['']);
  assert.deepEqual(pathsOf({ ids: 7 }), ['/ids']);
});
