import type { Flag, Node, Place } from './tree.ts';

/** Conditions and constant words for fish, which shows descriptions; a function of its own says where on the line one is. */
export function fishScript(nodes: readonly Node[]): string {
  return `# Completion of skep for fish, made by: skep completion fish

# The command that the words before the cursor name.
function __skep_path
    set -l at skep
    set -l takes none
    for word in (commandline -opc)[2..-1]
        if string match -q -- '-*' $word
            set takes none
            if not string match -q -- '*=*' $word
                switch "$at $word"
${nodes.flatMap(takesLines).join('\n')}
                end
            end
            continue
        end
        switch $takes
            case one
                set takes none
                continue
            case many
                continue
        end
        switch "$at $word"
            case ${nodes.flatMap(({ children }) => children.map(({ path }) => quoted(path))).join(' ')}
                set at "$at $word"
        end
    end
    echo $at
end

function __skep_at
    test (__skep_path) = "$argv[1]"
end

complete -c skep -e
complete -c skep -f
${nodes.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, children, flags, places }: Node): string[] {
  const here = `complete -c skep -n ${quoted(`__skep_at "${path}"`)}`;
  return [
    ...children.map(({ name, description }) => `${here} -a ${quoted(name)} -d ${quoted(description)}`),
    ...flags.map((flag) => `${here}${flagWords(flag)}`),
    // All places together: fish does not count what stands before.
    ...places.filter((place) => !isNothing(place)).map((place) => `${here}${valueWords(place)}`),
  ];
}

function flagWords({ names, description, takes, value }: Flag): string {
  const words = names.map((name) =>
    name.startsWith('--') ? ` -l ${quoted(name.slice(2))}` : ` -s ${quoted(name.slice(1))}`,
  );
  return `${words.join('')}${takes === 'none' ? '' : ` ${value.paths === 'files' ? '-r' : '-x'}${valueWords(value)}`} -d ${quoted(description)}`;
}

function valueWords({ words, paths }: Place): string {
  if (paths === 'files') return ' -F';
  if (paths === 'folders') return ` -a ${quoted('(__fish_complete_directories)')}`;
  return words.length === 0 ? '' : ` -a ${quoted(words.join(' '))}`;
}

function takesLines({ path, flags }: Node): string[] {
  return (['one', 'many'] as const).flatMap((takes) => {
    const names = flags.filter((flag) => flag.takes === takes).flatMap((flag) => flag.names);
    if (names.length === 0) return [];
    return [
      `                    case ${names.map((name) => quoted(`${path} ${name}`)).join(' ')}`,
      `                        set takes ${takes}`,
    ];
  });
}

const isNothing = ({ words, paths }: Place) => words.length === 0 && paths === 'none';

/** In single quotes fish knows \\' and \\\\ alone. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
