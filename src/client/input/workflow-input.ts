/** What every kind of input takes and gives. */
import type { Workflow } from '../workflow.ts';

export interface InputOptions {
  /** Workflow args in place of the input's own: the same input with other args is another workflow. */
  readonly args?: string;
  /** Cluster in place of the input's own. */
  readonly cluster?: string;
  /** Where a recorded workflow is replayed, default `./<file name>.run`; where listed commands run, default: here. */
  readonly workDirectory?: string;
  /** Replayed tasks sleep their recorded run time times this. Default 1. */
  readonly timeScale?: number;
  /** DAX: name of a transformation → the program that it is. */
  readonly transformations?: ReadonlyMap<string, string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface WorkflowInput {
  readonly workflow: Workflow;
  /** False when its args are random: then every reading is another workflow, and only its id finds it again. */
  readonly hasFixedArgs: boolean;
  /** What a person should know about how the input was read. */
  readonly notes: readonly string[];
  /** Writes what the tasks need on disk; to be called before they run, and never for a mere look at the workflow. */
  prepare(): Promise<void>;
}
