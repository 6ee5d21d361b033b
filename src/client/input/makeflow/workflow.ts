/** A Makeflow file as a workflow: one task for each rule, which waits for the rules that make its sources. */
import { SkepError } from '../../../core/errors.ts';
import { shellQuote } from '../../../core/shell-quote.ts';
import { malformed } from '../listed/lines.ts';
import { type ListedTask, makeListedWorkflow } from '../listed/workflow.ts';
import type { InputOptions, WorkflowInput } from '../workflow-input.ts';
import { readMakeflow } from './document.ts';
import { resourcesOf } from './resources.ts';
import type { Rule } from './rule.ts';

/** @throws SkepError input_malformed with file and line */
export function readMakeflowWorkflow(text: string, file: string, options: InputOptions): WorkflowInput {
  const { rules, exported } = readMakeflow(text, file, options.environment);
  if (rules.length === 0) throw new SkepError('input_malformed', `${file} holds no rule.`);
  const producers = producersOf(rules, file);
  const setting = exported.map(([name, value]) => `${name}=${shellQuote(value)}`).join(' ');
  const tasks = rules.map((rule): ListedTask => {
    const resources = resourcesOf(rule.settings, file, rule.line);
    return {
      id: rule.targets[0] as string,
      line: rule.line,
      template: rule.category ?? 'rule',
      command: setting === '' ? rule.command : `export ${setting}\n${rule.command}`,
      upstream: new Set(rule.sources.flatMap((source) => producers.get(source)?.targets[0] ?? [])),
      ...(Object.keys(resources).length > 0 && { resources }),
    };
  });
  return makeListedWorkflow({ tasks, notes: notesOf(rules) }, text, file, options);
}

/** The rule that makes each file. */
function producersOf(rules: readonly Rule[], file: string): Map<string, Rule> {
  const producers = new Map<string, Rule>();
  for (const rule of rules) {
    for (const target of rule.targets) {
      const first = producers.get(target);
      if (first !== undefined) {
        throw malformed(file, rule.line, `the file ${target} is made by the rule of line ${first.line} already`);
      }
      producers.set(target, rule);
    }
  }
  return producers;
}

function notesOf(rules: readonly Rule[]): string[] {
  const local = rules.filter(({ isLocal }) => isLocal).length;
  const withDisk = rules.filter(({ settings }) => settings.has('DISK')).length;
  return [
    ...(local > 0 ? [`${local} of ${rules.length} commands are marked LOCAL: they run where all others run.`] : []),
    ...(withDisk > 0 ? [`${withDisk} of ${rules.length} rules ask for DISK: no cluster is asked for it.`] : []),
  ];
}
