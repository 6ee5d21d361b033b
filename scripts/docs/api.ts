/** The page of the TypeScript interface, from the declarations that the build emits: they hold signatures and docstrings. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the package exports, and where its declarations are. */
const ENTRIES = { skep: 'dist/index.d.ts', 'skep/cluster': 'dist/distributor/plug-in.d.ts' } as const;
const KINDS = ['class', 'function', 'const', 'interface', 'type'];

export interface ApiName {
  readonly entry: string;
  readonly name: string;
  readonly kind: string;
  /** Empty where it has none. */
  readonly docstring: string;
  /** As declared, with the docstrings of its members. */
  readonly declaration: string;
}

export function apiPage(): string {
  const names = apiNames();
  return `# TypeScript

What the package exports, in alphabetical order: classes and functions first, then types. \`@throws\` names the [errors](errors.md) by their codes.
The [guide](guide/README.md) shows how they go together. \`skep/swarm\` has the scheduler alone, for programs that bring their own binding.

${Object.keys(ENTRIES)
  .map((entry) => entrySection(entry, names))
  .join('\n')}`;
}

/** Every exported name with its declaration. @throws Error naming one whose declaration is not found. */
export function apiNames(): ApiName[] {
  return Object.entries(ENTRIES).flatMap(([entry, path]) => exportsOf(path).map((place) => nameOf(entry, place)));
}

interface Place {
  readonly name: string;
  /** Declarations that the name stands in. */
  readonly path: string;
}

function exportsOf(path: string): Place[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)].flatMap(([, list = '', module = '']) =>
    list
      .split(',')
      .map((word) => word.trim().replace(/^type /, ''))
      .filter(Boolean)
      .map((name) => ({ name, path: join(dirname(path), module.replace(/\.(ts|js)$/, '.d.ts')) })),
  );
}

function nameOf(entry: string, { name, path }: Place): ApiName {
  const text = readFileSync(path, 'utf8');
  const docstring = String.raw`(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?`;
  const head = String.raw`export (?:declare )?(?:abstract )?(class|function|const|interface|type) ${name}\b`;
  const found = [...text.matchAll(new RegExp(`^${docstring}${head}`, 'gm'))];
  const [first] = found;
  if (first === undefined) throw new Error(`${path} declares no ${name}`);
  const declarations = found.map((match) => {
    const start = match.index + match[0].indexOf('export ', match[1] === undefined ? 0 : match[1].length);
    return declarationFrom(text, start);
  });
  return {
    ...{ entry, name, kind: first[2] as string },
    docstring: found.map((match) => proseOf(match[1] ?? '')).find(Boolean) ?? '',
    declaration: declarations.join('\n'),
  };
}

/** Up to the end of the statement: its last brace, or the semicolon outside of all braces. */
function declarationFrom(text: string, start: number): string {
  let depth = 0;
  for (let place = start; place < text.length; place++) {
    if (text.startsWith('/*', place)) place = text.indexOf('*/', place) + 1;
    const sign = text[place] as string;
    if ('{(['.includes(sign)) depth++;
    if ('})]'.includes(sign)) depth--;
    const isBody =
      sign === '}' && depth === 0 && /^export (declare )?(abstract )?(class|interface)/.test(text.slice(start));
    if (isBody || (sign === ';' && depth === 0)) return tidy(text.slice(start, place + 1));
  }
  return tidy(text.slice(start));
}

function tidy(declaration: string): string {
  const lines = declaration.replace(/^export (declare )?/gm, '').split('\n');
  const shown = lines.filter((line) => !/^ {4}(#private;|private )/.test(line));
  return shown.map((line) => line.replace(/^( {4})+/, (indent) => ' '.repeat(indent.length / 2))).join('\n');
}

function proseOf(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/\s*Sources?: [\w §.,-]+$/, '')
    .trim();
}

function entrySection(entry: string, names: readonly ApiName[]): string {
  const own = names.filter((one) => one.entry === entry).sort(byKindAndName);
  const sections = own.map(
    ({ name, kind, docstring, declaration }) =>
      `### ${kind} ${name}\n\n${docstring}\n\n<!-- test: skip a declaration: tsc has checked it -->\n\`\`\`ts\n${declaration}\n\`\`\`\n`,
  );
  return `## ${entry}\n\n${sections.join('\n')}`;
}

function byKindAndName(a: ApiName, b: ApiName): number {
  const rank = ({ kind }: ApiName) => (KINDS.indexOf(kind) > 2 ? 1 : 0);
  return rank(a) - rank(b) || (a.name < b.name ? -1 : 1);
}
