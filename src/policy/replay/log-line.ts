/** log-line — a line of Postfix in a mail log, taken apart.
 *
 * Time is written as syslog does (`Nov 29 08:00:01`, without a year, in this host's zone), as rsyslog of Debian 12 and
 * 13 does (`2026-11-29T08:00:01.123456+01:00`), or as `journalctl -o short-iso` does (`…+0100`).
 *
 * source   postfix msg_syslog.c, postlogd(8); mail_queue.h: queue ids, the long ones without vowels */

import type { Instant } from '../../base/clock.ts';

export interface LogLine {
  readonly at: Instant;
  /** As its syslog calls itself. */
  readonly host: string;
  /** `postfix/submission/smtpd`: syslog_name, and the program. */
  readonly name: string;
  readonly program: string;
  readonly pid: string;
  /** Empty where the line is about no message. */
  readonly queueId: string;
  readonly text: string;
}

const LINE =
  /^(?<stamp>\d{4}-\d\d-\d\dT\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) (?<host>\S+) (?<name>\S+\/(?<program>[a-z]+))\[(?<pid>\d+)\]: (?:(?<queueId>[\dA-F]{5,}|[\dB-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,}|NOQUEUE): )?(?<text>.*)$/u;

/** Undefined for what is no line of Postfix. */
export function createLogLines(now: Date): (line: string) => LogLine | undefined {
  const momentOf = createMoments(now);
  return (line) => {
    const { stamp, host = '', name, program, pid, queueId = '', text } = LINE.exec(line)?.groups ?? {};
    if (stamp === undefined || name === undefined || program === undefined) return undefined;
    const at = momentOf(stamp);
    if (Number.isNaN(at)) return undefined;
    const id = queueId === 'NOQUEUE' ? '' : queueId;
    return { at, host, name, program, pid: pid ?? '', queueId: id, text: text ?? '' };
  };
}

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
const A_DAY = 86_400_000;

/** The year that is not written is the latest in which the log does not begin in the future; it turns with the months. */
function createMoments(now: Date): (stamp: string) => Instant {
  let year: number | undefined;
  let month = 0;
  let last = { stamp: '', at: 0 };

  function withoutYear(stamp: string): Instant {
    const named = MONTHS.indexOf(stamp.slice(0, 3)) / 3;
    const [day, hour, minute, second] = stamp.slice(4).split(/[ :]+/u).filter(Boolean).map(Number);
    const inYear = (one: number) => new Date(one, named, day, hour, minute, second).getTime();
    if (!Number.isInteger(named) || named < 0) return Number.NaN;
    year ??= inYear(now.getFullYear()) > now.getTime() + A_DAY ? now.getFullYear() - 1 : now.getFullYear();
    if (named < month - 6) year += 1;
    month = named;
    return inYear(year);
  }

  return (stamp) => {
    if (stamp !== last.stamp) {
      last = { stamp, at: /^\d/u.test(stamp) ? Date.parse(stamp) : withoutYear(stamp) };
    }
    return last.at;
  };
}
