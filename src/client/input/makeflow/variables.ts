/** Variables of a Makeflow file, and where they stand in texts. */

export class Variables {
  readonly #values = new Map<string, string>();
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  set(name: string, value: string): void {
    this.#values.set(name, value);
  }

  /** Of the file, else of the environment. */
  get(name: string): string | undefined {
    return this.#values.get(name) ?? this.#environment[name];
  }

  /** `$NAME`, `${NAME}` and `$(NAME)` become values of the file; others stay, for the shell of the command; `$$` is a dollar. */
  expandCommand(text: string): string {
    return text.replace(VARIABLE, (whole, braces, brackets, plain) => {
      if (whole === '$$') return '$';
      return this.#values.get(braces ?? brackets ?? plain) ?? whole;
    });
  }

  /** As in commands; `unknown` is called with the name of one that has no value anywhere. */
  expandValue(text: string, unknown: (name: string) => Error): string {
    return text.replace(VARIABLE, (whole, braces, brackets, plain) => {
      if (whole === '$$') return '$';
      const name = braces ?? brackets ?? plain;
      const value = this.get(name);
      if (value === undefined) throw unknown(name);
      return value;
    });
  }
}

const VARIABLE = /\$(?:\$|\{([A-Za-z_]\w*)\}|\(([A-Za-z_]\w*)\)|([A-Za-z_]\w*))/g;
