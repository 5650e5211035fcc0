/** answer — the one vocabulary of every lookup: found, absent, or later.
 *
 * `absent` must be proven by an empty result; whatever is unknown is `later`. Only the last
 * line of a protocol turns an answer into the peer's words (Postfix keeps the same three
 * apart, see dict_open.c). */

export type Found<T> = { readonly kind: 'found'; readonly value: T };
export type Absent = { readonly kind: 'absent' };
/** `why` is for the log and the peer's log: one line, no secret, no line break. */
export type Later = { readonly kind: 'later'; readonly why: string };

export type Answer<T> = Found<T> | Absent | Later;

/** Ready at once from the cache, or a promise. The hot path never waits for a tick. */
export type Soon<T> = T | Promise<T>;

export const absent: Absent = Object.freeze({ kind: 'absent' });
export const found = <T>(value: T): Found<T> => ({ kind: 'found', value });
export const later = (why: string): Later => ({ kind: 'later', why });

/** Goes on with what may be ready, at once if it is. */
export const andThen = <T, U>(soon: Soon<T>, next: (value: T) => Soon<U>): Soon<U> =>
  soon instanceof Promise ? soon.then(next) : next(soon);

/** The compiler proves that it is never reached: the end of every whole `switch`. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
