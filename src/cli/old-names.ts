/** Commands as peers called them once: understood with a warning, shown nowhere. Source: client §17.5. */

/** Old command → words of the new one, and old options that mean something else there than elsewhere. */
const COMMANDS: Readonly<
  Record<string, readonly [words: readonly string[], options?: Readonly<Record<string, string>>]>
> = {
  workflow_status: [['workflow', 'status']],
  workflow_tasks: [['workflow', 'tasks']],
  workflow_reset: [['workflow', 'reset']],
  workflow_resume: [['workflow', 'resume']],
  concurrency_limit: [['workflow', 'concurrency']],
  get_filepaths: [['workflow', 'logs']],
  task_template_resources: [['workflow', 'resources', 'usage']],
  create_resource_yaml: [['workflow', 'resources', 'yaml'], { '-p': '--stdout' }],
  task_status: [['task', 'status']],
  update_task_status: [['task', 'update']],
  task_dependencies: [['task', 'dependencies']],
  update_config: [['config', 'set']],
};

/** Old option → new one. What is not here only had `_` for `-`. */
const OPTIONS: Readonly<Record<string, string>> = {
  '-n': '--json',
  '--array_name': '--array',
  '--cluster_name': '--cluster',
  '--clusters': '--cluster',
  '--job_name': '--job',
  '--new_status': '--status',
  '--partial_reset': '--partial',
  '--print': '--stdout',
  '--reset-running-jobs': '--reset-running',
  '--seconds-until-timeout': '--execution-timeout',
  '--task_ids': '--task-id',
  '--task_template_version': '--template-version',
  '--use-original-resources': '--keep-resources',
  '--value_core': '--core-strategy',
  '--value_mem': '--mem-strategy',
  '--value_runtime': '--runtime-strategy',
  '--workflows': '--workflow-id',
};

export interface Renamed {
  readonly words: readonly string[];
  /** Undefined when nothing had an old name. */
  readonly warning: string | undefined;
}

/** The words with the old name of a command, and those of its options, replaced by what they are called now. */
export function withNewNames(words: readonly string[]): Renamed {
  const [old = '', ...rest] = words;
  const command = Object.hasOwn(COMMANDS, old) ? COMMANDS[old] : undefined;
  if (command === undefined) return { words, warning: undefined };
  const [name, ownOptions = {}] = command;
  return {
    words: [...name, ...rest.map((word) => newOption(word, ownOptions))],
    warning: `skep ${old} is called skep ${name.join(' ')} now.`,
  };
}

function newOption(word: string, ownOptions: Readonly<Record<string, string>>): string {
  const [, option, value = ''] = /^(--?[a-z_-]+)(=.*)?$/s.exec(word) ?? [];
  if (option === undefined) return word;
  return (ownOptions[option] ?? OPTIONS[option] ?? option.replaceAll('_', '-')) + value;
}
