import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ArgumentKind,
  parametersText,
  parseParameters,
  type Serializer,
  shapeOf,
} from '../../src/core/argument-kind.ts';
import { deserializeArgument, serializeArgument } from '../../src/core/argument-text.ts';

const hex: Serializer<number> = {
  toText: (value) => value.toString(16),
  fromText: (text) => Number.parseInt(text, 16),
};
/** Its texts are as awkward as they can be. */
const plain: Serializer<string> = { toText: (value) => value, fromText: (text) => text };
const serializers = { hex, plain };

const shape = (kind: ArgumentKind) => shapeOf(kind, Object.keys(serializers), 'Argument x');
const write = (kind: ArgumentKind, value: unknown) => serializeArgument(shape(kind), value, serializers, 'Argument x');
const read = (kind: ArgumentKind, text: string) => deserializeArgument(shape(kind), text, serializers, 'Argument x');

test('texts are those of the reference', () => {
  const cases: [ArgumentKind, unknown, string][] = [
    ['str', 'a b', 'a b'],
    ['str', '', '""'],
    ['int', -3, '-3'],
    ['float', 0.00001, '1e-05'],
    ['float', 2, '2'],
    ['bool', true, 'True'],
    [{ optional: 'int' }, null, 'None'],
    [{ list: 'str' }, ['a', 'b b'], '[a,b b]'],
    [{ list: 'int' }, [], '[]'],
    [{ list: 'float' }, [0.5, 1], '[0.5,1]'],
    [{ set: 'int' }, new Set([2, 1]), '[2,1]'],
    [{ tuple: ['str', 'bool'] }, ['x', false], '[x,False]'],
    ['hex', 255, 'ff'],
    [{ list: 'hex' }, [16, 17], '[10,11]'],
  ];
  for (const [kind, value, text] of cases) {
    assert.equal(write(kind, value), text);
    assert.deepEqual(read(kind, text), value);
  }
});

test('every text comes back as it was: alone, optional, in a list and through a serializer', () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'None',
      '""',
      '"',
      "'",
      "''",
      "'a'",
      ' ',
      ',',
      'a,b',
      '[',
      ']',
      '[]',
      '()',
      '"a"',
      '\n',
      '\0',
      '\ud800',
    ),
    fc.array(fc.constantFrom('"', "'", ',', '[', ']', '\\', ' ', 'a'), { maxLength: 6 }).map((parts) => parts.join('')),
  );
  for (const item of ['str', 'plain']) {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(read(item, write(item, text)), text);
        assert.equal(read({ optional: item }, write({ optional: item }, text)), text);
      }),
    );
    fc.assert(
      fc.property(fc.array(anyText), (texts) => {
        assert.deepEqual(read({ list: item }, write({ list: item }, texts)), texts);
        assert.deepEqual(read({ optional: { set: item } }, write({ optional: { set: item } }, texts)), new Set(texts));
      }),
    );
  }
});

test('every number comes back as it was', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      assert.equal(read('float', write('float', value)), value === 0 ? 0 : value);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.maxSafeInteger()), (values) => {
      assert.deepEqual(read({ list: 'int' }, write({ list: 'int' }, values)), values);
    }),
  );
});

test('what was left out is no text, and differs from null and from the empty text', () => {
  assert.equal(write({ optional: 'str' }, undefined), '');
  assert.equal(read({ optional: 'str' }, ''), undefined);
  assert.equal(read({ optional: 'str' }, 'None'), null);
  assert.equal(read({ optional: 'str' }, '""'), '');
  assert.equal(read('str', 'None'), 'None');
});

test('collections are read as people and Python write them, too', () => {
  assert.deepEqual(read({ list: 'int' }, '[1, 2]'), [1, 2]);
  assert.deepEqual(read({ list: 'int' }, '7'), [7]);
  assert.deepEqual(read({ list: 'str' }, `['a', "it's", 'say \\'x\\'']`), ['a', "it's", "say 'x'"]);
  assert.deepEqual(read({ list: 'str' }, '[a, b]'), ['a', ' b']);
  assert.deepEqual(read({ tuple: ['str'] }, "('x',)"), ['x']);
  assert.deepEqual(read({ list: 'str' }, "'[a,b]'"), ['a', 'b']);
  assert.deepEqual(read({ list: 'str' }, '[1.0,True]'), ['1.0', 'True']);
});

test('a value of another kind is refused, by name', () => {
  const wrong: [ArgumentKind, unknown][] = [
    ['int', 1.5],
    ['int', 2 ** 53],
    ['int', true],
    ['float', '1'],
    ['str', 1],
    ['str', null],
    ['str', undefined],
    ['bool', 0],
    [{ list: 'int' }, 1],
    [{ list: 'int' }, [[1]]],
    [{ list: 'int' }, new Set([1])],
    [{ tuple: ['int', 'int'] }, [1]],
    ['hex', undefined],
  ];
  for (const [kind, value] of wrong) {
    assert.throws(() => write(kind, value), { code: 'argument_invalid', message: /^Argument x/ });
  }
});

test('a text that is no value of the kind is refused, by name', () => {
  const wrong: [ArgumentKind, string][] = [
    ['int', '1.5'],
    ['int', '9007199254740993'],
    ['int', ''],
    ['float', 'one'],
    ['float', '0x10'],
    ['bool', 'true'],
    [{ list: 'int' }, '[1,x]'],
    [{ tuple: ['int', 'int'] }, '[1]'],
  ];
  for (const [kind, text] of wrong) {
    assert.throws(() => read(kind, text), { code: 'argument_invalid', message: /^Argument x/ });
  }
});

test('the error of a serializer is the cause', () => {
  const fault = new Error('no such day');
  const fails = { toText: () => '', fromText: () => assert.fail(fault) };
  const kind = shapeOf('date', ['date'], 'Argument x');
  assert.throws(() => deserializeArgument(kind, 'x', { date: fails }, 'Argument x'), {
    message: 'Argument x: serializer date cannot read it: no such day.',
    cause: fault,
  });
  assert.throws(() => deserializeArgument(kind, 'x', {}, 'Argument x'), /no object with the functions/);
});

test('parameters are one word, and back', () => {
  const kinds: Record<string, ArgumentKind> = {
    n: 'int',
    label: { optional: 'str' },
    parts: { list: 'float' },
    pair: { optional: { tuple: ['str', 'hex'] } },
    all: { set: 'bool' },
    empty: { tuple: [] },
  };
  const shapes = new Map(Object.entries(kinds).map(([name, kind]) => [name, shape(kind)]));
  const text = parametersText(shapes);
  assert.equal(text, 'n:int,label:optional-str,parts:list-float,pair:optional-tuple-str-@hex,all:set-bool,empty:tuple');
  assert.deepEqual(parseParameters(text), shapes);
  assert.deepEqual(parseParameters(''), new Map());
  for (const broken of ['n', 'n:', 'n:date', 'n:list', 'n:int-int', 'n:optional']) {
    assert.throws(() => parseParameters(broken), { code: 'argument_invalid' });
  }
});

test('a serializer takes a built-in kind over', () => {
  assert.deepEqual(shapeOf('str', ['str'], 'Argument x').items, [{ name: 'str', isCustom: true }]);
});

test('what is no kind is refused', () => {
  for (const kind of ['date', '', null, 3, {}, { list: { list: 'int' } }, { optional: { optional: 'int' } }]) {
    assert.throws(() => shapeOf(kind as never, [], 'Argument x'), {
      code: 'argument_invalid',
      message: /^Argument x is of kind/,
    });
  }
});
