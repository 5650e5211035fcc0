/** open-quotas — what mailboxes use: written as Dovecot reports it, and asked of Dovecot where that is not enough. */

import type { Settings } from './config/settings.ts';
import { doveadmsOf } from './endpoints.ts';
import { type Ground, whenItFits } from './ground.ts';
import { type Counting, createCounting, uncounted } from './quota/counting.ts';
import { createRecount } from './quota/recount.ts';
import { createUsage, type Usage } from './quota/usage.ts';
import { correctUsage, writeUsage } from './quota/write.ts';

export interface OpenQuotas {
  readonly usage: Usage;
  readonly count: Counting['count'];
  /** Puts other warnings in force. */
  apply(settings: Settings): void;
  close(): Promise<void>;
}

export function openQuotas({
  settings,
  database,
  mayRead,
  mayWrite,
  clock,
  log,
  sparing,
}: Ground): OpenQuotas {
  let warnings = settings.quotaWarnings;
  const doveadms = Object.values(doveadmsOf(settings));
  const counting =
    doveadms.length === 0
      ? uncounted
      : createCounting({
          doveadms,
          correct: whenItFits(mayRead, async (counted, at) => {
            if (mayWrite) await correctUsage(database, counted, at, { clock, warnings });
          }),
          clock,
          log: sparing,
        });
  const recount = doveadms.length === 0 ? undefined : createRecount({ count: counting.count, clock });
  const usage = createUsage({
    write: whenItFits(mayRead, (reports) => writeUsage(database, reports, { clock, warnings })),
    onUnsure: recount?.unsure,
    clock,
    log,
  });
  return {
    usage,
    count: counting.count,
    apply(next) {
      warnings = next.quotaWarnings;
    },
    async close() {
      await usage.close();
      recount?.close();
    },
  };
}
