/** Reads a Makeflow file: variables, categories, and rules of targets, sources and a command. */
import { quotedWords } from '../../../core/shell-words.ts';
import { type Line, linesOf, malformed } from '../listed/lines.ts';
import { SETTINGS } from './resources.ts';
import type { Rule } from './rule.ts';
import { Variables } from './variables.ts';

export interface Makeflow {
  readonly rules: readonly Rule[];
  /** Variables that commands find in their environment. */
  readonly exported: readonly (readonly [name: string, value: string])[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws SkepError input_malformed with file and line */
export function readMakeflow(text: string, file: string, environment: Environment): Makeflow {
  const reader = new Reader(file, environment);
  for (const line of linesOf(text, file)) reader.take(line);
  return reader.finish();
}

/** A rule whose command has not come yet. */
interface Header {
  readonly line: number;
  readonly targets: readonly string[];
  readonly sources: readonly string[];
  readonly own: Map<string, string>;
}

const ASSIGNMENT = /^(@?)([A-Za-z_][\w.-]*)[ \t]*(\+?=)[ \t]*(.*)$/;
const DIRECTIVE = /^\.MAKEFLOW\s+(\w+)\s+(\S.*)$/;

class Reader {
  readonly #file: string;
  readonly #variables: Variables;
  readonly #rules: Rule[] = [];
  readonly #exported = new Set<string>();
  readonly #categories = new Map<string | undefined, Map<string, string>>();
  #category: string | undefined;
  #header: Header | undefined;

  constructor(file: string, environment: Environment) {
    this.#file = file;
    this.#variables = new Variables(environment);
  }

  take({ number, text }: Line): void {
    if (text.trim() === '' || /^\s*#/.test(text)) return;
    const line = text.trim();
    const [, at, name, operator, value] = ASSIGNMENT.exec(line) ?? [];
    const isVariable = name !== undefined && value !== undefined;
    const isOfRule = at === '@';
    if (text.startsWith('\t') && !(isOfRule && this.#header !== undefined)) this.#takeCommand(line, number);
    else if (isVariable) this.#takeVariable({ name, value, isAdded: operator === '+=', isOfRule }, number);
    else this.#takeOther(line, number);
  }

  finish(): Makeflow {
    this.#refuseWithoutCommand();
    const exported = Array.from(this.#exported, (name) => [name, this.#variables.get(name) ?? ''] as const);
    return { rules: this.#rules, exported };
  }

  #takeVariable(given: { name: string; value: string; isAdded: boolean; isOfRule: boolean }, number: number): void {
    const value = this.#value(given.value, number);
    if (given.isOfRule) {
      if (this.#header === undefined) throw this.#refuse(number, `@${given.name} stands in no rule`);
      this.#header.own.set(given.name, value);
      return;
    }
    this.#refuseWithoutCommand();
    if (given.name === 'CATEGORY' || SETTINGS.includes(given.name)) {
      this.#setSetting(given.name, value, number);
      return;
    }
    const earlier = given.isAdded ? this.#variables.get(given.name) : undefined;
    this.#variables.set(given.name, earlier === undefined ? value : `${earlier} ${value}`);
  }

  #takeOther(line: string, number: number): void {
    this.#refuseWithoutCommand();
    const [, setting, given] = DIRECTIVE.exec(line) ?? [];
    if (line.startsWith('export ')) this.#takeExport(line.slice(7).trim(), number);
    else if (setting !== undefined && given !== undefined) {
      this.#setSetting(setting, this.#value(given, number), number);
    } else this.#takeHeader(line, number);
  }

  #takeExport(rest: string, number: number): void {
    const [, , name, , value] = ASSIGNMENT.exec(rest) ?? [];
    if (name !== undefined && value !== undefined) this.#variables.set(name, this.#value(value, number));
    const names = name === undefined ? rest.split(/[\s,]+/) : [name];
    for (const one of names) {
      if (!/^[A-Za-z_]\w*$/.test(one)) throw this.#refuse(number, `${JSON.stringify(one)} is no name of a variable`);
      if (this.#variables.get(one) === undefined) throw this.#refuse(number, `the variable ${one} has no value`);
      this.#exported.add(one);
    }
  }

  #setSetting(name: string, value: string, number: number): void {
    if (name === 'CATEGORY') {
      this.#category = value;
      return;
    }
    if (!SETTINGS.includes(name)) {
      throw this.#refuse(number, `.MAKEFLOW ${name} is not understood (only CATEGORY, ${SETTINGS.join(', ')})`);
    }
    const settings = this.#categories.get(this.#category) ?? new Map<string, string>();
    this.#categories.set(this.#category, settings.set(name, value));
  }

  #takeHeader(line: string, number: number): void {
    const colon = line.indexOf(':');
    if (colon === -1)
      throw this.#refuse(number, 'this is neither a variable (NAME=value) nor a rule (targets: sources)');
    const targets = this.#files(line.slice(0, colon), number);
    if (targets.length === 0) throw this.#refuse(number, 'the rule names no target');
    this.#header = { line: number, targets, sources: this.#files(line.slice(colon + 1), number), own: new Map() };
  }

  #files(text: string, number: number): string[] {
    const words = quotedWords(this.#expanded(text, number));
    if (words === undefined) throw this.#refuse(number, 'a quote is not closed');
    const renamed = words.find((word) => word.includes('->'));
    if (renamed !== undefined)
      throw this.#refuse(number, `${renamed}: files cannot have another name where a rule runs`);
    return words;
  }

  #takeCommand(line: string, number: number): void {
    const header = this.#header;
    if (header === undefined) throw this.#refuse(number, 'this command belongs to no rule (a rule has one command)');
    const [, local, rest = ''] = /^(LOCAL\s+)?(.*)$/s.exec(line) ?? [];
    if (/^MAKEFLOW\s/.test(rest))
      throw this.#refuse(number, 'a command that is a Makeflow file of its own is not understood');
    const category = header.own.get('CATEGORY') ?? this.#category;
    this.#rules.push({
      ...{ line: header.line, targets: header.targets, sources: header.sources, category },
      command: this.#variables.expandCommand(rest),
      isLocal: local !== undefined,
      settings: new Map([...(this.#categories.get(category) ?? []), ...header.own]),
    });
    this.#header = undefined;
  }

  /** The value of a variable: quotes around it are not part of it. */
  #value(text: string, number: number): string {
    const [, quoted] = /^(?:"(.*)"|'(.*)')$/.exec(text) ?? [];
    return this.#expanded(quoted ?? text, number);
  }

  #expanded(text: string, number: number): string {
    return this.#variables.expandValue(text, (name) => this.#refuse(number, `the variable ${name} has no value`));
  }

  #refuseWithoutCommand(): void {
    if (this.#header === undefined) return;
    const { line, targets } = this.#header;
    throw this.#refuse(line, `the rule for ${targets[0]} has no command (a line that begins with a tab)`);
  }

  #refuse(line: number, complaint: string): Error {
    return malformed(this.#file, line, complaint);
  }
}
