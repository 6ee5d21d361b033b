/** Runs a page from its first to its last block, as a reader would who types what it says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadConfig, SETTINGS } from '../../src/core/config.ts';
import { messageOf } from '../../src/core/errors.ts';
import { type Block, blocksOf, fileNameOf } from './blocks.ts';
import { differenceOf } from './output.ts';
import { SERVICES, type Service } from './services.ts';
import { ReaderShell, repository } from './shell.ts';

export interface PageReport {
  readonly executed: number;
  /** `page:line reason` of what was not run. */
  readonly skipped: readonly string[];
}

export async function runPage(page: string): Promise<PageReport> {
  const blocks = readBlocks(page);
  const services = await startServices(blocks);
  const variables = Object.assign({}, ...[...services.values()].map((service) => service.variables));
  const reader = new PageReader(page, blocks, new ReaderShell(variables));
  try {
    for (const block of blocks) await reader.take(block);
    return reader;
  } finally {
    await reader.close();
    for (const service of services.values()) await service.end();
  }
}

export function readBlocks(page: string): Block[] {
  try {
    return blocksOf(readFileSync(join(repository, page), 'utf8'));
  } catch (cause) {
    throw new Error(`${page}: ${messageOf(cause)}`, { cause });
  }
}

async function startServices(blocks: readonly Block[]): Promise<Map<string, Service>> {
  const services = new Map<string, Service>();
  for (const name of new Set(blocks.flatMap(({ marks }) => marks.needs ?? []))) {
    const provider = SERVICES[name];
    assert.ok(provider, `"${name}" is no service: ${Object.keys(SERVICES).join(', ')}`);
    if (provider.isMissing === false) services.set(name, await provider.start());
  }
  return services;
}

class PageReader implements PageReport {
  executed = 0;
  readonly skipped: string[] = [];
  readonly #page: string;
  readonly #blocks: readonly Block[];
  readonly #shell: ReaderShell;
  /** Of the commands that ran last. */
  #output: string | undefined;

  constructor(page: string, blocks: readonly Block[], shell: ReaderShell) {
    this.#page = page;
    this.#blocks = blocks;
    this.#shell = shell;
  }

  async take(block: Block): Promise<void> {
    const reason = reasonToSkip(block);
    if (reason !== undefined) {
      this.skipped.push(`${this.#page}:${block.line} ${reason}`);
      if (isShell(block)) this.#output = undefined;
      return;
    }
    try {
      await this.#execute(block);
    } catch (cause) {
      // Without the cause, whose text would be shown once more.
      throw new Error(`${this.#page}:${block.line}: ${messageOf(cause)}`);
    }
    if (block.marks.run === undefined) this.executed++;
  }

  close(): Promise<void> {
    return this.#shell.close();
  }

  async #execute(block: Block): Promise<void> {
    const { language, text, marks } = block;
    if (isShell(block)) return this.#runCommands(block);
    if (marks.output !== undefined || (language === 'text' && marks.file === undefined)) return this.#compare(block);
    const name = fileNameOf(block) ?? `block-${block.line}.${language}`;
    if (/^(ts|js)$/.test(language)) return this.#runProgram(block, name);
    if (/^ya?ml$/.test(language)) return this.#readYaml(text, name);
    if (language === 'json') JSON.parse(text);
    const isUsed = fileNameOf(block) !== undefined && this.#isMentioned(name);
    assert.ok(
      isUsed,
      `nothing runs or reads this block of the language "${language}": mark it, see test/docs/blocks.ts`,
    );
    this.#shell.write(name, text);
  }

  async #runCommands({ text, marks }: Block): Promise<void> {
    if (marks.background !== undefined) return this.#shell.runInBackground(text, marks.background);
    const { status, output } = await this.#shell.run(text);
    this.#output = output;
    assert.equal(status, Number(marks.exit ?? 0), `these commands ended with ${status}:\n${text}\n${output}`);
  }

  async #compare({ text, marks }: Block): Promise<void> {
    const written = marks.output ? (await this.#shell.run(marks.output)).output : this.#output;
    assert.notEqual(written, undefined, 'no commands that were run stand before this output');
    const difference = differenceOf(text, written ?? '', marks.varies);
    if (difference !== '') throw new Error(difference);
  }

  /** What no command of the page runs is run as it is: a workflow by `skep run`, another program by Node. */
  async #runProgram(block: Block, name: string): Promise<void> {
    this.#shell.write(name, programText(block, this.#blocks));
    if (this.#isMentioned(name)) return;
    const isWorkflow = /^export (default workflow|const workflow)/m.test(block.text);
    await this.#runCommands({ ...block, text: isWorkflow ? `skep run ${name}` : `node ${name}` });
  }

  async #readYaml(text: string, name: string): Promise<void> {
    const path = this.#shell.write(name, text);
    const sections = Object.keys(parse(text) as object);
    if (sections.every((section) => section in SETTINGS)) loadConfig({ file: path, environment: {} });
    else if (!this.#isMentioned(name)) {
      const { status, output } = await this.#shell.run(`skep run ${name} --dry-run`);
      assert.equal(status, 0, output);
    }
  }

  #isMentioned(name: string): boolean {
    return this.#blocks.some(
      (block) => isShell(block) && reasonToSkip(block) === undefined && block.text.includes(name),
    );
  }
}

/** The text of a program; of one that continues another, with that in front. */
export function programText(block: Block, blocks: readonly Block[]): string {
  const { continues } = block.marks;
  if (continues === undefined) return block.text;
  const before = blocks.find((other) => fileNameOf(other) === continues);
  if (before === undefined) throw new Error(`no file ${continues} is shown above`);
  return `${programText(before, blocks)}\n${block.text}`;
}

function isShell({ language }: Block): boolean {
  return ['sh', 'bash', 'shell'].includes(language);
}

function reasonToSkip({ marks }: Block): string | undefined {
  if (marks.skip !== undefined) return marks.skip;
  const missing = marks.needs === undefined ? false : SERVICES[marks.needs]?.isMissing;
  return missing ? `needs ${marks.needs}: ${missing}` : undefined;
}
