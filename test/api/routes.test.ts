import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routes } from '../../src/api/routes.ts';

test('no two routes share surface, method and path', () => {
  const seen = new Map<string, string>();
  for (const [name, { surface, method, path }] of Object.entries(routes)) {
    const key = `${surface} ${method} ${path.replace(/\{\w+\}/g, '{}')}`;
    assert.equal(seen.get(key), undefined, `${name} repeats ${key}`);
    seen.set(key, name);
  }
});

test('the parameters named in a path are those of its schema', () => {
  for (const [name, { path, params }] of Object.entries(routes)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    assert.deepEqual(Object.keys(params.properties).sort(), named.sort(), name);
  }
});

test('a route that only reads has no body, and each has a summary sentence', () => {
  for (const [name, { method, body, summary }] of Object.entries(routes)) {
    if (method === 'GET') assert.deepEqual((body as { properties?: object }).properties, {}, name);
    assert.match(summary, /^.+[.;]$/, name);
  }
});
