import type { Flag, Node, Place } from './tree.ts';

/**
 * A script of constant words: nothing that was typed is evaluated, and no process is started. The words before the cursor are
 * walked through once, to find the command and the flag whose value is being typed.
 */
export function bashScript(nodes: readonly Node[]): string {
  return `# Completion of skep for bash (4 or later), made by: skep completion bash
_skep() {
  local current=\${COMP_WORDS[COMP_CWORD]} at=skep flag='' takes=none place=0 word index IFS=$' \\t\\n'
  # Bash makes words of their own of the = in --flag=value, and of what stands behind it.
  [[ $current == '=' ]] && current=''
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    case $word in
      '=') continue ;;
      -*) flag=$word takes=none; _skep_flag; continue ;;
    esac
    case $takes in
      one) flag='' takes=none; continue ;;
      many) continue ;;
    esac
    case "$at $word" in
${nodes.flatMap(({ children }) => children.map(({ path }) => `      ${quoted(path)}) at=${quoted(path)} ;;`)).join('\n')}
      *) place=$((place + 1)) ;;
    esac
  done
  local words='' paths=none
  if [[ $current == -* ]]; then
    case $at in
${nodes.map(({ path, flags }) => `      ${quoted(path)}) words=${quoted(namesOf(flags).join(' '))} ;;`).join('\n')}
    esac
  elif [[ $takes != none ]]; then
    case "$at $flag" in
${nodes.flatMap(valueLines).join('\n')}
    esac
  else
    case "$at $place" in
${nodes.flatMap(placeLines).join('\n')}
    esac
  fi
  COMPREPLY=()
  for word in $words; do
    [[ \${word,,} == "\${current,,}"* ]] && COMPREPLY+=("$word")
  done
  # Readline itself knows best about quotes and tildes in paths. Without it, as in a script, there is nobody to be told.
  case $paths in
    files) compopt -o default 2>/dev/null || _skep_paths -f ;;
    folders) compopt -o dirnames 2>/dev/null || _skep_paths -d ;;
  esac
}

_skep_paths() {
  while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen "$1" -- "$current")
}

# How many values the flag takes.
_skep_flag() {
  case "$at $flag" in
${nodes.flatMap(takesLines).join('\n')}
  esac
}

complete -F _skep skep
`;
}

function valueLines({ path, flags }: Node): string[] {
  return flags
    .filter(({ takes, value }) => takes !== 'none' && !isNothing(value))
    .map(({ names, value }) => `      ${patternOf(path, names)}) ${assignment(value)} ;;`);
}

function placeLines({ path, children, places }: Node): string[] {
  if (children.length > 0) {
    return [`      ${quoted(`${path} 0`)}) words=${quoted(children.map(({ name }) => name).join(' '))} ;;`];
  }
  return places.flatMap((place, index) =>
    isNothing(place) ? [] : [`      ${quoted(`${path} ${index}`)}) ${assignment(place)} ;;`],
  );
}

function takesLines({ path, flags }: Node): string[] {
  return (['one', 'many'] as const).flatMap((takes) => {
    const names = namesOf(flags.filter((flag) => flag.takes === takes));
    return names.length === 0 ? [] : [`    ${patternOf(path, names)}) takes=${takes} ;;`];
  });
}

function assignment({ words, paths }: Place): string {
  return `words=${quoted(words.join(' '))} paths=${paths}`;
}

function patternOf(path: string, names: readonly string[]): string {
  return names.map((name) => quoted(`${path} ${name}`)).join(' | ');
}

const isNothing = ({ words, paths }: Place) => words.length === 0 && paths === 'none';
const namesOf = (flags: readonly Flag[]) => flags.flatMap(({ names }) => names);

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
