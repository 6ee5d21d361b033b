import type { ReadUnit } from '../db/unit.ts';
import type { Services } from '../handler.ts';
import { standingOf } from '../operations/progress/workflow-progress.ts';

interface DrawnRequest<Picture> {
  readonly name: string;
  readonly stamp?: () => Promise<number | undefined>;
  readonly since?: number;
  readonly draw: (unit: ReadUnit) => Promise<Picture>;
}

/** An answer that those share who ask for the same at about the same time. */
export function drawn<Picture>({ pictures, database }: Services, { draw, ...request }: DrawnRequest<Picture>) {
  return pictures.take({ ...request, draw: () => database.readHeavy(draw) });
}

/** A stamp for what stays the same while the workflow rests; it gives undefined while a run of it lives. */
export function stampOfRest({ database }: Services, workflowId: number): () => Promise<number | undefined> {
  return async () => {
    const { revision, lives } = await database.read((unit) => standingOf(unit, workflowId));
    return lives ? undefined : revision;
  };
}
