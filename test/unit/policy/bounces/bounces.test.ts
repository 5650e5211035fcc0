/** Lines of a log, and whose password they speak against. */

import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CredentialFacts } from '../../../../src/auth/facts.ts';
import { createMemoryStore } from '../../../../src/auth/guessing/memory-store.ts';
import { createSubmissions } from '../../../../src/auth/submissions.ts';
import { silent } from '../../../../src/base/log.ts';
import { createTally } from '../../../../src/base/tally.ts';
import type { FactCache } from '../../../../src/database/facts.ts';
import { createBounces } from '../../../../src/policy/bounces/bounces.ts';
import { createSenders } from '../../../../src/policy/bounces/senders.ts';
import { type Limit, type LimitFacts, limitsInForce } from '../../../../src/policy/limits/limit.ts';
import { createMemoryCounts } from '../../../../src/policy/limits/memory-counts.ts';
import type { Mode } from '../../../../src/policy/rule.ts';

const ALICE = 'alice@example.org';
const IP = '192.0.2.7';
const phone = {
  id: '17',
  service: 'smtp',
  label: 'phone',
  isSuspended: false,
  restoredAt: null,
  changedAt: '1',
};
const desk = { ...phone, id: '18', label: 'desk' };
const limit = (max: number, window = 3_600_000): Limit => ({
  ...{ by: 'credential', counter: 'bounces', window, max, isPermanent: false, suspends: true },
});

let time: number;
let passwords: Record<string, typeof phone>;
let limits: readonly Limit[];
let mode: Mode;
let share: number;
let suspended: unknown[];
let shadows: unknown[];
beforeEach(() => {
  time = 1_700_000_000_000;
  passwords = { phone, desk };
  [limits, mode, share, suspended, shadows] = [[limit(3)], 'enforce', 50, [], []];
});

const factsBy = <V>(of: (key: string) => V | undefined): FactCache<V> => ({
  peek: (key) => ({ kind: 'known', value: of(key), lastKnown: false }),
  load: async () => new Map(),
});

function open(maxMessages?: number) {
  const now = () => time;
  const submissions = createSubmissions({ store: createMemoryStore({ now }), now });
  const facts = {
    submissions,
    credentials: factsBy((login) =>
      login === ALICE ? (Object.values(passwords) as unknown as CredentialFacts[]) : undefined,
    ),
    // He may log in as `alice` too.
    limits: factsBy((name): LimitFacts | undefined =>
      [ALICE, 'alice'].includes(name) ? { login: ALICE, domain: 'example.org', limits } : undefined,
    ),
  };
  const tally = createTally();
  const bounces = createBounces({
    ...facts,
    senders: createSenders({ ...facts, ...(maxMessages === undefined ? {} : { maxMessages }) }),
    counts: createMemoryCounts({ now }),
    suspend: ({ whose }, why, details) => void suspended.push([whose.credential, why, details]),
    modeOf: () => mode,
    shareFrom: () => share,
    date: new Date(time),
    log: { ...silent, info: (event, fields) => void shadows.push([event, fields]) },
    tally,
  });
  const outcomes = () => Object.fromEntries(tally.read().map(({ labels, count }) => [labels.join(), count]));
  return { ...bounces, submissions, outcomes };
}
type Open = ReturnType<typeof open>;

const line = (program: string, id: string, text: string, pid = 10) =>
  `Nov 29 08:34:53 mail postfix/${program}[${pid}]: ${id}: ${text}`;
const takenBy = (id: string, pid = 10, login = ALICE, ip = IP) =>
  line('submission/smtpd', id, `client=unknown[${ip}], sasl_method=PLAIN, sasl_username=${login}`, pid);
const settled = (id: string, to: string, dsn: string, end: string) =>
  line(
    'smtp',
    id,
    `to=<${to}@y.example>, relay=mx[192.0.2.9]:25, delay=1, delays=1/0/0/0, dsn=${dsn}, ${end}`,
  );
