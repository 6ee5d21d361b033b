import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { ERRORS } from '../src/core/errors.ts';
import { TASK_INSTANCE_STATUSES } from '../src/core/status.ts';
import { METRICS, type Metric } from '../src/server/metrics/table.ts';
import { Served } from './server/served.ts';
import { parseExposition } from './support/exposition.ts';

const text = (name: string) => readFileSync(join(import.meta.dirname, '../docs', name), 'utf8');
const dashboard = () =>
  (JSON.parse(text('dashboard.json')).panels as { targets: { expr: string }[] }[]).flatMap(({ targets }) =>
    targets.map(({ expr }) => expr),
  );
const alerts = () => (parse(text('alerts.yaml')).groups[0].rules as { expr: string }[]).map(({ expr }) => expr);

/** Names of metrics in an expression. */
const namesIn = (expression: string) => expression.match(/\b(?:skep|process|nodejs)_\w+/g) ?? [];

test('dashboard and alerts name metrics that a server has', async (context) => {
  const served = await Served.open(context);
  await served.server.measure();
  const headers = { authorization: 'Bearer secret' };
  const { body } = await served.inject({ method: 'GET', url: '/metrics', headers });
  const known = new Set<string>();
  for (const { name, kind } of parseExposition(body).values()) {
    const names = kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
    for (const each of names) known.add(each);
  }
  const expressions = [...dashboard(), ...alerts()];
  assert.ok(expressions.length > 20);
  for (const expression of expressions) {
    assert.ok(namesIn(expression).length > 0 || expression.startsWith('up{'), expression);
    for (const name of namesIn(expression)) assert.ok(known.has(name), `${name} in ${expression}`);
  }
});

test('they name labels and values that there are, and the dashboard shows every metric of ours that matters', () => {
  const expressions = [...dashboard(), ...alerts()];
  const metrics: readonly Metric[] = Object.values(METRICS);
  for (const expression of expressions) {
    for (const [, name = '', label = '', values = ''] of expression.matchAll(/(skep_\w+)\{(\w+)=~?"([^"]+)"\}/g)) {
      const metric = metrics.find((each) => name.startsWith(each.name));
      assert.ok(metric?.labels.includes(label), `${label} of ${name}`);
      const labels = Object.values(TASK_INSTANCE_STATUSES).map((status) => status.label as string);
      const known = { status: labels, code: Object.keys(ERRORS), status_class: ['5xx'] }[label] ?? [];
      for (const value of values.split('|')) assert.ok(known.includes(value), value);
    }
  }
  const shown = new Set(
    dashboard()
      .flatMap(namesIn)
      .map((name) => name.replace(/_(bucket|sum|count)$/, '')),
  );
  const hidden = metrics.map(({ name }) => name).filter((name) => !shown.has(name));
  assert.deepEqual(hidden.sort(), [
    'skep_build_info',
    'skep_counts_age_seconds',
    'skep_database_commit_failures_total',
    'skep_http_wait_duration_seconds',
    'skep_ready',
    'skep_workflows',
  ]);
});
