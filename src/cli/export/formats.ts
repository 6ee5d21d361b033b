/** The forms in which a workflow leaves Skep: the options of the command, its work and its documentation derive from this table. */
import type { Requester } from '../../api/requester.ts';
import type { Sink } from './sink.ts';

export interface ExportFormat {
  /** What it is, for people. */
  readonly description: string;
  /** Name of the file that is written where none is given. */
  readonly defaultOutput: (workflowId: number) => string;
  /** Writes it; gives back what it does not tell. Undefined: it is several files, a crate. */
  readonly write?: (
    requester: Requester,
    workflowId: number,
    sink: Sink,
    options: { readonly raw?: boolean | undefined },
  ) => Promise<string[]>;
}

export const EXPORT_FORMATS = {
  wfformat: {
    description: 'a WfFormat 1.5 document of the WfCommons project',
    defaultOutput: (workflowId) => `workflow-${workflowId}.json`,
    write: async (requester, workflowId, sink) =>
      (await import('./wfformat/document.ts')).writeWfFormat(requester, workflowId, sink),
  },
  trace: {
    description: "a table of attempts with the columns of Nextflow's trace file",
    defaultOutput: (workflowId) => `workflow-${workflowId}.trace.txt`,
    write: async (...given) => (await import('./trace/trace.ts')).writeTrace(...given),
  },
  'ro-crate': {
    description: 'a Workflow Run RO-Crate, a folder or a .zip',
    defaultOutput: (workflowId) => `workflow-${workflowId}-crate`,
  },
} as const satisfies Readonly<Record<string, ExportFormat>>;

export type ExportFormatName = keyof typeof EXPORT_FORMATS;
