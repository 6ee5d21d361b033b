/** The look of a report; its colours are those of the web page. On paper it is light. */
const LIGHT = `
  --done: #0c8599; --running: #66d9e8; --failed: #e03131; --failed-text: #c92a2a; --waiting: #adb5bd;
  --track: #e9ecef; --line: #dee2e6; --quiet: #5c6370; --text: #1a1d21; --ground: #ffffff; --card: #f8f9fa;`;
const DARK = `
  --done: #15aabf; --running: #99e9f2; --failed: #ff6b6b; --failed-text: #ff8787; --waiting: #868e96;
  --track: #343a40; --line: #373a40; --quiet: #a6a7ab; --text: #e3e5e8; --ground: #1a1b1e; --card: #212226;`;

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1100px; padding: 24px 20px 40px; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 36px 0 10px; }
p { margin: 6px 0; }
.quiet { color: var(--quiet); }
.small { font-size: 0.87rem; }
.failed-text { color: var(--failed-text); }
.wraps { overflow-wrap: anywhere; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.87em; }
.dot { display: inline-block; width: 0.62em; height: 0.62em; border-radius: 50%; margin-right: 0.45em; background: var(--waiting); }
.done { background: var(--done); } .running { background: var(--running); }
.failed { background: var(--failed); } .waiting { background: var(--waiting); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); gap: 12px 24px; margin: 18px 0 0; }
dt { color: var(--quiet); font-size: 0.87rem; }
dd { margin: 0; overflow-wrap: anywhere; }
dl > .whole { grid-column: 1 / -1; }
.bar { display: flex; height: 10px; border-radius: 5px; overflow: hidden; background: var(--track); min-width: 60px; }
.bar > span { display: block; height: 100%; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 400; } thead th { color: var(--quiet); font-size: 0.87rem; white-space: nowrap; }
tbody th { overflow-wrap: anywhere; min-width: 9em; }
.right { text-align: right; } .right, .word { white-space: nowrap; } td.bars { width: 26%; vertical-align: middle; }
.error { border: 1px solid var(--line); border-radius: 6px; background: var(--card); padding: 10px 14px; margin: 10px 0; }
.error p { margin: 0 0 6px; }
pre { margin: 0; padding: 10px 12px; border-radius: 4px; background: var(--ground); border: 1px solid var(--line);
  max-height: 19em; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 0 0 14px; }
figcaption { display: flex; gap: 16px; flex-wrap: wrap; color: var(--quiet); font-size: 0.87rem; margin-bottom: 4px; }
.chart { display: grid; grid-template-columns: auto 1fr; column-gap: 8px; color: var(--quiet); font-size: 0.8rem; }
.chart .marks { display: flex; flex-direction: column; justify-content: space-between; text-align: right; min-width: 2.5em; line-height: 1; }
.chart svg { display: block; width: 100%; height: 120px; border-bottom: 1px solid var(--line); border-top: 1px dotted var(--line); }
.chart .times { grid-column: 2; display: flex; justify-content: space-between; margin-top: 3px; }
.fill-done { fill: var(--done); } .fill-failed { fill: var(--failed); } .fill-running { fill: var(--running); }
.fill-waiting { fill: var(--waiting); } .fill-track { fill: var(--track); }
.area { fill: var(--done); fill-opacity: 0.3; }
.outline { fill: none; stroke: var(--done); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.graph { display: block; } .graph .box { fill: var(--card); stroke: var(--line); }
.graph .edge { fill: none; stroke: var(--waiting); stroke-width: 1.5; } .graph marker path { fill: var(--waiting); }
.graph text { fill: var(--text); font-size: 13px; } .graph text.quiet { fill: var(--quiet); font-size: 11.5px; }
footer { margin-top: 40px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--quiet); font-size: 0.87rem; }
@media (max-width: 560px) {
  body { padding: 16px 14px 32px; } dl { grid-template-columns: 1fr 1fr; gap: 10px 16px; }
  td.bars, th.bars { display: none; } th, td { padding-right: 9px; } tbody th { min-width: 6.5em; }
}
@media print {
  :root { color-scheme: light; ${LIGHT} }
  html { font-size: 12.5px; } body { max-width: none; padding: 0; font-size: 1rem; }
  h2 { break-after: avoid; } tr, figure, .error > p { break-inside: avoid; } thead { display: table-header-group; }
  pre { max-height: none; } .scroll { overflow: visible; } .graph { max-width: 100%; height: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
