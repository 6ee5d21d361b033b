/** Reads a Pegasus DAX document (XML, versions 2 and 3): jobs, where programs lie, and who waits for whom. */
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { malformed } from '../listed/lines.ts';

export interface DaxJob {
  readonly id: string;
  readonly line: number;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly version: string | undefined;
  /** Text of its arguments; names of files are in quotes. */
  readonly arguments: string;
  /** `namespace.key` → value. */
  readonly profiles: ReadonlyMap<string, string>;
  /** stdin, stdout, stderr → name of a file. */
  readonly streams: ReadonlyMap<string, string>;
}

interface DaxEdge {
  readonly line: number;
  readonly child: string;
  readonly parent: string;
}

export interface Dax {
  readonly name: string | undefined;
  readonly jobs: readonly DaxJob[];
  readonly edges: readonly DaxEdge[];
  /** Name of a transformation → path of its program, as the document tells. */
  readonly programs: ReadonlyMap<string, string>;
}

type Attributes = Readonly<Record<string, string>>;

/** @throws SkepError input_malformed with file and line */
export function parseDax(text: string, file: string): Dax {
  const parser = new SaxesParser({ xmlns: false as const });
  const reader = new Reader(
    (complaint) => malformed(file, parser.line, complaint),
    () => parser.line,
  );
  // The parser puts its place before the reason, and knows no entities but the five of XML.
  parser.on('error', ({ message }) => {
    throw reader.refuse(`not valid XML: ${message.replace(/^(?:\S*:)?\d+:\d+: /, '').replace(/\.$/, '')}`);
  });
  parser.on('doctype', () => {
    throw reader.refuse('a document type is declared, which could make entities of any size: it is not read');
  });
  parser.on('opentag', (tag) => reader.open(tag));
  parser.on('text', (part) => reader.text(part));
  parser.on('cdata', (part) => reader.text(part));
  parser.on('closetag', (tag) => reader.close(tag));
  parser.write(text).close();
  return reader.finish();
}

interface OpenJob extends Omit<DaxJob, 'arguments' | 'profiles' | 'streams'> {
  arguments: string;
  readonly profiles: Map<string, string>;
  readonly streams: Map<string, string>;
}

class Reader {
  readonly refuse: (complaint: string) => Error;
  readonly #line: () => number;
  readonly #jobs: DaxJob[] = [];
  readonly #edges: DaxEdge[] = [];
  readonly #programs = new Map<string, string>();
  #root: Attributes | undefined;
  #job: OpenJob | undefined;
  #child: string | undefined;
  #executable: string | undefined;
  /** Text of the argument or profile that is open. */
  #text: string | undefined;
  #profile: string | undefined;

  constructor(refuse: (complaint: string) => Error, line: () => number) {
    this.refuse = refuse;
    this.#line = line;
  }

  open({ name: tag, attributes }: SaxesTagPlain): void {
    const given: Attributes = attributes;
    if (this.#root === undefined) {
      if (tag !== 'adag') throw this.refuse(`the document is <${tag}>, and a DAX document is <adag>`);
      this.#root = given;
      return;
    }
    switch (tag) {
      case 'job':
        this.#job = {
          ...{ id: this.#needed(given, tag, 'id'), line: this.#line(), name: this.#needed(given, tag, 'name') },
          ...{ namespace: given.namespace, version: given.version },
          ...{ arguments: '', profiles: new Map(), streams: new Map() },
        };
        return;
      case 'dag':
      case 'dax':
        throw this.refuse(`<${tag} id="${given.id ?? ''}"> is a workflow of its own, which is not understood`);
      case 'argument':
        this.#text = '';
        return;
      case 'profile':
        this.#profile = `${given.namespace ?? ''}.${given.key ?? ''}`.toLowerCase();
        if (given.namespace?.toLowerCase() === 'env') this.#profile = `env.${given.key ?? ''}`;
        this.#text = '';
        return;
      case 'file':
      case 'filename':
        if (this.#text !== undefined) this.#text += this.#quoted(given.name ?? given.file ?? '');
        return;
      case 'stdin':
      case 'stdout':
      case 'stderr':
        this.#job?.streams.set(tag, given.name ?? given.file ?? '');
        return;
      case 'executable':
        this.#executable = this.#needed(given, tag, 'name');
        return;
      case 'pfn':
        if (this.#executable !== undefined) this.#programs.set(this.#executable, this.#needed(given, tag, 'url'));
        return;
      case 'child':
        this.#child = this.#needed(given, tag, 'ref');
        return;
      case 'parent':
        if (this.#child === undefined) throw this.refuse('<parent> stands in no <child>');
        this.#edges.push({ line: this.#line(), child: this.#child, parent: this.#needed(given, tag, 'ref') });
    }
  }

  text(part: string): void {
    if (this.#text !== undefined) this.#text += part;
  }

  close({ name: tag }: SaxesTagPlain): void {
    if (tag === 'argument') {
      if (this.#job !== undefined) this.#job.arguments += this.#text ?? '';
      this.#text = undefined;
    } else if (tag === 'profile') {
      if (this.#job !== undefined && this.#profile !== undefined) {
        this.#job.profiles.set(this.#profile, (this.#text ?? '').trim());
      }
      this.#text = undefined;
    } else if (tag === 'job' && this.#job !== undefined) {
      this.#jobs.push(this.#job);
      this.#job = undefined;
    } else if (tag === 'child') this.#child = undefined;
    else if (tag === 'executable') this.#executable = undefined;
  }

  finish(): Dax {
    return { name: this.#root?.name, jobs: this.#jobs, edges: this.#edges, programs: this.#programs };
  }

  #needed(attributes: Attributes, tag: string, name: string): string {
    const value = attributes[name];
    if (value === undefined || value === '') throw this.refuse(`<${tag}> has no ${name}`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused.
    if (/[\u0000-\u001f\u007f]/.test(value)) throw this.refuse(`the ${name} of <${tag}> holds a control character`);
    return value;
  }

  /** A name of a file as part of the text of arguments, where quotes hold words together. */
  #quoted(name: string): string {
    if (!name.includes("'")) return `'${name}'`;
    if (!name.includes('"')) return `"${name}"`;
    throw this.refuse(`the name of the file ${name} holds both kinds of quotes`);
  }
}
