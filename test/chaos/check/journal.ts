/** What the tasks themselves wrote down, see task.sh. */
export interface JournalLine {
  readonly what: 'start' | 'end' | 'fail' | 'overlap' | 'crowd';
  readonly task: string;
  readonly workflowRunId: number;
  readonly taskInstanceId: number;
  readonly pid: number;
  /** Seconds since the machine started. */
  readonly time: number;
}

/** All lines in the order in which they were written. */
export function readJournal(text: string): JournalLine[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [what, task, workflowRunId, taskInstanceId, pid, time] = line.split(' ');
      if (time === undefined) throw new Error(`A line of the journal is torn: ${line}`);
      return {
        what: what as JournalLine['what'],
        task: task as string,
        workflowRunId: Number(workflowRunId),
        taskInstanceId: Number(taskInstanceId),
        pid: Number(pid),
        time: Number(time),
      };
    });
}
