/** A question that has to be answered with yes before something happens. */
import { createInterface } from 'node:readline';
import type { CommandContext } from '../context.ts';

type Terminal = Pick<CommandContext, 'input' | 'output'>;

/** Whether somebody is there to be asked. */
export function canAsk({ input, output }: Terminal): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/** Asks `question`; anything but y or yes is a no, and so are the end of the input and Ctrl-C. */
export function confirm(question: string, { input, output }: Terminal): Promise<boolean> {
  const prompt = createInterface({ input, output });
  return new Promise((resolve) => {
    let answer: string | undefined;
    prompt.once('SIGINT', () => prompt.close());
    prompt.once('close', () => {
      if (answer === undefined) output.write('\n');
      resolve(/^y(es)?$/i.test(answer?.trim() ?? ''));
    });
    prompt.question(`${question} [y/N] `, (given) => {
      answer = given;
      prompt.close();
    });
  });
}
