/** What `npm pack` makes is whole: it installs without a network, runs, has types, and is no bigger than it should be. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { Project } from './project.ts';

/** Ceilings of the package with its production dependencies. */
const LARGEST_BYTES = 60_000_000;
const MOST_PACKAGES = 100;
const MOST_DIRECT = 25;

const bin = (name: string) => resolve(import.meta.dirname, '../../node_modules/.bin', name);

let project: Project;
/** Why nothing can be installed; undefined: it is. */
let missing: string | undefined;

before(async () => {
  project = await Project.pack();
  // The first one fills npm's cache where it has to; the second has nothing else.
  const filled = await project.install('filling', '--prefer-offline');
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|CERT|ECONNRESET/.test(filled.errors))
    missing = 'no registry, and not all packages are in the cache of npm';
  else assert.equal(filled.status, 0, filled.errors);
  if (missing !== undefined) return;
  const installed = await project.install('offline', '--offline');
  assert.equal(installed.status, 0, installed.errors);
});
after(() => project.remove());

test('the package holds what runs, and nothing of how it is made', async () => {
  const files = await project.files();
  for (const file of [
    'bin/skep.js',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/cli/main.js',
    'dist/worker/main.cjs',
    'dist/web/index.html',
    'LICENSE',
  ]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
  const foreign = files.filter(
    (file) => !/^(bin|dist)\/|^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/.test(file),
  );
  assert.deepEqual(foreign, []);
  assert.deepEqual(
    files.filter((file) => /\.test\.|(^|\/)(test|fixtures)\/|\.tsbuildinfo$/.test(file)),
    [],
  );
});

test('nothing in it names a path of the machine that built it', async () => {
  const repository = resolve(import.meta.dirname, '../..');
  const dist = join(repository, 'dist');
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(c?js|map|ts|html|css)$/.test(name),
  );
  const offences = names.filter((name) => {
    const text = readFileSync(join(dist, name), 'utf8');
    return text.includes(`${repository}/`) || /"sources":\[[^\]]*"(\/|file:|[A-Za-z]:\\)/.test(text);
  });
  assert.ok(names.length > 100, 'make build comes first');
  assert.deepEqual(offences, []);
});

test('publint and arethetypeswrong find nothing', async () => {
  const lint = await project.run(bin('publint'), [project.tarball, '--strict']);
  assert.equal(lint.status, 0, lint.output + lint.errors);
  const types = await project.run(bin('attw'), [project.tarball, '--profile', 'esm-only']);
  assert.equal(types.status, 0, types.output + types.errors);
});

test('it is no bigger than it should be', (context) => {
  if (missing !== undefined) return context.skip(missing);
  const modules = join(project.folder, 'node_modules');
  const bytes = readdirSync(modules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  const { packages } = JSON.parse(readFileSync(join(project.folder, 'package-lock.json'), 'utf8'));
  const count = Object.keys(packages).filter((path) => path !== '' && path !== 'node_modules/skep').length;
  const direct = Object.keys(packages['node_modules/skep'].dependencies).length;
  context.diagnostic(`${(bytes / 1e6).toFixed(1)} MB, ${direct} direct and ${count} packages in all`);
  assert.ok(bytes <= LARGEST_BYTES, `${bytes} bytes`);
  assert.ok(count <= MOST_PACKAGES, `${count} packages`);
  assert.ok(direct <= MOST_DIRECT, `${direct} direct dependencies`);
});

test('the command runs a workflow file and a program that imports the package', async (context) => {
  if (missing !== undefined) return context.skip(missing);
  project.write(
    'hello.yaml',
    'name: hello\ntemplates: {say: {command: "echo {who} > {who}.txt"}}\ntasks: [{template: say, each: {who: [ada, ben]}}]\n',
  );
  const run = await project.run('npx', ['skep', 'run', 'hello.yaml']);
  assert.match(run.output, /^✔ Done: all 2 tasks/m, run.errors);
  project.write('hello.workflow.ts', PROGRAM);
  const program = await project.run('npx', ['skep', 'run', 'hello.workflow.ts']);
  assert.match(program.output, /^✔ Done: all 2 tasks/m, program.errors);
  assert.equal(readFileSync(join(project.folder, 'ben.txt'), 'utf8'), 'ben\n');
});

test('a plain program imports it', async (context) => {
  if (missing !== undefined) return context.skip(missing);
  project.write('main.ts', `${PROGRAM}console.log([...workflow.tasks.values()].map(({ command }) => command));\n`);
  const run = await project.run('node', ['main.ts']);
  assert.equal(run.output, "[ 'echo ada > ada.txt', 'echo ben > ben.txt' ]\n", run.errors);
});

for (const module of ['nodenext', 'bundler']) {
  test(`its types hold with moduleResolution ${module}`, async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const kind = module === 'bundler' ? { module: 'esnext', moduleResolution: 'bundler' } : { module };
    const types = { types: ['node'], typeRoots: [resolve(import.meta.dirname, '../../node_modules/@types')] };
    const language = { target: 'es2024', lib: ['es2024', 'esnext.disposable', 'dom'], strict: true, noEmit: true };
    const files = ['hello.workflow.ts', 'plug-in.ts', 'wrong.ts'];
    project.write('hello.workflow.ts', PROGRAM);
    project.write('plug-in.ts', PLUG_IN);
    project.write('wrong.ts', "import { Tool } from 'skep';\n\n// @ts-expect-error: a name is text\nnew Tool(7);\n");
    project.write('tsconfig.json', JSON.stringify({ compilerOptions: { ...kind, ...types, ...language }, files }));
    const { status, output } = await project.run(bin('tsc'), []);
    assert.equal(status, 0, output);
  });
}

test('npm knows no flaw of its dependencies', async (context) => {
  if (missing !== undefined) return context.skip(missing);
  const { status, output, errors } = await project.run('npm', ['audit', '--omit=dev', '--json']);
  const report = JSON.parse(output || '{}');
  if (report.metadata === undefined)
    return context.skip(`the registry gives no audit: ${(report.message ?? errors).split('\n')[0]}`);
  assert.equal(status, 0, output);
});

const PROGRAM = `import { Tool } from 'skep';

const tool = new Tool('hello');
const say = tool.getTaskTemplate({ templateName: 'say', commandTemplate: 'echo {who} > {who}.txt', nodeArgs: ['who'] });
export const workflow = tool.createWorkflow({ name: 'hello', workflowArgs: 'greetings' });
workflow.addTasks(say.createTasks({ who: ['ada', 'ben'] }));
`;

const PLUG_IN = `import { ClusterBusy, type ClusterContext, type ClusterPlugIn, workerCommand } from 'skep/cluster';
import { runWorkflow } from 'skep/swarm';

export const createCluster: ClusterPlugIn['createCluster'] = (context: ClusterContext) => {
  if (runWorkflow.length < 0) throw new ClusterBusy('never');
  return {
    clusterName: context.clusterName,
    start: async () => {},
    stop: async () => {},
    submit: async (batch) => new Map(batch.steps.map(({ step }) => [step, workerCommand(batch).join(' ')])),
    states: async () => new Map(),
    terminate: async () => {},
  };
};
`;
