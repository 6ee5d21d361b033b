/** Packs files into an archive, each as it is read, so that its size does not matter for the memory. */
import { closeSync, createReadStream, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';
import { SkepError } from '../../../core/errors.ts';

/** Sizes in the plain format are of 32 bits. */
const LARGEST = 2 ** 32 - 1;
/** Sizes and check sum follow the content; names are UTF-8. */
const FLAGS = 0x0808;
const DEFLATED = 8;
const VERSION = 20;
/** 1980-01-01, the first day that the format knows: the same content makes the same archive. */
const DATE = 0x21;

interface Packed {
  readonly name: Buffer;
  readonly offset: number;
  readonly checksum: number;
  readonly size: number;
  readonly packedSize: number;
}

/** @throws SkepError invalid_usage for more than 4 GiB */
export async function packFolder(folder: string, names: readonly string[], path: string): Promise<void> {
  const total = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  if (total > LARGEST) {
    throw new SkepError(
      'invalid_usage',
      `Cannot write ${path}: the crate has more than 4 GiB. Write a folder instead.`,
    );
  }
  const file = openSync(path, 'w');
  try {
    let offset = 0;
    const append = (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      offset += bytes.length;
    };
    const packed: Packed[] = [];
    for (const name of names) packed.push(await packFile(join(folder, name), Buffer.from(name), append, () => offset));
    const directory = offset;
    for (const entry of packed) append(directoryEntry(entry));
    append(endOf(packed.length, directory, offset - directory));
  } finally {
    closeSync(file);
  }
}

async function packFile(
  path: string,
  name: Buffer,
  append: (bytes: Buffer) => void,
  offsetNow: () => number,
): Promise<Packed> {
  const offset = offsetNow();
  append(
    Buffer.concat([
      numbers([0x04034b50, 4], [VERSION, 2], ...method(), [0, 4], [0, 4], [0, 4], [name.length, 2], [0, 2]),
      name,
    ]),
  );
  const begun = offsetNow();
  let [checksum, size] = [0, 0];
  await pipeline(
    createReadStream(path),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        checksum = crc32(chunk, checksum);
        size += chunk.length;
        yield chunk;
      }
    },
    createDeflateRaw(),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) append(chunk);
    },
  );
  const packedSize = offsetNow() - begun;
  append(numbers([0x08074b50, 4], [checksum, 4], [packedSize, 4], [size, 4]));
  return { name, offset, checksum, size, packedSize };
}

function directoryEntry({ name, offset, checksum, size, packedSize }: Packed): Buffer {
  const head = numbers(
    ...([[0x02014b50, 4], [VERSION, 2], [VERSION, 2], ...method(), [checksum, 4]] as const),
    ...([
      [packedSize, 4],
      [size, 4],
      [name.length, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [offset, 4],
    ] as const),
  );
  return Buffer.concat([head, name]);
}

function method(): (readonly [value: number, bytes: number])[] {
  return [
    [FLAGS, 2],
    [DEFLATED, 2],
    [0, 2],
    [DATE, 2],
  ];
}

function endOf(count: number, directory: number, size: number): Buffer {
  return numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [directory, 4], [0, 2]);
}

/** Little-endian, as the format has them. */
function numbers(...parts: readonly (readonly [value: number, bytes: number])[]): Buffer {
  return Buffer.concat(
    parts.map(([value, bytes]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );
}
