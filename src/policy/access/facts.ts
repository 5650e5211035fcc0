/** facts — what the lists say about one sender, recipient or client, in the shape in which the caches keep it. */

export type Verdict = 'allow' | 'block';

export interface Entry {
  /** A login name; `@domain`; empty for the administrator's list. */
  readonly owner: string;
  readonly verdict: Verdict;
  /** Of a client: the length of the network's prefix. Else 0. */
  readonly bits: number;
}

/** Of all owners who have an entry about it. */
export type AccessFacts = readonly Entry[];
