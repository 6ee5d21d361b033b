/** Ctrl-C and its like: asks first where somebody can answer, and stops the run cleanly. */
import { createInterface } from 'node:readline';

export interface Interrupts {
  /** Aborted when the run is to stop. */
  readonly signal: AbortSignal;
  /** The exit code for the signal that stopped the run, or undefined while none did. */
  readonly exitCode: number | undefined;
  /** From now on every signal stops at once: there is nothing left to lose. */
  stopAsking(): void;
  dispose(): void;
}

export interface InterruptOptions {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Called while a question is on the screen (true) and when it was answered (false), so that nothing overwrites it. */
  onQuestion(open: boolean): void;
  /** Called once when the run begins to stop. */
  onStop(): void;
  readonly process?: Pick<NodeJS.Process, 'on' | 'off'>;
}

/** What a shell reports for a process that a signal ended. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
type StopSignal = keyof typeof EXIT_CODES;

const QUESTION = 'Stop this run? Running tasks are ended; you can resume it. [y/N] ';

/**
 * Watches for signals until disposed. The first Ctrl-C on a terminal asks; a second one, or any signal where nobody can
 * answer, stops.
 */
export function watchInterrupts({
  input,
  output,
  onQuestion,
  onStop,
  process: source = process,
}: InterruptOptions): Interrupts {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let closeQuestion: (() => void) | undefined;
  let mayAsk = input.isTTY === true && output.isTTY === true;

  const stop = (signal: StopSignal) => {
    closeQuestion?.();
    if (controller.signal.aborted) return;
    exitCode = EXIT_CODES[signal];
    onStop();
    controller.abort();
  };
  const ask = () => {
    onQuestion(true);
    const prompt = createInterface({ input, output });
    closeQuestion = () => {
      closeQuestion = undefined;
      prompt.close();
      onQuestion(false);
    };
    prompt.once('SIGINT', () => {
      output.write('\n');
      stop('SIGINT');
    });
    // The terminal is gone (or its user pressed Ctrl-D): no answer is a no.
    prompt.once('close', () => closeQuestion?.());
    prompt.question(QUESTION, (answer) => {
      closeQuestion?.();
      if (/^y(es)?$/i.test(answer.trim())) stop('SIGINT');
    });
  };

  const onSignal = (signal: StopSignal) => {
    const isFirst = closeQuestion === undefined && !controller.signal.aborted;
    if (signal === 'SIGINT' && mayAsk && isFirst) ask();
    else stop(signal);
  };
  for (const signal of Object.keys(EXIT_CODES)) source.on(signal, onSignal);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    stopAsking() {
      mayAsk = false;
      closeQuestion?.();
    },
    dispose() {
      closeQuestion?.();
      for (const signal of Object.keys(EXIT_CODES)) source.off(signal, onSignal);
    },
  };
}
