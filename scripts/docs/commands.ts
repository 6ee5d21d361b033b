/** The page of the command line, from the definitions that parse it. */
import type { Argument, Command, Option } from 'commander';
import type { CommandContext } from '../../src/cli/context.ts';
import { createProgram } from '../../src/cli/program.ts';
import { table } from './pages.ts';

export function commandsPage(): string {
  // Nothing is parsed, so nothing of the context is asked for.
  const program = createProgram({} as CommandContext, () => {});
  const commands = leavesOf(program);
  const index = commands.map(({ words, command }) => [
    `[\`${words}\`](#${words.replaceAll(' ', '-')})`,
    command.description(),
  ]);
  return `# Commands

${table(['command', 'what it does'], index)}
Options before or after the command: ${program.options.map(sentenceOf).join('; ')}.

Exit status: 0 if all went well (\`run\` and \`workflow resume\`: every task is done), 1 if the command failed, 2 if what was
typed or the configuration is wrong; a run that a signal stopped ends with 128 and the number of the signal. Results go to stdout,
and everything else to stderr. \`--json\` writes an object, or a list of rows with the column names of the server;
\`-o json\` is the same. An option of several values takes them one by one, separated by commas or spaces, or repeated.
The old names of commands and options at peers (\`workflow_status --workflow_id 1\`) are understood with a warning.

${commands.map(sectionOf).join('\n')}`;
}

interface Leaf {
  /** As it is called, such as `skep workflow status`. */
  readonly words: string;
  readonly command: Command;
}

function leavesOf(command: Command, parents = ''): Leaf[] {
  const words = `${parents}${command.name()}`;
  if (command.commands.length === 0) return [{ words, command }];
  return command.commands.flatMap((child) => leavesOf(child, `${words} `));
}

function sectionOf({ words, command }: Leaf): string {
  const rows = [
    ...command.registeredArguments.map((one) => [`\`${one.name()}\``, argumentText(one)]),
    ...command.options.filter(({ hidden }) => !hidden).map((one) => [`\`${one.flags}\``, optionText(one)]),
  ];
  const usage = [
    words,
    ...command.registeredArguments.map((one) => `<${one.name()}${one.variadic ? '...' : ''}>`),
    '[options]',
  ].join(' ');
  return `## ${words}

${command.description()}

\`${usage}\`

${table(['option', 'meaning'], rows)}`;
}

function argumentText({ description }: Argument): string {
  return description;
}

function optionText({ description, mandatory, argChoices, defaultValue }: Option): string {
  const notes = [
    ...(mandatory ? ['required'] : []),
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(', ')}`]),
    ...(defaultValue === undefined || defaultValue === '' ? [] : [`default: ${defaultValue}`]),
  ];
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}

function sentenceOf({ flags, description }: Option): string {
  return `\`${flags}\`: ${description}`;
}
