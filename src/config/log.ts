/** log — writes events: JSON lines for machines, readable lines on a terminal.
 *
 * source   pino; one object a line, the event's name under `event`
 * limits   a reader that stalls does not stop the daemon: past 4 MiB waiting, lines are dropped
 *
 * Levels and fields: base/log.ts. Nothing is redacted here; parts never hand in a secret. */

import pc from 'picocolors';
import { type DestinationStream, pino } from 'pino';
import type { Log, LogFields } from '../base/log.ts';
import { printable } from '../base/text.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogOptions {
  readonly level: LogLevel;
  /** Readable lines instead of JSON; by default when stdout is a terminal. */
  readonly pretty?: boolean;
  /** Where lines go; stdout unless told otherwise. */
  readonly to?: DestinationStream;
}

const MAX_WAITING = 4 * 2 ** 20;

export interface LevelledLog extends Log {
  /** The least important event that is written from now on. */
  setLevel(level: LogLevel): void;
}

export function createLog(options: LogOptions): LevelledLog {
  const out = options.to ?? pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING });
  const pretty = options.pretty ?? (options.to === undefined && process.stdout.isTTY);
  const logger = pino(
    {
      level: options.level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pretty ? { write: (line) => out.write(readable(line)) } : out,
  );
  return {
    debug: (event, fields) => logger.debug({ event, ...fields }),
    info: (event, fields) => logger.info({ event, ...fields }),
    warn: (event, fields) => logger.warn({ event, ...fields }),
    error: (event, fields) => logger.error({ event, ...fields }),
    setLevel: (level) => {
      logger.level = level;
    },
  };
}

const COLOURS = {
  debug: pc.dim,
  info: pc.cyan,
  warn: pc.yellow,
  error: pc.red,
} as const;

/** `14:03:07.221 info  daemon.ready sockets=2` */
function readable(line: string): string {
  const { time, level, event, ...fields } = JSON.parse(line) as LogFields;
  const colour = COLOURS[level as LogLevel];
  const rest = Object.entries(fields).map(([name, value]) => `${pc.dim(`${name}=`)}${wordOf(value)}`);
  return `${[String(time).slice(11, 23), colour(String(level).padEnd(5)), String(event), ...rest].join(' ')}\n`;
}

function wordOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=]+$/u.test(text) ? printable(text, 1000) : printable(JSON.stringify(text), 1000);
}