const refused = (id: string, to: string) =>
  settled(
    id,
    to,
    '5.1.1',
    'status=bounced (host mx[192.0.2.9] said: 550 5.1.1 no (in reply to RCPT TO command))',
  );
const sent = (id: string, to: string) => settled(id, to, '2.0.0', 'status=sent (250 2.0.0 ok)');
const removed = (id: string) => line('qmgr', id, 'removed');
const logIn = ({ submissions }: Open, which: 'phone' | 'desk', pid = 10, ip = IP) =>
  submissions.begin({ user: ALICE, ip, servedBy: String(pid) }, passwords[which]);
const upTo = (many: number): string[] => Array.from({ length: many }, (_, n) => `r${n}`);

const WHY = '4 bounces in 60 minutes, of 3: 100 % of all recipients';
const PHONE = 'password 17 (phone) of alice@example.org';

describe('a password with which mail is sent to many who do not exist', () => {
  test('is suspended, with the words and the client', async () => {
    const all = open();
    logIn(all, 'phone');
    await all.take([takenBy('4AAAA1'), ...upTo(3).map((to) => refused('4AAAA1', to))]);
    expect(suspended).toEqual([]);
    await all.take([refused('4AAAA1', 'r3')]);
    expect(suspended).toEqual([
      [PHONE, WHY, { counter: 'bounces', used: 4, limit: 3, window: 3600, share: 100, client: IP }],
    ]);
    expect(all.outcomes()).toEqual({ counted: 4 });
  });

  test('is that of the session, and of the message, whatever comes between', async () => {
    const all = open();
    logIn(all, 'phone', 10);
    logIn(all, 'desk', 11);
    const lines = upTo(3).flatMap((to) => [refused('4AAAA1', to), refused('4BBBB2', `other-${to}`)]);
    await all.take([takenBy('4AAAA1', 10), takenBy('4BBBB2', 11), ...lines]);
    expect(suspended).toEqual([]);
    await all.take([sent('4AAAA1', 'zoe'), refused('4BBBB2', 'r3')]);
    expect(suspended).toMatchObject([['password 18 (desk) of alice@example.org', WHY, {}]]);
  });

  test('is told by the name with which he logs in', async () => {
    const all = open();
    logIn(all, 'phone');
    await all.take([takenBy('4AAAA1', 10, 'Alice'), ...upTo(4).map((to) => refused('4AAAA1', to))]);
    expect(suspended).toMatchObject([[PHONE, WHY, {}]]);
  });

  test('is not suspended again while it is', async () => {
    const all = open();
    logIn(all, 'phone');
    passwords.phone = { ...phone, isSuspended: true };
    await all.take([takenBy('4AAAA1'), ...upTo(9).map((to) => refused('4AAAA1', to))]);
    expect(suspended).toEqual([]);
  });

  test('is only written about in shadow, and left alone where the rule is off', async () => {
    for (const one of ['shadow', 'off'] as const) {
      mode = one;
      const all = open();
      logIn(all, 'phone');
      await all.take([takenBy('4AAAA1'), ...upTo(4).map((to) => refused('4AAAA1', to))]);
    }
    expect(suspended).toEqual([]);
    expect(shadows).toMatchObject([
      [
        'policy.shadow',
        {
          rule: 'sudden-spread',
          sasl: ALICE,
          reply: expect.stringContaining(WHY),
          because: { whose: PHONE },
        },
      ],
    ]);
  });
});

