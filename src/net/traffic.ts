/** traffic — what one listener has done so far, counted while it works and read when somebody asks. */

import { createHistogram, type Distribution, type Histogram } from '../base/tally.ts';

export interface Traffic {
  /** Accepted so far. */
  connections: number;
  /** Requests that memory answered in the same instant. */
  immediate: number;
  /** Seconds until the answer of all other requests. */
  readonly waited: Histogram;
  /** Answers that did not come in time. */
  overdue: number;
  /** Answers that failed for a bug. */
  failed: number;
  /** Peers that sent what is no message. */
  broken: number;
}

export type TrafficReport = Readonly<Omit<Traffic, 'waited'>> & {
  readonly waited: Distribution;
  /** Connections now. */
  readonly open: number;
};

/** Seconds: from a query that is answered at once to the deadline of an answer. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export const createTraffic = (): Traffic => ({
  connections: 0,
  immediate: 0,
  waited: createHistogram(BOUNDS),
  overdue: 0,
  failed: 0,
  broken: 0,
});

export const reportOf = (traffic: Traffic, open: number): TrafficReport => ({
  ...traffic,
  waited: traffic.waited.read(),
  open,
});
