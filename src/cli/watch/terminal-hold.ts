/** Holding a terminal: its keys come one by one, and on every way out it is as it was. */
import { emitKeypressEvents } from 'node:readline';
import type { Key } from './interaction.ts';

interface TerminalInput {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

export interface HoldOptions {
  readonly input: NodeJS.ReadableStream & TerminalInput;
  readonly output: NodeJS.EventEmitter;
  onKey(key: Key): void;
  /** The terminal has another size. */
  onResize(): void;
  /** Something ends the process, or asks it to: 128 and the number of the signal. */
  onStop(exitCode: number): void;
  /** The terminal is given back for a while (true), or is ours again. */
  onSuspend(isSuspended: boolean): void;
  /** The process ends whatever anybody does. */
  onExit(): void;
  readonly process?: Pick<NodeJS.Process, 'on' | 'off' | 'kill'>;
}

/** What a shell reports for a process that a signal ended. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Whether keys can be read from it one by one. */
export function hasKeys(input: TerminalInput): boolean {
  return input.isTTY === true && input.setRawMode !== undefined;
}

/** Holds the terminal until the returned function is called. */
export function holdTerminal(options: HoldOptions): () => void {
  const { input, output, process: source = process } = options;
  const keyed = hasKeys(input);
  const setRaw = (isRaw: boolean) => {
    if (keyed) input.setRawMode?.(isRaw);
  };
  const onKeypress = (_text: string | undefined, key: Key & { readonly ctrl?: boolean }) => {
    if (!key.ctrl) return options.onKey(key);
    if (key.name === 'c') options.onStop(EXIT_CODES.SIGINT);
    if (key.name === 'z') suspend();
    if (key.name === 'l') options.onResize();
  };
  /** What the terminal itself does at Ctrl-Z while its keys do not come one by one: it stops the whole job. */
  const suspend = () => {
    setRaw(false);
    options.onSuspend(true);
    source.kill(0, 'SIGTSTP');
  };
  const listeners = [
    ...Object.entries(EXIT_CODES).map(([signal, code]) => [signal, () => options.onStop(code)] as const),
    [
      'SIGCONT',
      () => {
        setRaw(true);
        options.onSuspend(false);
      },
    ] as const,
    ['exit', options.onExit] as const,
  ];
  for (const [event, listener] of listeners) source.on(event, listener);
  output.on('resize', options.onResize);
  if (keyed) {
    emitKeypressEvents(input);
    input.on('keypress', onKeypress);
    setRaw(true);
    input.resume();
  }
  return () => {
    for (const [event, listener] of listeners) source.off(event, listener);
    output.off('resize', options.onResize);
    if (!keyed) return;
    input.off('keypress', onKeypress);
    setRaw(false);
    input.pause();
  };
}
