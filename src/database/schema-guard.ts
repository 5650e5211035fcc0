/** schema-guard — keeps a daemon from reading a schema that it would misread.
 *
 * Checked at the start, and again whenever the database came back or announced that everything
 * changed, which a migration does. A database that is away is no verdict: it is asked again every
 * second, and so is a schema that does not fit yet.
 *
 * limits   one check at a time, however often everything changes */

import { unreachable } from '../base/answer.ts';
import { type Milliseconds, seconds } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { reasonOf } from '../base/text.ts';
import { type Compatibility, checkCompatible } from './migrate.ts';

export interface SchemaGuard {
  /** False until a check has seen a schema that fits. */
  fits(): boolean;
  /** The check at the start: rejects with one clear sentence when the schema does not fit. */
  checkAtStart(): Promise<void>;
  /** Every later check. Never rejects: see `mustEnd` and the log. */
  checkAgain(): Promise<void>;
  /** Resolves with the reason when a newer dovetail has left nothing for this one to read. */
  readonly mustEnd: Promise<string>;
  close(): void;
}

export interface SchemaGuardParts {
  readonly url: string;
  readonly log: Log;
  /** Rejects when the database is away. */
  readonly check?: () => Promise<Compatibility>;
  readonly askAgainAfter?: Milliseconds;
}

type Verdict =
  | { readonly kind: 'fits'; readonly warning?: string }
  | { readonly kind: 'wait'; readonly why: string }
  | { readonly kind: 'end'; readonly why: string }
  | { readonly kind: 'away'; readonly why: string };

export function createSchemaGuard({
  url,
  log,
  check = () => checkCompatible({ url }),
  askAgainAfter = seconds(1),
}: SchemaGuardParts): SchemaGuard {
  let isFitting = false;
  let isClosed = false;
  let underWay: Promise<void> | undefined;
  let isOutdated = false;
  let retry: NodeJS.Timeout | undefined;
  let told = '';
  let end: (why: string) => void;
  const mustEnd = new Promise<string>((resolve) => {
    end = resolve;
  });

  const judge = (): Promise<Verdict> =>
    check().then(verdictOn, (error: unknown) => ({ kind: 'away', why: reasonOf(error) }));

  /** What is the case for an hour is one line, not one a second. */
  function tell(level: 'warn' | 'error', event: string, why: string): void {
    if (told !== event + why) log[level](event, { why });
    told = event + why;
  }

  function settle(verdict: Verdict): void {
    clearTimeout(retry);
    switch (verdict.kind) {
      case 'fits':
        isFitting = true;
        if (verdict.warning) tell('warn', 'schema.newer', verdict.warning);
        else told = '';
        break;
      case 'away':
        tell('warn', 'schema.unchecked', verdict.why);
        askLater();
        break;
      case 'wait':
        tell('error', 'schema.unfit', verdict.why);
        askLater();
        break;
      case 'end':
        tell('error', 'schema.unfit', verdict.why);
        end(verdict.why);
        break;
      default:
        unreachable(verdict);
    }
  }

  /** Nobody may tell us that it is different now: there are servers on which one cannot listen. */
  function askLater(): void {
    if (isClosed) return;
    retry = setTimeout(() => void checkAgain(), askAgainAfter);
    retry.unref();
  }

  /** A check that had begun before the last change says nothing of it. */
  async function checkUntilCurrent(): Promise<void> {
    do {
      isOutdated = false;
      settle(await judge());
    } while (isOutdated && !isClosed);
  }

  function checkAgain(): Promise<void> {
    isOutdated = true;
    underWay ??= checkUntilCurrent().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return {
    fits: () => isFitting,
    mustEnd,
    async checkAtStart() {
      const verdict = await judge();
      if (verdict.kind === 'wait' || verdict.kind === 'end') throw new Error(verdict.why);
      settle(verdict);
    },
    checkAgain,
    close() {
      isClosed = true;
      clearTimeout(retry);
    },
  };
}

function verdictOn(found: Compatibility): Verdict {
  switch (found.kind) {
    case 'ok':
      return { kind: 'fits' };
    case 'newer':
      return { kind: 'fits', warning: `a newer dovetail has ${deedsOf(found)}` };
    case 'behind':
      return {
        kind: 'wait',
        why: 'the schema is not there yet, or older than this dovetail: run dovetail migrate up',
      };
    case 'breaking':
      return {
        kind: 'end',
        why: `a newer dovetail has applied ${found.unknown.join(', ')}, which this one would misread: install the newer one`,
      };
    default:
      return unreachable(found);
  }
}

const deedsOf = ({ unknown, views }: Extract<Compatibility, { kind: 'newer' }>): string =>
  unknown.length > 0 ? `applied ${unknown.join(', ')}` : `made the views (${views})`;
