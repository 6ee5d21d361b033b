import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileTemplate, expandTemplate, placeholdersOf } from '../../src/core/command-template.ts';
import { isSkepError } from '../../src/core/errors.ts';
import { textOf } from '../../src/core/python-text.ts';

test('placeholders are distinct and in order', () => {
  assert.deepEqual(placeholdersOf('{python} run.py --loc {loc} --sex {sex} {loc!r} {{not}}'), ['python', 'loc', 'sex']);
  assert.deepEqual(placeholdersOf('echo'), []);
  assert.deepEqual(placeholdersOf(''), []);
  assert.deepEqual(placeholdersOf('{_a1} {größe} {my-arg}'), ['_a1', 'größe', 'my-arg']);
});

test('values become their text', () => {
  const command = expandTemplate('run {a} {b} {c} {d}', { a: true, b: 1e-5, c: ['x', null], d: 'two words' });
  assert.equal(command, "run True 1e-05 ['x', None] two words");
});

test('conversions', () => {
  assert.equal(expandTemplate('{a!s} {a!r} {a}', { a: "it's" }), `it's "it's" it's`);
});

test('doubled braces are literal', () => {
  assert.equal(expandTemplate("awk '{{print $1}}' {file}", { file: 'x' }), "awk '{print $1}' x");
  assert.equal(expandTemplate('{{{a}}}', { a: 1 }), '{1}');
  assert.equal(expandTemplate('{{{{a}}}}', { a: 1 }), '{{a}}');
  assert.equal(expandTemplate('{{}}', {}), '{}');
});

test('values are not expanded again and patterns in them mean nothing', () => {
  assert.equal(expandTemplate('{a}{b}', { a: '{b}', b: '$& {{' }), '{b}$& {{');
});

test('other forms are refused with name and position', () => {
  const refusals: [string, RegExp][] = [
    ['x {a.b}', /\{a\.b\} at position 2/],
    ['{a[0]}', /\{a\[0\]\} at position 0/],
    ['{}', /\{\} at position 0/],
    ['{0}', /\{0\}/],
    ['{a:>5}', /\{a:>5\}/],
    ['{a!r:>5}', /\{a!r:>5\}/],
    ['{a!a}', /\{a!a\}/],
    ['{a!}', /\{a!\}/],
    ['{ a }', /\{ a \}/],
    ["awk '{print $1}'", /\{print \$1\} at position 5/],
    ['abc {', /\{ at position 4/],
    ['abc {a', /\{ at position 4/],
    ['{a}}', /\} at position 3/],
    ['}', /\} at position 0/],
    ['{a{b}}', /\{ at position 0/],
    ['{{a}', /\} at position 3/],
  ];
  for (const [template, sentence] of refusals) {
    const isExpected = (error: unknown) => isSkepError(error, 'template_invalid') && sentence.test(error.message);
    assert.throws(() => compileTemplate(template), isExpected, template);
  }
});

test('a placeholder without a value is refused by name', () => {
  for (const [template, values] of [
    ['{loc}', {}],
    ['{loc}', { loc: undefined }],
    ['{constructor}', {}],
  ] as const) {
    const name = template;
    const isExpected = (error: unknown) => isSkepError(error, 'argument_invalid') && error.message.includes(name);
    assert.throws(() => expandTemplate(template, values), isExpected);
  }
});

test('null and the empty string are values', () => {
  assert.equal(expandTemplate('[{a}{b}]', { a: null, b: '' }), '[None]');
});

test('expansion is the literals and the texts, one after the other', () => {
  const name = fc.constantFrom('a', 'b', 'long_name');
  const part = fc.oneof(fc.record({ literal: fc.string() }), fc.record({ name }));
  const values = fc.record({ a: fc.string(), b: fc.double(), long_name: fc.array(fc.integer()) });
  fc.assert(
    fc.property(fc.array(part), values, (parts, given) => {
      const template = parts.map((item) =>
        'name' in item ? `{${item.name}}` : item.literal.replaceAll('{', '{{').replaceAll('}', '}}'),
      );
      const expected = parts.map((item) => ('name' in item ? textOf(given[item.name]) : item.literal));
      assert.equal(expandTemplate(template.join(''), given), expected.join(''));
    }),
  );
});

test('a compiled template is used again and again', () => {
  const template = compileTemplate('{a}-{a}');
  assert.deepEqual(
    [1, 2].map((a) => template.expand({ a })),
    ['1-1', '2-2'],
  );
  assert.equal(template.text, '{a}-{a}');
});
