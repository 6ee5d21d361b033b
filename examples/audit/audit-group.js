// Usage: audit-group.js GROUP OUTPUT PACKAGES — sums up the packages (their paths, separated by commas) of one group.
import { readResult, resultPath, writeWhole } from './results.js';

const [group = '', output = '', packages = ''] = process.argv.slice(2);
const members = packages.split(',').map((path) => readResult(resultPath(output, 'packages', path)));
/** @param {'files' | 'bytes'} key */
const sum = (key) => members.reduce((total, member) => total + member[key], 0);
writeWhole(
  resultPath(output, 'groups', group),
  JSON.stringify({ group, files: sum('files'), bytes: sum('bytes'), members }),
);
