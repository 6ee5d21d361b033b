/**
 * A licence and size audit of every package that is installed under node_modules: one task for each package, one for
 * each group of packages (a scope, or a first letter), and one report.
 *
 *     skep run examples/audit/audit.workflow.ts
 *
 * AUDIT_ROOT: another node_modules to look at. AUDIT_DIRECTORY: where results go (default: .skep/audit).
 */
import { join, resolve } from 'node:path';
import { type Task, Tool } from 'skep';
import { listPackages } from './list-packages.ts';

const repository = resolve(import.meta.dirname, '../..');
const root = resolve(process.env.AUDIT_ROOT ?? join(repository, 'node_modules'));
const output = resolve(process.env.AUDIT_DIRECTORY ?? join(repository, '.skep/audit'));

const tool = new Tool('audit');
const step = (templateName: string, script: string, nodeArgs: string[], opArgs: string[]) =>
  tool.getTaskTemplate({
    templateName,
    commandTemplate: `"{node}" "${import.meta.dirname}/${script}" ${[...nodeArgs, ...opArgs].map((name) => `"{${name}}"`).join(' ')}`,
    nodeArgs,
    opArgs: ['node', ...opArgs],
  });
const auditPackage = step('package', 'audit-package.js', ['package'], ['root', 'output']);
const auditGroup = step('group', 'audit-group.js', ['group'], ['output', 'packages']);
const writeReport = step('report', 'write-report.js', [], ['output', 'groups']);

const places = { node: process.execPath, output };
const groups = Map.groupBy(listPackages(root), groupOf);
const groupTasks: Task[] = [];
const workflow = tool.createWorkflow({ name: 'audit', description: `Licences and sizes below ${root}` });
for (const [group, packages] of groups) {
  const packageTasks = packages.map((path) => auditPackage.createTask({ package: path, root, ...places }));
  const groupTask = auditGroup.createTask(
    { group, packages: packages.join(','), ...places },
    { upstreamTasks: packageTasks },
  );
  workflow.addTasks([...packageTasks, groupTask]);
  groupTasks.push(groupTask);
}
workflow.addTask(
  writeReport.createTask({ groups: [...groups.keys()].join(','), ...places }, { upstreamTasks: groupTasks }),
);

export default workflow;

function groupOf(path: string): string {
  return path.startsWith('@') ? path.slice(0, path.indexOf('/')) : path.slice(0, 1);
}
