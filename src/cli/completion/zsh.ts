import type { Flag, Node, Place } from './tree.ts';

/** As the script for bash, with descriptions. What was typed is compared with constant words and nothing else. */
export function zshScript(nodes: readonly Node[]): string {
  return `#compdef skep
# Completion of skep for zsh, made by: skep completion zsh
_skep() {
  local at=skep flag= takes=none place=0 word index current=\${words[CURRENT]}
  local -a values
  for ((index = 2; index < CURRENT; index++)); do
    word=\${words[index]}
    if [[ $word == -* ]]; then
      flag=\${word%%=*} takes=none
      [[ $word == *=* ]] || _skep_flag
      continue
    fi
    case $takes in
      (one) flag= takes=none; continue ;;
      (many) continue ;;
    esac
    case "$at $word" in
${nodes.flatMap(({ children }) => children.map(({ path }) => `      (${quoted(path)}) at=${quoted(path)} ;;`)).join('\n')}
      (*) place=$((place + 1)) ;;
    esac
  done
  if [[ $current == --*=* ]]; then
    flag=\${current%%=*}
    compset -P 1 '*='
    _skep_value
  elif [[ $current == -* ]]; then
    case $at in
${nodes.map(({ path, flags }) => `      (${quoted(path)}) values=(${flags.flatMap(described).join(' ')}) ;;`).join('\n')}
    esac
    _describe -o option values
  elif [[ $takes != none ]]; then
    _skep_value
  else
    case "$at $place" in
${nodes.flatMap(placeLines).join('\n')}
    esac
  fi
}

_skep_flag() {
  case "$at $flag" in
${nodes.flatMap(takesLines).join('\n')}
  esac
}

_skep_value() {
  case "$at $flag" in
${nodes.flatMap(valueLines).join('\n')}
  esac
}

# Zsh runs what it finds in a path, to complete what lies behind it: only a leading $NAME/ is left to it.
_skep_paths() {
  if [[ $current == *[\\$\\\`]* && ! $current =~ '^\\$[A-Za-z_][A-Za-z0-9_]*/[^$\`]*$' ]]; then return 1; fi
  _files "$@"
}

# As a file of $fpath it is called to complete; read by source, it is made known.
if [[ $funcstack[1] == _skep ]]; then
  _skep "$@"
else
  compdef _skep skep
fi
`;
}

function described({ names, description }: Flag): string[] {
  return names.map((name) => quoted(`${name}:${description}`));
}

function placeLines({ path, children, places }: Node): string[] {
  if (children.length > 0) {
    const values = children.map(({ name, description }) => quoted(`${name}:${description}`));
    return [`      (${quoted(`${path} 0`)}) values=(${values.join(' ')}); _describe command values ;;`];
  }
  return places.flatMap((place, index) =>
    isNothing(place) ? [] : [`      (${quoted(`${path} ${index}`)}) ${actionOf(place)} ;;`],
  );
}

function valueLines({ path, flags }: Node): string[] {
  return flags
    .filter(({ takes, value }) => takes !== 'none' && !isNothing(value))
    .map(({ names, value }) => `    (${patternOf(path, names)}) ${actionOf(value)} ;;`);
}

function takesLines({ path, flags }: Node): string[] {
  return (['one', 'many'] as const).flatMap((takes) => {
    const names = flags.filter((flag) => flag.takes === takes).flatMap((flag) => flag.names);
    return names.length === 0 ? [] : [`    (${patternOf(path, names)}) takes=${takes} ;;`];
  });
}

function actionOf({ words, paths }: Place): string {
  if (paths !== 'none') return paths === 'folders' ? '_skep_paths -/' : '_skep_paths';
  return `compadd -- ${words.map(quoted).join(' ')}`;
}

function patternOf(path: string, names: readonly string[]): string {
  return names.map((name) => quoted(`${path} ${name}`)).join('|');
}

const isNothing = ({ words, paths }: Place) => words.length === 0 && paths === 'none';

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
