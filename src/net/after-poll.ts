/** after-poll — runs work when everything that has arrived by now was read.
 *
 * Immediates run after a poll for input: the first after the current one, the second after a
 * poll that began later than this call. */

export function afterNextPoll(work: () => void): void {
  setImmediate(() => setImmediate(work));
}
