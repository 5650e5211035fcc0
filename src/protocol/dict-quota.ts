/** dict-quota — the dict `quota`: what each mailbox uses, as Dovecot's quota_clone and its quota driver `dict` write it.
 *
 *   priv/quota/storage     bytes        priv/quota/messages     a count
 *
 * A set is a total, an increment a difference. What is unset before it is set again (quota_clone_unset,
 * a recalculation) is nothing of its own; what is only unset is 0.
 *
 * source   dovecot quota-clone-plugin.c (2.3, 2.4), quota-dict.c (2.3)
 * bugs     usage is not read back: look-ups are answered F, so `doveadm quota get` needs `quota = count` */

import { later, type Soon } from '../base/answer.ts';
import type { Recorded, Report, UsageType } from '../quota/waiting.ts';
import type { Dict } from './dict.ts';
import type { Change, Kept } from './dict-transaction.ts';

/** Writes everything that one user reports. Never rejects. */
export type RecordUsage = (login: string, reports: readonly Report[]) => Promise<Recorded>;

const TYPES: Readonly<Record<string, UsageType>> = {
  'priv/quota/storage': 'storage',
  'priv/quota/messages': 'messages',
};

export function quotaDict(record: RecordUsage): Dict {
  return {
    lookup: () => later('usage is written here, not read'),
    write(changes, user): Soon<Kept> {
      if (changes.length === 0) return { kind: 'kept' };
      if (user === '' || user.includes('\0')) return failed('whose quota it is was not said');
      const reports = new Map<UsageType, Report>();
      for (const change of changes) {
        const type = Object.hasOwn(TYPES, change.path) ? TYPES[change.path] : undefined;
        if (!type) return failed('there is no such key');
        const report = reportOf(user.toLowerCase(), type, change, reports.get(type));
        if (!report) return failed('this is no number of bytes or messages');
        reports.set(type, report);
      }
      return record(user.toLowerCase(), [...reports.values()]).then(keptOf);
    },
  };
}

const failed = (why: string): Kept => ({ kind: 'failed', why });

function reportOf(
  login: string,
  type: UsageType,
  change: Change,
  before: Report | undefined,
): Report | undefined {
  if (change.kind === 'unset') return { login, type, how: 'is', amount: 0 };
  if (change.kind === 'set') {
    const amount = /^\d{1,16}$/u.test(change.value) ? Number(change.value) : Number.NaN;
    return Number.isSafeInteger(amount) ? { login, type, how: 'is', amount } : undefined;
  }
  const amount = Number(change.difference) + (before?.amount ?? 0);
  return Number.isSafeInteger(amount) ? { login, type, how: before?.how ?? 'adds', amount } : undefined;
}

function keptOf(recorded: Recorded): Kept {
  if (recorded.kind === 'written') return { kind: 'kept' };
  return { kind: recorded.kind === 'refused' ? 'failed' : 'uncertain', why: recorded.why };
}
