/** outcome — what became of a change: done, or refused with the words that a person needs. */

export type Done<T> = { readonly kind: 'done'; readonly value: T };
/** `why` completes "cannot …: "; `advice` says what to do about it. No secret, no line break. */
export type Refused = { readonly kind: 'refused'; readonly why: string; readonly advice: string };

export type Outcome<T> = Done<T> | Refused;

export const done = <T>(value: T): Done<T> => ({ kind: 'done', value });
export const refused = (why: string, advice: string): Refused => ({ kind: 'refused', why, advice });
