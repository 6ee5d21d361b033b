import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadWorkflow } from '../../../src/client/input/input.ts';
import { Workflow } from '../../../src/client/workflow.ts';

const directory = mkdtempSync(join(tmpdir(), 'skep-module-'));
after(() => rmSync(directory, { recursive: true }));

let count = 0;
/** Loads a module with this text; each has a name of its own, because modules are imported once. */
function load(text: string, options: { args?: string } = {}, extension = 'ts') {
  const path = join(directory, `module-${count++}.${extension}`);
  writeFileSync(path, text);
  return loadWorkflow(path, { environment: {}, ...options });
}

const PRELUDE = `import { Tool } from 'skep';
const make = (workflowArgs?: string) => new Tool('t').createWorkflow({ name: 'w', workflowArgs });
`;

test('a workflow, or a function or async function that returns one, under either name', async () => {
  for (const exported of [
    'export default make();',
    'export const workflow = make();',
    'export default () => make();',
    'export const workflow = async () => make();',
  ]) {
    const { workflow } = await load(PRELUDE + exported);
    assert.ok(workflow instanceof Workflow, exported);
  }
});

test('skep means this very copy, also for a file that lies in no package', async () => {
  const { workflow } = await load(
    "import { Workflow, Tool } from 'skep';\nconst workflow = new Tool('t').createWorkflow({ name: String(Workflow.name) });\nexport default workflow;",
    {},
    'mjs',
  );
  assert.ok(workflow instanceof Workflow);
});

test('--args reaches a function, and is refused where it can change nothing', async () => {
  const { workflow } = await load(`${PRELUDE}export default ({ args }: { args?: string }) => make(args);`, {
    args: 'mine',
  });
  assert.equal(workflow.workflowArgs, 'mine');
  await assert.rejects(load(`${PRELUDE}export default make();`, { args: 'mine' }), { code: 'invalid_usage' });
});

test('random args are told from fixed ones', async () => {
  assert.equal((await load(`${PRELUDE}export default make();`)).hasFixedArgs, false);
  assert.equal((await load(`${PRELUDE}export default make('2026');`)).hasFixedArgs, true);
});

test("errors of the user's code name the place in the user's file", async () => {
  await assert.rejects(load('\n\nundefined_function();'), {
    code: 'input_malformed',
    message: /module-\d+\.ts:3:1: ReferenceError: undefined_function is not defined\./,
  });
  await assert.rejects(
    load('const helper = () => {\n  throw new Error("inside");\n};\nexport default () => helper();'),
    /module-\d+\.ts:2:9: inside\./,
  );
  await assert.rejects(load('enum A { B }\n'), /module-\d+\.ts.*enum/s);
  await assert.rejects(load("import './not-there.js';\n"), /not-there\.js/);
  await assert.rejects(load(`${PRELUDE}new Tool('');\n`), { code: 'name_invalid', message: /module-\d+\.ts:3:1: / });
});

test('what is no workflow is called by its name', async () => {
  await assert.rejects(load('export default 5;'), /exports a number where a workflow is needed/);
  await assert.rejects(load('export const other = 5;'), /exports nothing where/);
  await assert.rejects(load('export default () => new Map();'), /exports an object \(Map\) where/);
  await assert.rejects(loadWorkflow(join(directory, 'gone.ts'), { environment: {} }), { code: 'input_unreadable' });
});
