import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withNewNames } from '../../src/cli/old-names.ts';
import { skep } from './skep.ts';

test('old names of commands and options become the new ones; values stay', () => {
  const cases: [old: string, expected: string][] = [
    ['workflow_status --workflow_id=1 -n', 'workflow status --workflow-id=1 --json'],
    ['workflow_reset -w 1 -p', 'workflow reset -w 1 -p'],
    [
      'create_resource_yaml -w 1 -p --value_mem max --clusters a_b',
      'workflow resources yaml -w 1 --stdout --mem-strategy max --cluster a_b',
    ],
    [
      'workflow_resume -w 1 --seconds-until-timeout 9 --use-original-resources',
      'workflow resume -w 1 --execution-timeout 9 --keep-resources',
    ],
    ['update_task_status --task_ids 1 --new_status G', 'task update --task-id 1 --status G'],
    ['get_filepaths -w 1 --array_name my_array', 'workflow logs -w 1 --array my_array'],
    ['concurrency_limit -w 1 --max_tasks -1', 'workflow concurrency -w 1 --max-tasks -1'],
  ];
  for (const [old, expected] of cases) assert.equal(withNewNames(old.split(' ')).words.join(' '), expected);
});

test('every old name leads to a command that exists, with a warning and nothing in the help', async () => {
  const names =
    'workflow_status workflow_tasks workflow_reset workflow_resume concurrency_limit get_filepaths task_template_resources create_resource_yaml task_status update_task_status task_dependencies update_config';
  const { output: help } = await skep(['--help']);
  for (const name of names.split(' ')) {
    const { code, output, errors } = await skep([name, '--help']);
    assert.equal(code, 0, name);
    assert.match(errors, new RegExp(`^skep ${name} is called skep [a-z ]+ now\\.\\n$`));
    assert.match(output, /^Usage: skep \w+ \w+/);
    assert.doesNotMatch(help, new RegExp(name));
  }
});

test('words that are no old command stay as they are', () => {
  for (const words of [['workflow', 'status', '--workflow_id'], ['constructor'], []]) {
    assert.deepEqual(withNewNames(words), { words, warning: undefined });
  }
});
