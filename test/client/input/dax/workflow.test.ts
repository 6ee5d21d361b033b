import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDaxWorkflow } from '../../../../src/client/input/dax/workflow.ts';

const genome = join(import.meta.dirname, '../../../../../shared/data/dax/pegasus-genome.dax');
const skip = existsSync(genome) ? false : `no DAX document at ${genome}`;

const read = (text: string, transformations = new Map<string, string>()) =>
  readDaxWorkflow(text, 'w.dax', { environment: { PATH: '/usr/bin:/bin' }, transformations });

const JOBS = `<adag xmlns="http://pegasus.isi.edu/schema/DAX" version="3.4" name="black diamond">
  <executable namespace="d" name="sort" version="4.0"><pfn url="file:///usr/bin/sort" site="local"/></executable>
  <job id="ID01" namespace="d" name="echo" version="4.0">
    <argument>-n "two words" <file name="f.a"/> $(rm -rf /) ; --out=<file name="f b"/> 'x''y' &lt;&#38;</argument>
    <profile namespace="env" key="LANG">C; reboot</profile>
    <profile namespace="pegasus" key="cores">4</profile>
    <profile namespace="pegasus" key="memory">1500</profile>
    <profile namespace="globus" key="maxwalltime">10</profile>
    <profile namespace="dagman" key="RETRY">2</profile>
    <stdout name="f.b1" link="output"/>
    <uses name="f.a" link="input"/>
  </job>
  <job id="ID02" namespace="d" name="sort" version="4.0"><argument/></job>
  <child ref="ID02"><parent ref="ID01"/><parent ref="ID01"/></child>
</adag>`;

test('the genome document has as many jobs and edges as grep counts', { skip }, () => {
  const { workflow } = readDaxWorkflow(readFileSync(genome, 'utf8'), genome, { environment: {} });
  const count = (pattern: string) => Number(execFileSync('grep', ['-c', pattern, genome], { encoding: 'utf8' }));
  assert.equal(workflow.tasks.length, count('<job '));
  assert.equal(
    workflow.tasks.reduce((sum, task) => sum + task.upstreamTasks.size, 0),
    count('<parent '),
  );
  workflow.validateGraph();
  const pileup = workflow.tasks.find(({ name }) => name === 'pileup');
  assert.match(pileup?.command ?? '', /^pileup 080415_TAQ12_MSP37\.nocontam\.pileup -q 30 -P chr21\.BSnull\.bfa /);
});

test('a job is a command whose arguments no shell expands', () => {
  const { workflow } = read(JOBS);
  const [first, second] = workflow.tasks;
  assert.equal(
    first?.command,
    "LANG='C; reboot' echo -n 'two words' f.a '$(rm' -rf '/)' ';' '--out=f b' xy '<&' > f.b1 # ID01",
  );
  assert.equal(second?.command, '/usr/bin/sort # ID02');
  assert.deepEqual(first?.ownComputeResources, { cores: 4, memory: 1, runtime: 600 });
  assert.equal(first?.maxAttempts, 3);
  assert.equal(workflow.name, 'black_diamond');
  assert.deepEqual([...(second?.upstreamTasks ?? [])], [first]);
});

test('a transformation is the program that the user names, the most exact name first', async () => {
  const given = new Map([
    ['echo', '/opt/any echo'],
    ['d::echo:4.0', '/opt/exact echo'],
  ]);
  assert.match(read(JOBS, given).workflow.tasks[0]?.command ?? '', /^LANG='C; reboot' '\/opt\/exact echo' -n /);
  const unknown = JOBS.replaceAll('"echo"', '"nowhere-to-be-found"');
  await assert.rejects(read(unknown).prepare(), {
    code: 'input_unreadable',
    message:
      /^w\.dax: no program is known for nowhere-to-be-found: give it with --transformation nowhere-to-be-found=PATH/,
  });
  await read(unknown, new Map([['nowhere-to-be-found', 'later']])).prepare();
});

const FAULTS: readonly (readonly [change: (text: string) => string, message: RegExp])[] = [
  [(text) => text.replace('<parent ref="ID01"/>', '<parent ref="ID09"/>'), /^w\.dax:14: there is no job ID09\.$/],
  [(text) => text.replace('"ID02"', '"ID01"'), /^w\.dax:13: the job ID01 stands on line 3 already\.$/],
  [(text) => text.replace('ref="ID01"', 'ref="ID02"'), /^w\.dax:13: these tasks wait for each other: ID02 → ID02\.$/],
  [(text) => text.replace('</job>', ''), /^w\.dax:15: not valid XML: .+\.$/],
  [(text) => text.slice(0, 300), /^w\.dax:\d+: not valid XML: .+\.$/],
  [(text) => text.replace('&#38;', '&nobody;'), /^w\.dax:4: not valid XML: undefined entity.*\.$/],
  [(text) => `<!DOCTYPE lolz [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${text}`, /a document type is declared/],
  [
    (text) => text.replace('>4<', '>many<'),
    /^w\.dax:3: job ID01 has the profile pegasus\.cores "many", which is no whole number\.$/,
  ],
  [
    (text) => text.replace('key="LANG"', 'key="A B"'),
    /^w\.dax:3: job ID01 sets "A B", which is no name of a variable\.$/,
  ],
  [
    (text) => text.replace('"two words"', '"two words'),
    /^w\.dax:3: a quote in the arguments of job ID01 is not closed\.$/,
  ],
  [(text) => text.replace('id="ID02" ', ''), /^w\.dax:13: <job> has no id\.$/],
  [
    (text) => text.replace('<job id="ID02"', '<dax id="ID02"').replace('<argument/></job>', '</dax>'),
    /^w\.dax:13: <dax id="ID02"> is a workflow/,
  ],
  [() => '<adag></adag>', /^w\.dax holds no job\.$/],
  [() => '', /^w\.dax:1: not valid XML: .+\.$/],
  [() => '<html/>', /^w\.dax:1: the document is <html>, and a DAX document is <adag>\.$/],
];

for (const [index, [change, message]] of FAULTS.entries()) {
  test(`fault ${index + 1} is told in one sentence with its line: ${message.source}`, () => {
    assert.throws(() => read(change(JOBS)), { code: 'input_malformed', message });
  });
}
