import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMakeflowWorkflow } from '../../../../src/client/input/makeflow/workflow.ts';

const read = (text: string) => readMakeflowWorkflow(text, 'Makeflow', { environment: { HOME: '/home/bee' } });

const WHOLE = `# a comment
.MAKEFLOW CATEGORY prepare
.MAKEFLOW CORES 2
URL="http://example.org/a b"
TOOL=convert
TOOL+= -swirl
export LANG=it's

photo.jpg "a file":
\tLOCAL curl -o photo.jpg $URL $HOME $(TOOL) $$HOME

CATEGORY="count"
MEMORY=2048
DISK=100
WALL_TIME=90
anim.gif: photo.jpg \\
    given-from-outside
\t@CORES=8
\t$(TOOL) photo.jpg anim.gif; \\
\t  true
`;

test('rules are tasks that wait for those that make their sources', () => {
  const { workflow, notes } = read(WHOLE);
  const [photo, anim] = workflow.tasks;
  assert.equal(workflow.tasks.length, 2);
  assert.equal(
    photo?.command,
    "export LANG='it'\\''s'\ncurl -o photo.jpg http://example.org/a b $HOME convert -swirl $HOME # photo.jpg",
  );
  assert.match(anim?.command ?? '', /\nconvert -swirl photo\.jpg anim\.gif; \s*true # anim\.gif$/);
  assert.deepEqual([...(anim?.upstreamTasks ?? [])], [photo]);
  assert.deepEqual([photo?.template.templateName, anim?.template.templateName], ['prepare', 'count']);
  assert.deepEqual(photo?.ownComputeResources, { cores: 2 });
  assert.deepEqual(anim?.ownComputeResources, { cores: 8, memory: 2, runtime: 90 });
  assert.deepEqual(notes, [
    '1 of 2 commands are marked LOCAL: they run where all others run.',
    '1 of 2 rules ask for DISK: no cluster is asked for it.',
  ]);
});

test('line ends of Windows make no difference', () => {
  const commands = (text: string) => read(text).workflow.tasks.map(({ command }) => command);
  assert.deepEqual(commands(WHOLE.replaceAll('\n', '\r\n')), commands(WHOLE));
});

const FAULTS: readonly (readonly [text: string, message: RegExp])[] = [
  ['a: b\n\ttrue\nb: a\n\ttrue\n', /^Makeflow:1: these tasks wait for each other: a → b → a\.$/],
  ['a: a\n\ttrue\n', /^Makeflow:1: these tasks wait for each other: a → a\.$/],
  ['a:\n\ttrue\nb a:\n\ttrue\n', /^Makeflow:3: the file a is made by the rule of line 1 already\.$/],
  ['a:\n\n\nb:\n\ttrue\n', /^Makeflow:1: the rule for a has no command/],
  ['a:\n\ttrue\n\tfalse\n', /^Makeflow:3: this command belongs to no rule/],
  [':\n\ttrue\n', /^Makeflow:1: the rule names no target\.$/],
  ['a: $NOWHERE\n\ttrue\n', /^Makeflow:1: the variable NOWHERE has no value\.$/],
  ['a: "b\n\ttrue\n', /^Makeflow:1: a quote is not closed\.$/],
  ['a: b->c\n\ttrue\n', /^Makeflow:1: b->c: files cannot have another name/],
  ['CORES=many\na:\n\ttrue\n', /^Makeflow:2: CORES is "many" for this rule, and must be a whole number above 0\.$/],
  ['.MAKEFLOW COLOUR red\n', /^Makeflow:1: \.MAKEFLOW COLOUR is not understood/],
  ['a:\n\tMAKEFLOW b.mf\n', /^Makeflow:2: a command that is a Makeflow file of its own/],
  ['export NOWHERE\n', /^Makeflow:1: the variable NOWHERE has no value\.$/],
  ['some prose\n', /^Makeflow:1: this is neither a variable/],
  ['a:\n\ttrue \\', /^Makeflow:2: the last line ends with a backslash/],
  ['a:\n\t\u0000\n', /^Makeflow:2: the line holds a control character/],
  ['# nothing\n', /^Makeflow holds no rule\.$/],
];

for (const [text, message] of FAULTS) {
  test(`refused: ${JSON.stringify(text)}`, () => {
    assert.throws(() => read(text), { code: 'input_malformed', message });
  });
}
