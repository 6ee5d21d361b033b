// Usage: audit-package.js PACKAGE ROOT OUTPUT — reads the licence of one package, counts its bytes and hashes its files.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultPath, writeWhole } from './results.js';

const [path = '', root = '', output = ''] = process.argv.slice(2);
const folder = join(root, path);
const { name = path, version = '', license, licenses } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const hash = createHash('sha256');
const files = filesBelow(folder);
let bytes = 0;
for (const file of files) {
  const content = readFileSync(join(folder, file));
  bytes += content.length;
  hash.update(`${file}\0${content.length}\0`).update(content);
}
const result = { path, name, version, licence: licenceText(), files: files.length, bytes, sha256: hash.digest('hex') };
writeWhole(resultPath(output, 'packages', path), JSON.stringify(result));

/** The package's own files, in a fixed order; packages inside it are audited on their own. @param {string} directory */
function filesBelow(directory, prefix = '') {
  /** @type {string[]} */
  const found = [];
  for (const entry of readdirSync(join(directory, prefix), { withFileTypes: true })) {
    const relative = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== 'node_modules') found.push(...filesBelow(directory, relative));
    if (entry.isFile()) found.push(relative);
  }
  return found.sort();
}

/** What package.json says in any of its historical forms, else whether a licence file lies there. */
function licenceText() {
  const declared = [license, licenses].flat().map((one) => (typeof one === 'object' && one !== null ? one.type : one));
  const text = declared.filter((one) => typeof one === 'string' && one !== '').join(' AND ');
  if (text !== '') return text;
  return files.some((file) => /^(licen[cs]e|copying)\b/i.test(file))
    ? 'not declared (there is a licence file)'
    : 'none';
}
