import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, plainText } from '../../../src/cli/report/html.ts';

test('whatever is put into markup is text, in elements and in attributes', () => {
  const evil = `<script>alert("1")</script>&amp;'`;
  assert.equal(
    html`<b title="${evil}">${evil}</b>`.text,
    ['<b title="', '">', '</b>'].join('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;&#39;'),
  );
});

test('markup within markup stays what it is; lists are joined, and nothing is nothing', () => {
  const items = ['<', 2, html`<i>${'>'}</i>`];
  assert.equal(html`<p>${items}${null}${false}${[]}</p>`.text, '<p>&lt;2<i>&gt;</i></p>');
});

test('text loses what only a terminal understands, and stays text', () => {
  const evil = 'a\u001b[31mred\u001b[0m\u001b]0;title\u0007 b\u0000\u0008\u009b\u202ec\ud800 d\r\ne\tf';
  assert.equal(plainText(evil), 'ared b····c\ufffd d\ne\tf');
});
