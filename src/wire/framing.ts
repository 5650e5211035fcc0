/** framing — where one message ends and the next begins: a pure function of the bytes so far.
 *
 * Every framing passes the property test "any slicing of a stream gives the same messages". */

export type Frame<M> =
  /** A whole message, and how many bytes it took, counted from `start`. */
  | { readonly kind: 'message'; readonly message: M; readonly used: number }
  /** The bytes end inside a message. */
  | { readonly kind: 'more' }
  /** No continuation can make this a message: `why` goes to the log, the connection goes. */
  | { readonly kind: 'broken'; readonly why: string };

/** Reads the message that begins at `start`. Never throws, never keeps the buffer. */
export type Framing<M> = (bytes: Buffer, start: number) => Frame<M>;

export const more: Frame<never> = Object.freeze({ kind: 'more' });
export const broken = (why: string): Frame<never> => ({ kind: 'broken', why });
