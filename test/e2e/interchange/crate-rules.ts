/** The rules marked MUST of RO-Crate 1.1, Workflow RO-Crate 1.0, and Process, Workflow and Provenance Run Crate 0.5, one by one. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Reference {
  readonly '@id': string;
}

// biome-ignore lint/suspicious/noExplicitAny: it is what somebody wrote, which is to be checked.
type Entity = Readonly<Record<string, any>>;

/** @returns every entity by its id */
export function checkCrate(folder: string): ReadonlyMap<string, Entity> {
  const document = JSON.parse(readFileSync(join(folder, 'ro-crate-metadata.json'), 'utf8'));
  const graph: Entity[] = document['@graph'];
  const entities = new Map(graph.map((entity) => [entity['@id'] as string, entity]));
  const the = (id: string) => entities.get(id) ?? assert.fail(`there is no entity ${id}`);
  const typed = (type: string) => graph.filter((entity) => typesOf(entity).includes(type));
  const refers = (entity: Entity, property: string, id: string) =>
    assert.ok(idsIn(entity[property]).includes(id), `${entity['@id']}.${property} has no ${id}`);

  // RO-Crate 1.1
  assert.equal(document['@context'][0], 'https://w3id.org/ro/crate/1.1/context');
  assert.equal(entities.size, graph.length, 'every @id is there once');
  for (const entity of graph) {
    assert.ok(entity['@id'] && typesOf(entity).length > 0, 'every entity has @id and @type');
    for (const [property, value] of Object.entries(entity)) {
      if (typeof value === 'object' && !Array.isArray(value)) assert.deepEqual(Object.keys(value), ['@id'], property);
    }
  }
  const descriptor = the('ro-crate-metadata.json');
  assert.deepEqual(typesOf(descriptor), ['CreativeWork']);
  refers(descriptor, 'about', './');
  refers(descriptor, 'conformsTo', 'https://w3id.org/ro/crate/1.1');
  const root = the('./');
  assert.deepEqual(typesOf(root), ['Dataset']);
  for (const property of ['name', 'description', 'datePublished', 'license']) assert.ok(root[property], property);
  assert.ok(!Number.isNaN(Date.parse(root.datePublished)));
  the(root.license['@id']);
  for (const file of typed('File')) {
    assert.ok(existsSync(join(folder, file['@id'])), `${file['@id']} is in the crate`);
    refers(root, 'hasPart', file['@id']);
  }
  for (const reference of graph.flatMap((entity) => Object.values(entity).flatMap(idsIn))) {
    assert.ok(entities.has(reference) || /^https?:/.test(reference), `${reference} is referred to and not described`);
  }

  // Workflow RO-Crate 1.0
  refers(descriptor, 'conformsTo', 'https://w3id.org/workflowhub/workflow-ro-crate/1.0');
  const main = the(root.mainEntity['@id']);
  for (const type of ['File', 'SoftwareSourceCode', 'ComputationalWorkflow']) assert.ok(typesOf(main).includes(type));
  assert.ok(main.name);
  assert.deepEqual(typesOf(the(main.programmingLanguage['@id'])), ['ComputerLanguage']);

  // Process and Workflow Run Crate 0.5
  for (const kind of ['process', 'workflow', 'provenance']) {
    const profile = `https://w3id.org/ro/wfrun/${kind}/0.5`;
    refers(root, 'conformsTo', profile);
    assert.deepEqual(typesOf(the(profile)), ['CreativeWork']);
  }
  const actions = typed('CreateAction');
  const tools = [...typed('SoftwareApplication'), main];
  for (const action of actions) {
    assert.ok(tools.includes(the(action.instrument['@id'])), `${action['@id']} has a tool`);
    refers(root, 'mentions', action['@id']);
    if (action.agent) assert.deepEqual(typesOf(the(action.agent['@id'])), ['Person']);
    for (const time of [action.startTime, action.endTime]) assert.ok(time === undefined || Date.parse(time) > 0);
    assert.equal(action.error !== undefined, action.actionStatus === 'http://schema.org/FailedActionStatus');
  }
  assert.ok(
    actions.some((action) => action.instrument['@id'] === main['@id']),
    'the workflow was run',
  );

  // Provenance Run Crate 0.5
  for (const action of actions) {
    const tool = action.instrument['@id'];
    if (tool !== main['@id']) refers(main, 'hasPart', tool);
  }
  assert.ok(typesOf(main).includes('HowTo'));
  for (const step of typed('HowToStep')) {
    refers(main, 'step', step['@id']);
    assert.ok(tools.includes(the(step.workExample['@id'])));
  }
  for (const control of typed('ControlAction')) {
    assert.deepEqual(typesOf(the(control.instrument['@id'])), ['HowToStep']);
    assert.ok(actions.includes(the(control.object['@id'])));
  }
  for (const organize of typed('OrganizeAction')) {
    assert.ok(tools.includes(the(organize.instrument['@id'])));
    assert.ok(actions.includes(the(organize.result['@id'])));
    assert.deepEqual(
      idsIn(organize.object),
      typed('ControlAction').map((control) => control['@id']),
    );
  }
  return entities;
}

function typesOf(entity: Entity): readonly string[] {
  return [entity['@type']].flat();
}

function idsIn(value: unknown): string[] {
  return [value].flat().flatMap((one) => (isReference(one) ? [one['@id']] : []));
}

function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && '@id' in value;
}
