import { expect, test } from 'vitest';
import { lastLoginDict } from '../../../src/protocol/dict-last-login.ts';
import type { Change } from '../../../src/protocol/dict-transaction.ts';

const set = (path: string, value: string): Change => ({ kind: 'set', path, value });
const IMAP = 'shared/last-login/imap/alice@example.org';

function written(changes: readonly Change[], user = 'Alice@example.org') {
  const seen: unknown[] = [];
  const kept = lastLoginDict((...login) => void seen.push(login)).write?.(changes, user);
  return { kept: (kept as { kind: string }).kind, seen };
}

test.each([
  ['seconds', '1795362257'],
  ['milliseconds', '1795362257123'],
  ['microseconds', '1795362257123456'],
  ['nanoseconds', '1795362257123456789'],
])('a login is kept, told in %s', (_, value) => {
  const other = set('shared/last-ip/alice', '192.0.2.1');
  expect(written([set(IMAP, value), other])).toEqual({
    kept: 'kept',
    seen: [['alice@example.org', new Date(1_795_362_257_000)]],
  });
});

test.each(['lmtp', 'doveadm'])('what opens a mailbox by %s is no login', (protocol) =>
  expect(written([set(`shared/last-login/${protocol}/alice`, '1795362257')])).toEqual({
    kept: 'kept',
    seen: [],
  }),
);

test.each<[string, readonly Change[], string?]>([
  ['a key without a protocol', [set('shared/last-login/alice', '1795362257')]],
  ['another key', [set('priv/quota/storage', '1795362257')]],
  ['no time', [set(IMAP, 'today')]],
  ['too many digits', [set(IMAP, '17953622571')]],
  ['a difference', [{ kind: 'add', path: IMAP, difference: 1_795_362_257n }]],
  ['nobody', [set(IMAP, '1795362257')], ''],
  ['a name that no database takes', [set(IMAP, '1795362257')], 'a\0b'],
])('it is said that nothing is kept: %s', (_, changes, user) =>
  expect(written(changes, user)).toEqual({ kept: 'failed', seen: [] }),
);