describe('nothing is suspended', () => {
  test('for few among many', async () => {
    const all = open();
    logIn(all, 'phone');
    await all.take([
      takenBy('4AAAA1'),
      ...upTo(9).flatMap((to) => [
        sent('4AAAA1', `${to}-is`),
        sent('4AAAA1', `${to}-too`),
        refused('4AAAA1', to),
      ]),
    ]);
    expect(suspended).toEqual([]);
    share = 33;
    await all.take([refused('4AAAA1', 'r9')]);
    expect(suspended).toMatchObject([[PHONE, '10 bounces in 60 minutes, of 3: 35 % of all recipients', {}]]);
  });

  test('for one address that is written to again and again', async () => {
    const all = open();
    logIn(all, 'phone');
    for (let n = 0; n < 20; n += 1) await all.take([takenBy(`4AAAA${n}`), refused(`4AAAA${n}`, 'zoe')]);
    expect(suspended).toEqual([]);
  });

  test('for what came back within a longer time', async () => {
    const all = open();
    logIn(all, 'phone');
    await all.take([takenBy('4AAAA1')]);
    for (const to of upTo(20)) {
      await all.take([refused('4AAAA1', to)]);
      time += 1_500_000;
    }
    expect(suspended).toEqual([]);
  });

  test('where no limit is in force', async () => {
    limits = [];
    const all = open();
    logIn(all, 'phone');
    await all.take([takenBy('4AAAA1'), ...upTo(9).map((to) => refused('4AAAA1', to))]);
    expect(suspended).toEqual([]);
    expect(all.outcomes()).toEqual({ unlimited: 9 });
  });

  test('of who is not ours, who did not log in, and of what began before', async () => {
    const all = open();
    logIn(all, 'phone');
    const stranger = line('smtpd', '4CCCC3', 'client=unknown[192.0.2.8]');
    await all.take([takenBy('4AAAA1', 10, 'bob@example.net'), stranger]);
    for (const id of ['4AAAA1', '4CCCC3', '4DDDD4']) await all.take(upTo(4).map((to) => refused(id, to)));
    expect(suspended).toEqual([]);
    expect(all.outcomes()).toEqual({ foreign: 12 });
  });

  test('for what is read of a message that is gone, whose short queue id is used again', async () => {
    const all = open();
    logIn(all, 'phone');
    const stranger = line('pickup', '4AAAA1', 'uid=0 from=<root>');
    await all.take([takenBy('4AAAA1'), sent('4AAAA1', 'zoe'), removed('4AAAA1'), stranger]);
    await all.take(upTo(4).map((to) => refused('4AAAA1', to)));
    expect(suspended).toEqual([]);
  });
});

describe('where the password is not certain', () => {
  const UNKNOWN = 'unknown password of alice@example.org';

  test('because none is known of this process, it is told that nobody knows', async () => {
    const all = open();
    logIn(all, 'phone', 11);
    await all.take([takenBy('4AAAA1', 10), ...upTo(4).map((to) => refused('4AAAA1', to))]);
    expect(suspended).toMatchObject([[UNKNOWN, WHY, {}]]);
    expect(all.outcomes()).toEqual({ uncertain: 4 });
  });

  test('because the process has served another password since, too', async () => {
    const all = open();
    logIn(all, 'phone');
    logIn(all, 'desk');
    await all.take([takenBy('4AAAA1'), ...upTo(4).map((to) => refused('4AAAA1', to))]);
    expect(suspended).toMatchObject([[UNKNOWN, WHY, {}]]);
  });
});

describe('nothing is counted against a password', () => {
  test.each([
    ['that was restored', { restoredAt: '2026-11-29 08:30:00+00' }],
    ['that is another one', { changedAt: '2' }],
  ])('%s since the mail was sent; but what is sent after it is', async (_, change) => {
    const all = open();
    logIn(all, 'phone');
    await all.take([takenBy('4AAAA1'), ...upTo(3).map((to) => refused('4AAAA1', to))]);
    passwords.phone = { ...phone, ...change } as typeof phone;
    await all.take(['a', 'b', 'c', 'd'].map((to) => refused('4AAAA1', to)));
    expect(suspended).toEqual([]);
    expect(all.outcomes()).toEqual({ counted: 3, forgiven: 4 });
    logIn(all, 'phone', 12);
    await all.take([takenBy('4BBBB2', 12), ...['e', 'f', 'g', 'h'].map((to) => refused('4BBBB2', to))]);
    expect(suspended.at(-1)).toMatchObject([PHONE, expect.anything(), {}]);
  });

  test('that was restored for what was counted before', async () => {
    const all = open();
    logIn(all, 'phone');
    await all.take([takenBy('4AAAA1'), ...upTo(3).map((to) => refused('4AAAA1', to))]);
    passwords.phone = { ...phone, restoredAt: '2026-11-29 08:30:00+00' } as unknown as typeof phone;
    await all.take([takenBy('4BBBB2'), ...['e', 'f', 'g'].map((to) => refused('4BBBB2', to))]);
    expect(suspended).toEqual([]);
    await all.take([refused('4BBBB2', 'h')]);
    expect(suspended).toMatchObject([[PHONE, WHY, {}]]);
  });
});

