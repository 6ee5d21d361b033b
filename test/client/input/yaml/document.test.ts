import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseWorkflowDocument } from '../../../../src/client/input/yaml/document.ts';

const parse = (text: string) => parseWorkflowDocument(text, 'in.yaml');

test('arguments are the text that stands in the file', () => {
  const { content } = parse(`
templates: {a: {command: 'x {x}', resources: {cores: 2}}}
tasks:
  - template: a
    args: {fixed: 1.10}
    each: {x: &x [007, yes, 1e3, "quoted", plain]}
  - template: a
    zip: {x: *x}
    max_attempts: 2
`);
  assert.deepEqual(content.tasks[0]?.each?.x, ['007', 'yes', '1e3', 'quoted', 'plain']);
  assert.deepEqual(content.tasks[1]?.zip?.x, content.tasks[0]?.each?.x);
  assert.equal(content.tasks[0]?.args?.fixed, '1.10');
  assert.equal(content.templates.a?.resources?.cores, 2);
  assert.equal(content.tasks[1]?.max_attempts, 2);
});

test('each kind of mistake is named with file, line and column', () => {
  const cases: [text: string, expected: RegExp][] = [
    ['', /in\.yaml:1:1: the file is empty/],
    ['# only a remark\n', /in\.yaml:1:1: the file is empty/],
    ['hello', /in\.yaml:1:1: the document must be an object/],
    [
      'templates:\n  a: {comand: x}\ntasks: [{template: a}]\n',
      /in\.yaml:2:7: .*comand is not a known key \(did you mean command\?\)/,
    ],
    ['templates: {a: {command: x}}\ntask: []\n', /in\.yaml:2:1: task is not a known key/],
    [
      'templates:\n  a: {command: 5}\ntasks: [{template: a}]\n',
      /in\.yaml:2:7: templates\.a\.command must be a text, not 5/,
    ],
    ['templates:\n  a: {command: x}\n  a: {command: y}\n', /in\.yaml:3:3: .*unique/],
    [
      'templates: {a: {command: x}}\ntasks:\n  - template: a\n    args: {x: [1]}\n',
      /in\.yaml:4:12: tasks\[0\]\.args\.x must be one value/,
    ],
    ['templates: {a: {command: x}}\ntasks:\n  - template: a\n    args: {x: }\n', /in\.yaml:4:12: .*not null/],
    ['a: [1\n', /in\.yaml:\d+:\d+: /],
    ['a: 1\n---\nb: 2\n', /in\.yaml:2:1: .*one document/],
    ['!!js/function x\n', /in\.yaml:1:1: Unresolved tag/],
    ['templates: {a: {command: x}}\ntasks: [{template: *nope}]\n', /in\.yaml:.*nope/],
  ];
  for (const [text, expected] of cases) {
    assert.throws(
      () => parse(text),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'input_malformed');
        assert.match(error.message, expected);
        return true;
      },
    );
  }
});

test('aliases that unfold without end are refused at once', () => {
  const layers = Array.from({ length: 12 }, (_, layer) => {
    const inner = layer === 0 ? 'x' : `*l${layer - 1}`;
    return `l${layer}: &l${layer} [${Array(10).fill(inner).join(',')}]`;
  });
  assert.throws(() => parse(layers.join('\n')), /aliases/);
});

test('no key reaches the prototype of anything', () => {
  for (const key of ['__proto__', 'constructor.prototype']) {
    assert.throws(
      () => parse(`templates: {a: {command: x}}\ntasks: [{template: a, args: {${key}: x}}]\n`),
      /is not a name/,
    );
  }
  assert.equal(({} as Record<string, unknown>).command, undefined);
});
