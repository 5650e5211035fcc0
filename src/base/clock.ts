/** clock — the owner of time: everything else is handed a `Clock`, so tests own it too. */

/** Milliseconds on a clock that never jumps; only differences mean anything. */
export type Instant = number;
/** A span of time, in milliseconds. */
export type Milliseconds = number;

export interface Clock {
  /** Monotonic time in milliseconds. */
  now(): Instant;
  /** Wall-clock time, for timestamps that people and databases read. */
  date(): Date;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
};

/** CLOCK_MONOTONIC in whole microseconds, as every process of this host counts it. */
export const monotonicMicroseconds = (): bigint => process.hrtime.bigint() / 1000n;

/** Whole days since 1970. */
export const daysOf = (date: Date): number => Math.floor(date.getTime() / hours(24));

export const seconds = (n: number): Milliseconds => n * 1000;
export const minutes = (n: number): Milliseconds => seconds(60 * n);
export const hours = (n: number): Milliseconds => minutes(60 * n);
