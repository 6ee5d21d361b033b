/** The command line as completion needs it, read from the definitions that parse it. */
import type { Argument, Command, Option } from 'commander';

/** What can stand in a place. */
export interface Place {
  readonly words: readonly string[];
  readonly paths: 'files' | 'folders' | 'none';
}

export interface Flag {
  /** `-w`, `--workflow-id`. */
  readonly names: readonly string[];
  readonly description: string;
  /** How many words follow that are its values. */
  readonly takes: 'none' | 'one' | 'many';
  readonly value: Place;
}

export interface Node {
  /** The words that lead to it, such as `skep workflow status`. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly children: readonly Node[];
  readonly flags: readonly Flag[];
  /** What can stand in the places behind it; empty where there are subcommands. */
  readonly places: readonly Place[];
}

/** All commands below and with this one, each before its subcommands. `shared`: flags that every command has. */
export function nodesOf(program: Command): Node[] {
  const shared = program.options.filter(({ long }) => long !== '--version').map(flagOf);
  const walk = (node: Node): Node[] => [node, ...node.children.flatMap(walk)];
  return walk(nodeOf(program, '', shared));
}

function nodeOf(command: Command, parents: string, shared: readonly Flag[]): Node {
  const path = `${parents}${command.name()}`;
  const own = command.options.filter(({ hidden }) => !hidden).map(flagOf);
  const names = new Set(own.flatMap((flag) => flag.names));
  // Where a command gives a name of a shared flag to one of its own, that is what is meant.
  const others = shared.filter((flag) => !flag.names.some((name) => names.has(name)));
  return {
    path,
    name: command.name(),
    description: command.description(),
    children: command.commands.map((child) => nodeOf(child, `${path} `, shared)),
    flags: [...own, ...others, HELP],
    places: command.registeredArguments.map(placeOfArgument),
  };
}

const NOTHING: Place = { words: [], paths: 'none' };
const HELP: Flag = { names: ['-h', '--help'], description: 'show help', takes: 'none', value: NOTHING };

function flagOf(option: Option): Flag {
  const { short, long, description, required, optional, variadic, flags, argChoices, parseArg } = option;
  const takes = required || optional ? (variadic ? 'many' : 'one') : 'none';
  const [, placeholder = ''] = /[<[]([^\]>.]+)/.exec(flags) ?? [];
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    takes,
    value: { words: argChoices ?? choicesOf(parseArg), paths: pathsOf(placeholder) },
  };
}

function placeOfArgument(argument: Argument): Place {
  return { words: argument.argChoices ?? [], paths: pathsOf(argument.name()) };
}

/** A parser of choices tells them, see `parse-options.ts`. */
function choicesOf(parse: unknown): readonly string[] {
  return (parse as { choices?: readonly string[] } | undefined)?.choices ?? [];
}

/** By what the help calls the value. */
function pathsOf(placeholder: string): Place['paths'] {
  if (placeholder === 'file' || placeholder === 'path') return 'files';
  return placeholder === 'dir' ? 'folders' : 'none';
}