describe('a content filter', () => {
  test('gives a message back under another id: it counts once', async () => {
    const all = open();
    logIn(all, 'phone');
    const back = line(
      'smtpd',
      '4BBBB2',
      'client=localhost[127.0.0.1], orig_queue_id=4AAAA1, orig_client=unknown[192.0.2.7]',
    );
    await all.take([takenBy('4AAAA1'), back, ...upTo(9).map((to) => sent('4AAAA1', to)), removed('4AAAA1')]);
    await all.take(upTo(4).map((to) => refused('4BBBB2', to)));
    expect(suspended).toMatchObject([[PHONE, WHY, {}]]);
  });

  test('gives one back that is nobody’s: nor is the new one, whatever had its id', async () => {
    const all = open();
    logIn(all, 'phone');
    const back = line(
      'smtpd',
      '4AAAA1',
      'client=localhost[127.0.0.1], orig_queue_id=4EEEE5, orig_client=a[192.0.2.9]',
    );
    await all.take([takenBy('4AAAA1'), back, ...upTo(4).map((to) => refused('4AAAA1', to))]);
    expect(suspended).toEqual([]);
  });
});

test('of more messages than it keeps, the oldest are forgotten', async () => {
  const all = open(2);
  logIn(all, 'phone');
  await all.take(['4AAAA1', '4BBBB2', '4CCCC3'].map((id) => takenBy(id)));
  await all.take(upTo(4).map((to) => refused('4AAAA1', to)));
  expect(all.outcomes()).toEqual({ foreign: 4 });
});

test('a fact that cannot be read counts nothing, and harms nothing', async () => {
  const all = open();
  logIn(all, 'phone');
  await all.take([takenBy('4AAAA1')]);
  const away = { kind: 'later', why: 'away' } as const;
  passwords = new Proxy(passwords, {
    ownKeys: () => {
      throw new Error(away.why);
    },
  });
  await all.take(upTo(9).map((to) => refused('4AAAA1', to)));
  expect(all.outcomes()).toEqual({ later: 9 });
  expect(suspended).toEqual([]);
});

test('garbage is no line', async () => {
  const all = open();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' })), (lines) => all.take(lines)),
    { numRuns: 100 },
  );
  expect(all.outcomes()).toEqual({});
});

test('the lines may come in any pieces', async () => {
  const lines = [takenBy('4AAAA1'), ...upTo(4).map((to) => refused('4AAAA1', to)), removed('4AAAA1')];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1 }), async (sizes) => {
      suspended = [];
      const all = open();
      logIn(all, 'phone');
      for (let at = 0, n = 0; at < lines.length; n += 1) {
        const size = sizes[n % sizes.length] as number;
        await all.take(lines.slice(at, at + size));
        at += size;
      }
      expect(suspended).toMatchObject([[PHONE, WHY, {}]]);
    }),
    { numRuns: 30 },
  );
});

test('as shipped, a hundred within an hour are meant, and half of all', () => {
  expect(limitsInForce([]).filter(({ counter }) => counter === 'bounces')).toEqual([limit(100)]);
});
