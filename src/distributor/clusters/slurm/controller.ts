/** What the plug-in asks of Slurm, whatever the way to it. */

export interface SlurmController {
  /**
   * Submits a job array and gives its id.
   * @throws SubmissionRefused or ClusterBusy when the controller said so; ClusterUnreachable in every other case, in which
   * it may have taken the array all the same.
   */
  submit(request: JobRequest): Promise<string>;
  /**
   * Every job of ours that the controller knows, in one call: waiting, running, and those that ended some minutes ago.
   * @throws ClusterUnreachable
   */
  jobs(): Promise<readonly ControllerJob[]>;
  /** What accounting knows of arrays; it lags behind by seconds. @throws ClusterUnreachable */
  accounts(arrayIds: readonly string[]): Promise<readonly AccountedJob[]>;
  /** Begins to end jobs; those that are gone or unknown are no error. @throws ClusterUnreachable */
  cancel(ids: readonly string[]): Promise<void>;
  /** @throws ClusterUnreachable */
  limits(): Promise<ControllerLimits>;
  /** @throws ClusterUnreachable */
  partitions(): Promise<readonly Partition[]>;
}

/** One job array: all its elements run the same script. */
export interface JobRequest {
  readonly name: string;
  readonly script: string;
  /** Indexes of the elements. */
  readonly indexes: readonly number[];
  readonly cores: number;
  /** MiB on the node. Never 0, which would mean all of it. */
  readonly memory: number;
  /** Never 0, which would mean no limit. */
  readonly minutes: number;
  /** By which a submission is found again. */
  readonly comment: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly directory: string;
  readonly queue: string | undefined;
  /** Other options by Slurm's own long names. */
  readonly options: Readonly<Record<string, string>>;
  /** Variables that every element gets beside our own environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/** `<array id>_<index>` is `id`; states and reasons are Slurm's own words. */
export interface ControllerJob {
  readonly id: string;
  readonly state: string;
  /** Why it waits, or how it ended; `None` where there is nothing to say. */
  readonly reason: string;
  readonly comment: string;
}

export interface AccountedJob {
  readonly id: string;
  readonly state: string;
  /** Null where nobody knows it. */
  readonly exitCode: number | null;
  /** Signal that ended it; 0: none. */
  readonly signal: number;
  /** Seconds. */
  readonly elapsed: number;
  /** Seconds of all its processes; null where it was not measured. */
  readonly cpu: number | null;
  /** Bytes: the highest sample of any step; null where none was taken. */
  readonly maxrss: number | null;
  readonly nodes: string;
  /** Empty where the cluster does not keep comments. */
  readonly comment: string;
}

export interface ControllerLimits {
  /** Highest index of an array, plus one. */
  readonly maxArraySize: number;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly killWait: number;
}

/** What a queue allows one job; undefined: no limit. */
export interface Partition {
  readonly name: string;
  readonly cores: number | undefined;
  /** MiB on a node. */
  readonly memory: number | undefined;
  /** Seconds. */
  readonly runtime: number | undefined;
}
