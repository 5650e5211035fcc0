/** audience — whether anybody still waits for an answer. An AbortController tells the same, and costs what a tenth of a
 * remembered login does. */

export class Audience {
  private listeners: Set<() => void> | undefined;
  private hasLeft = false;

  get isGone(): boolean {
    return this.hasLeft;
  }

  /** Nobody waits any more. */
  leave(): void {
    this.hasLeft = true;
    for (const listener of this.listeners ?? []) listener();
    this.listeners = undefined;
  }

  onLeave(listener: () => void): void {
    this.listeners ??= new Set();
    this.listeners.add(listener);
  }

  offLeave(listener: () => void): void {
    this.listeners?.delete(listener);
  }
}
