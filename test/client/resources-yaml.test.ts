import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Tool } from '../../src/client/tool.ts';

function fileWith(context: TestContext, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'skep-test-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'resources.yaml');
  writeFileSync(path, text);
  return path;
}

const WHOLE = `
tool_resources:
  slurm: {cores: 1, memory: 1G}
tool_scales:
  slurm: {memory: 0.2}
task_template_resources:
  align:
    slurm: {cores: 8, queue: all.q}
task_template_scales:
  align:
    slurm: {runtime: 0.3}
`;
const align = { templateName: 'align', commandTemplate: 'align {n}', nodeArgs: ['n'] };

test('a template takes what the file has for it on its cluster, and keeps what it is given', (context) => {
  const yamlFile = fileWith(context, WHOLE);
  const tool = new Tool('tests');
  const template = tool.getTaskTemplate({ ...align, yamlFile, defaultClusterName: 'slurm' });
  assert.deepEqual(template.defaultComputeResources('slurm'), { cores: 8, queue: 'all.q' });
  assert.deepEqual(template.defaultResourceScales('slurm'), { runtime: 0.3 });
  assert.deepEqual(template.defaultComputeResources('other'), {});
  const given = tool.getTaskTemplate({
    ...align,
    yamlFile,
    defaultClusterName: 'slurm',
    defaultComputeResources: { cores: 2 },
  });
  assert.deepEqual(given.defaultComputeResources('slurm'), { cores: 2 });
  assert.deepEqual(given.defaultResourceScales('slurm'), { runtime: 0.3 });
});

test('the cluster of the tool stands in for that of a template', (context) => {
  const tool = new Tool('tests', { defaultClusterName: 'slurm' });
  const template = tool.getTaskTemplate({ ...align, yamlFile: fileWith(context, WHOLE) });
  assert.deepEqual(template.defaultComputeResources('slurm'), { cores: 8, queue: 'all.q' });
});

test('a section that is absent is no default, for templates', (context) => {
  const yamlFile = fileWith(context, 'task_template_resources: {align: {slurm: {cores: 8}}}');
  const template = new Tool('tests').getTaskTemplate({ ...align, yamlFile, defaultClusterName: 'slurm' });
  assert.deepEqual(template.defaultComputeResources('slurm'), { cores: 8 });
  assert.deepEqual(template.defaultResourceScales('slurm'), {});
});

test('a tool takes its own sections, and those of its templates when asked to', (context) => {
  const yamlFile = fileWith(context, WHOLE);
  const tool = new Tool('tests');
  const template = tool.getTaskTemplate(align);
  tool.setDefaultComputeResourcesFromYaml('slurm', yamlFile);
  tool.setDefaultResourceScalesFromYaml('slurm', yamlFile, { setTaskTemplates: true });
  assert.equal(tool.defaultClusterName, 'slurm');
  assert.deepEqual(tool.defaultComputeResources('slurm'), { cores: 1, memory: '1G' });
  assert.deepEqual(tool.defaultResourceScales('slurm'), { memory: 0.2 });
  assert.deepEqual(template.defaultComputeResources('slurm'), {});
  assert.deepEqual(template.defaultResourceScales('slurm'), { runtime: 0.3 });
});

test('what the file lacks is named, or left alone when asked to; nothing is set by halves', (context) => {
  const yamlFile = fileWith(context, WHOLE);
  const tool = new Tool('tests');
  tool.getTaskTemplate({ ...align, templateName: 'sort' });
  const set = (ignoreMissingKeys: boolean) =>
    tool.setDefaultComputeResourcesFromYaml('slurm', yamlFile, { setTaskTemplates: true, ignoreMissingKeys });
  assert.throws(() => set(false), { code: 'invalid_usage', message: /has no task_template_resources\.sort\.slurm\.$/ });
  assert.deepEqual(tool.defaultComputeResources('slurm'), {});
  set(true);
  assert.deepEqual(tool.defaultComputeResources('slurm'), { cores: 1, memory: '1G' });
});

test('files that cannot be read or have another shape are refused with their place', (context) => {
  const tool = new Tool('tests');
  const read = (path: string) => () => tool.setDefaultComputeResourcesFromYaml('slurm', path);
  assert.throws(read('/does/not/exist.yaml'), { code: 'input_unreadable', message: /exist\.yaml/ });
  const malformed = [
    ['a: [', /is not plain YAML/],
    ['- a', /the whole must be a mapping/],
    ['tool_resource: {}', /has a section tool_resource;/],
    ['tool_resources: 3', /tool_resources must be a mapping, not 3/],
    ['tool_resources: {slurm: 3}', /tool_resources\.slurm must be a mapping, not 3/],
    ['tool_resources: !!js/function "x"', /js\/function at line 1/],
    ['tool_resources: {}\ntool_resources: {}', /unique at line 2/],
  ] as const;
  for (const [text, message] of malformed) {
    assert.throws(read(fileWith(context, text)), { code: 'input_malformed', message }, text);
  }
});
