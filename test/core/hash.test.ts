import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  argMappingHash,
  dagHash,
  nodeArgsHash,
  nodeHash,
  taskArgsHash,
  taskHash,
  taskSetHash,
  workflowArgsHash,
} from '../../src/core/hash.ts';

// Client §2.4: two tasks of one template, B downstream of A.
const nodeArgsA = 61417031361523964910942708627140550836149909073712660357154134875317516242647n;
const nodeArgsB = 50009285781590675539284350366016624792322714161192250864618154836763686415412n;
const nodeA = 518192490131856649n;
const nodeB = 2224868660941334095n;
const taskArgsA = 61299315439086216081008272870320641778047354222812188866559815893012709602889n;
const taskArgsB = 96865726587723820535386485650798183660682752318925845987376559499217161065228n;
const taskA = 1053537735435207609n;
const taskB = 873122189881683342n;

test('vectors of the specification', () => {
  assert.equal(
    argMappingHash({ nodeArgs: ['sex', 'loc'], taskArgs: ['ver'], opArgs: ['python'] }),
    10925256872777417985530620709906242602865686388076095495962009195834275942176n,
  );
  assert.equal(
    nodeArgsHash([
      [2, '1'],
      [1, 'm'],
    ]),
    nodeArgsA,
  );
  assert.equal(
    nodeArgsHash(
      new Map([
        [1, 'f'],
        [2, '2'],
      ]),
    ),
    nodeArgsB,
  );
  assert.equal(nodeHash(nodeArgsA, 1), nodeA);
  assert.equal(nodeHash(nodeArgsB, 1), nodeB);
  assert.equal(taskArgsHash([[3, 'True']]), taskArgsA);
  assert.equal(taskArgsHash([[3, '1.0']]), taskArgsB);
  assert.equal(taskHash(nodeA, taskArgsA), taskA);
  assert.equal(taskHash(nodeB, taskArgsB), taskB);
  const dag = [
    { hash: nodeB, downstream: [] },
    { hash: nodeA, downstream: [nodeB] },
  ];
  assert.equal(hashOfDag(dag), 993386269169996774n);
  assert.equal(
    taskSetHash(BigUint64Array.of(taskA, taskB)),
    76701780266643965422800915949811898907715549982021735022246437600681107478692n,
  );
  assert.equal(
    workflowArgsHash('spec_v1'),
    90309732457156779468601424881590624177666471049197327595762039743872784228024n,
  );
});

test('nothing hashes as the empty text', () => {
  const empty = 102987336249554097029535212322581322789799900648198034993379397001115665086549n;
  assert.equal(nodeArgsHash([]), empty);
  assert.equal(taskArgsHash(new Map()), empty);
  assert.equal(taskSetHash(new BigUint64Array()), empty);
  assert.equal(workflowArgsHash(''), empty);
  assert.equal(hashOfDag([]), 183908261690725173n);
});

// The expected values below were computed by Python 3.11.

test('names are sorted by code point, not by UTF-16 unit', () => {
  // In UTF-16 units the emoji (d83d) would stand before U+FFEE.
  const hash = argMappingHash({ nodeArgs: ['z😀', 'é', 'z\uffee', 'b_1'], taskArgs: [], opArgs: [] });
  assert.equal(hash, 2745043301361057449088976714226311864181495268454624387117836783848002625498n);
});

test('argument ids are sorted as numbers', () => {
  const hash = 904881156380509792180257833745728942455990566186916930690246041643961384826n;
  assert.equal(
    nodeArgsHash([
      [10, 'b'],
      [2, 'a'],
    ]),
    hash,
  );
});

test('nodes and their dependents are sorted as numbers', () => {
  const dag = [
    { hash: 11n, downstream: [] },
    { hash: 5n, downstream: [11n, 7n] },
    { hash: 9n, downstream: [] },
    { hash: 7n, downstream: [9n] },
  ];
  assert.equal(hashOfDag(dag), 1977683715840242622n);
});

test('the inputs keep their order', () => {
  const nodeArgs = ['b', 'a'];
  const downstream = [2n, 1n];
  argMappingHash({ nodeArgs, taskArgs: [], opArgs: [] });
  hashOfDag([{ hash: 3n, downstream }]);
  assert.deepEqual(
    [nodeArgs, downstream],
    [
      ['b', 'a'],
      [2n, 1n],
    ],
  );
});

test('a long set hashes as the one text it stands for', () => {
  const hashes = Array.from({ length: 20_000 }, (_, index) => BigInt(index) + 10n ** 17n);
  const whole = createHash('sha256').update(hashes.join('')).digest('hex');
  assert.equal(taskSetHash(BigUint64Array.from(hashes.toReversed())), BigInt(`0x${whole}`));
});

test('reduced hashes stay below 2^63 and no order of the input matters', () => {
  const node = fc.record({
    hash: fc.bigInt({ min: 0n, max: 2n ** 61n }),
    downstream: fc.array(fc.bigInt({ min: 0n })),
  });
  const nodes = fc.uniqueArray(node, { selector: ({ hash }) => hash });
  fc.assert(
    fc.property(nodes, (dag) => {
      const hash = hashOfDag(dag);
      const turned = dag.toReversed().map((item) => ({ ...item, downstream: item.downstream.toReversed() }));
      return hash < 2n ** 63n && hashOfDag(turned) === hash;
    }),
  );
});

interface HashedNode {
  readonly hash: bigint;
  readonly downstream: readonly bigint[];
}

function hashOfDag(nodes: readonly HashedNode[]): bigint {
  return dagHash(
    BigUint64Array.from(nodes, ({ hash }) => hash),
    (index) => nodes[index]?.downstream ?? [],
  );
}
