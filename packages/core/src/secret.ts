/**
 * A key or token that cannot be printed by accident: turning it into text or JSON gives `[secret]`, inspecting it shows
 * nothing, and the value is read by {@link Secret.reveal} only, at the place that sends it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** Replaces every occurrence of the value in a text, such as an error body in which a server repeats the key. */
  redact(text: string): string {
    return this.#value.length < 4 ? text : text.replaceAll(this.#value, '[secret]');
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }
}
