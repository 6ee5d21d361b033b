#!/usr/bin/env node
// Starts the command line: compiled, or from the sources in a checkout that was not built.
import { existsSync } from 'node:fs';

const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(`skep: Node ${OLDEST_NODE} or newer is needed, this is ${process.versions.node}.\n`);
  process.exitCode = 2;
} else {
  const compiled = new URL('../dist/cli/main.js', import.meta.url);
  const { runFromTerminal } = await import(existsSync(compiled) ? compiled.href : '../src/cli/main.ts');
  await runFromTerminal();
}
