import assert from 'node:assert/strict';
import { test } from 'node:test';
import { screenOn } from '../../../src/cli/watch/screen.ts';

const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const at = (line: number, text: string) => `\u001b[${line};1H\u001b[2K${text}`;

function held() {
  let written = '';
  const screen = screenOn({
    write(text) {
      written += text;
    },
  });
  const taken = () => {
    const text = written;
    written = '';
    return text;
  };
  screen.open();
  taken();
  return { screen, taken };
}

test('only lines that changed are written, all at once', () => {
  const { screen, taken } = held();
  screen.draw(['a', 'b', '']);
  assert.equal(taken(), `${BEGIN}\u001b[2J${at(1, 'a')}${at(2, 'b')}${END}`);
  screen.draw(['a', 'c', 'd']);
  assert.equal(taken(), `${BEGIN}${at(2, 'c')}${at(3, 'd')}${END}`);
  screen.draw(['a', 'c', 'd']);
  assert.equal(taken(), '');
  screen.draw(['a']);
  assert.equal(taken(), `${BEGIN}${at(2, '')}${at(3, '')}${END}`);
});

test('what was forgotten is written whole', () => {
  const { screen, taken } = held();
  screen.draw(['a']);
  screen.forget();
  taken();
  screen.draw(['a']);
  assert.equal(taken(), `${BEGIN}\u001b[2J${at(1, 'a')}${END}`);
});

test('the terminal is given back once', () => {
  const { screen, taken } = held();
  screen.close();
  assert.equal(taken(), '\u001b[2J\u001b[?7h\u001b[?25h\u001b[?1049l');
  screen.close();
  assert.equal(taken(), '');
  screen.open();
  assert.equal(taken(), '\u001b[?1049h\u001b[?25l\u001b[?7l');
});
