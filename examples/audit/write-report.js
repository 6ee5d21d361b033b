// Usage: write-report.js OUTPUT GROUPS — writes OUTPUT/report.md from the groups (their names, separated by commas).
import { join } from 'node:path';
import { readResult, resultPath, writeWhole } from './results.js';

const [output = '', names = ''] = process.argv.slice(2);
const groups = names.split(',').map((name) => readResult(resultPath(output, 'groups', name)));
const packages = groups.flatMap((group) => group.members).sort((a, b) => b.bytes - a.bytes);
const licences = [...Map.groupBy(packages, (one) => one.licence)].sort((a, b) => b[1].length - a[1].length);
const doubtful = packages.filter(({ licence }) => /^(none|not declared|unlicensed|see )/i.test(licence));
const files = packages.reduce((total, one) => total + one.files, 0);

writeWhole(
  join(output, 'report.md'),
  `# Installed packages

${packages.length} packages in ${groups.length} groups, ${files.toLocaleString('en-US')} files, ${megabytes(packages)} MB.

## Licences

${table(
  ['licence', 'packages', 'MB'],
  licences.map(([licence, members]) => [licence, members.length, megabytes(members)]),
)}

## Largest packages

${table(
  ['package', 'version', 'files', 'MB'],
  packages.slice(0, 10).map((one) => [one.name, one.version, one.files, megabytes([one])]),
)}

## Largest groups

${table(
  ['group', 'packages', 'MB'],
  groups
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, 10)
    .map((one) => [one.group, one.members.length, megabytes(one.members)]),
)}

## Licences to look at

${
  doubtful.length === 0
    ? 'None: every package declares its licence.'
    : table(
        ['package', 'version', 'licence'],
        doubtful.map((one) => [one.name, one.version, one.licence]),
      )
}
`,
);

/** @param {{ bytes: number }[]} members */
function megabytes(members) {
  return (members.reduce((total, one) => total + one.bytes, 0) / 1e6).toFixed(1);
}

/** A Markdown table with aligned columns. @param {string[]} head @param {(string | number)[][]} rows */
function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {string[]} */ row) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}
