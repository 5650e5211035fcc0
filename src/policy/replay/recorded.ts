/** recorded — a request that Postfix made once, or would have made, as a file tells it. */

import type { Instant } from '../../base/clock.ts';
import type { PolicyRequest } from '../request.ts';

export interface Recorded {
  /** When, on the wall clock; undefined where the file does not tell. */
  readonly at: Instant | undefined;
  readonly request: PolicyRequest;
  /** What became of it, in the log's words; undefined where the file does not tell. */
  readonly fate: string | undefined;
}

/** Takes lines without their line feed, and gives what they complete. */
export interface Recording {
  take(line: string): readonly Recorded[];
  /** What is left when the last line was taken. */
  end(): readonly Recorded[];
  /** What the lines told of and could not be made a request of, by reason. */
  readonly skipped: ReadonlyMap<string, number>;
}
