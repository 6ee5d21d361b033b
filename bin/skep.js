#!/usr/bin/env node
// Starts the command line: compiled, or from the sources in a checkout that was not built.
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(`skep: Node ${OLDEST_NODE} or newer is needed, this is ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  keepCompiledCode();
  const compiled = new URL('../dist/cli/main.js', import.meta.url);
  const { runFromTerminal } = await import(existsSync(compiled) ? compiled.href : '../src/cli/main.ts');
  await runFromTerminal();
}

/**
 * Node then compiles our code once and not at every start, in the processes that we start too (which inherit the variable).
 * The folder is its user's own: whoever can write there decides what runs.
 */
function keepCompiledCode() {
  if (process.env.NODE_COMPILE_CACHE !== undefined) return;
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  process.env.NODE_COMPILE_CACHE = join(cache, 'skep', 'compiled');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
