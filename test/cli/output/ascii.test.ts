import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asciiOnly, showsUnicode } from '../../../src/cli/output/ascii.ts';
import { displayWidth } from '../../../src/cli/output/terminal.ts';

test('signs have stand-ins, everything else a question mark for each column', () => {
  assert.equal(asciiOnly('█▓▒░ a · b…'), '#x>. a - b~');
  const text = '地球é🌍e\u0301';
  assert.equal(asciiOnly(text), '?????' + '??e');
  assert.equal(displayWidth(asciiOnly(text)), displayWidth(text));
});

test('a locale that says something else than UTF-8 means ASCII; the most specific one counts', () => {
  assert.equal(showsUnicode({}), true);
  assert.equal(showsUnicode({ LANG: 'de_DE.UTF-8' }), true);
  assert.equal(showsUnicode({ LANG: 'C.utf8' }), true);
  assert.equal(showsUnicode({ LANG: 'C' }), false);
  assert.equal(showsUnicode({ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }), false);
  assert.equal(showsUnicode({ LANG: 'C', LC_CTYPE: 'C.UTF-8', LC_ALL: '' }), true);
});
