/** The package as a user gets it: packed, and installed into an empty project. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

/** A registry that does not answer says so within a minute, not after ten. */
const PATIENCE = ['--fetch-retries=0', '--fetch-timeout=30000'];

const repository = resolve(import.meta.dirname, '../..');

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

export class Project {
  readonly #top = mkdtempSync(join(tmpdir(), 'skep-package-'));
  /** Where the user's own files lie. */
  readonly folder = join(this.#top, 'project');
  readonly tarball: string;

  private constructor(tarball: string) {
    this.tarball = join(this.#top, tarball);
  }

  /** Packs what was built. */
  static async pack(): Promise<Project> {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    const project = new Project(`skep-${version}.tgz`);
    mkdirSync(project.folder);
    const { status, errors } = await project.run('npm', ['pack', repository, '--pack-destination', project.#top]);
    if (status !== 0) throw new Error(`npm pack: ${errors}`);
    return project;
  }

  /** Installs it into a new folder, which is the project from then on. */
  async install(name: string, ...options: readonly string[]): Promise<Ended> {
    rmSync(this.folder, { recursive: true, force: true });
    this.write('package.json', JSON.stringify({ name, private: true, type: 'module' }));
    return this.run('npm', ['install', this.tarball, '--no-audit', '--no-fund', ...PATIENCE, ...options]);
  }

  write(name: string, text: string): void {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** Runs a program in the project. */
  run(program: string, words: readonly string[]): Promise<Ended> {
    const path = [dirname(process.execPath), process.env.PATH].join(delimiter);
    const child = spawn(program, words, {
      cwd: this.folder,
      // npm reaches its registry and its cache as whoever runs the test does; all else has a home of its own.
      env: {
        ...process.env,
        PATH: path,
        ...(program === 'npm' ? {} : { HOME: join(this.#top, 'home'), LOGNAME: 'ada' }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, errors] = ['', ''];
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    return new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (status) => done({ status, output, errors }));
    });
  }

  /** Names, below the package, of all files that it holds. */
  async files(): Promise<string[]> {
    const { output } = await this.run('tar', ['-tzf', this.tarball]);
    return output
      .split('\n')
      .filter(Boolean)
      .map((path) => path.replace(/^package\//, ''));
  }

  remove(): void {
    rmSync(this.#top, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
