import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { routes } from '../../../src/api/routes.ts';
import { openApiDocument } from '../../../src/server/edge/openapi.ts';

// biome-ignore lint/suspicious/noExplicitAny: the tests reach into the document as its readers do.
type Document = any;

/** As it is published. */
const published = (): Document => JSON.parse(JSON.stringify(openApiDocument(routes)));

describe('the description of the API', () => {
  test('is valid OpenAPI 3.1, and every reference in it leads somewhere', async () => {
    assert.deepEqual(await faultsOf(published()), []);
    const lost = published();
    lost.paths['/api/v3/tool'].post.responses[400].$ref = '#/components/responses/Nothing';
    assert.notDeepEqual(await faultsOf(lost), []);
  });

  test('has schemas of the dialect of OpenAPI 3.1', () => {
    const schemas = [...schemasOf(published())];
    assert.ok(schemas.length > 200, `${schemas.length}`);
    for (const schema of schemas) assert.deepEqual(schemaFaultsOf(schema), [], JSON.stringify(schema));
    assert.notDeepEqual(schemaFaultsOf({ type: 'array', items: [{ type: 'string' }] }), []);
  });

  test('is in one order, whatever the order of the declarations is', () => {
    const reversed = Object.fromEntries(Object.entries(routes).reverse());
    assert.equal(JSON.stringify(openApiDocument(reversed)), JSON.stringify(openApiDocument(routes)));
  });
});

async function faultsOf(document: Document): Promise<readonly unknown[]> {
  const { valid, errors } = await new Validator().validate(document);
  return valid ? [] : [errors].flat();
}

const ajv = new Ajv2020();

function schemaFaultsOf(schema: Document): readonly unknown[] {
  ajv.validateSchema(schema);
  return ajv.errors ?? [];
}

/** Every outermost schema of a document. */
function* schemasOf(value: Document): Generator<Document> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries<Document>(value)) {
    if (key === 'schema') yield part;
    else if (key === 'schemas') yield* Object.values(part);
    else yield* schemasOf(part);
  }
}
