import { describe, expect, test } from 'vitest';
import { countRepeats, narrateLogin, narrateLookup, narratePolicy } from '../../../src/demo/narrate.ts';

describe('a lookup in words', () => {
  const lookups: Record<string, [question: string, answer: string, words: string]> = {
    found: [
      'virtual_alias_maps sales@example.org',
      'OK alice@example.org',
      'Postfix asks virtual_alias_maps: sales@example.org → alice@example.org',
    ],
    'not found': [
      'virtual_mailbox_maps x@example.org',
      'NOTFOUND ',
      'Postfix asks virtual_mailbox_maps: x@example.org → nothing there',
    ],
    'a domain of ours': [
      'virtual_mailbox_domains example.org',
      'OK example.org',
      'Postfix asks virtual_mailbox_domains: example.org → yes, ours',
    ],
    'a domain of others': [
      'virtual_mailbox_domains a.example',
      'NOTFOUND ',
      'Postfix asks virtual_mailbox_domains: a.example → no, not ours',
    ],
    later: [
      'virtual_alias_maps a@b.example',
      'TEMP database away',
      'Postfix asks virtual_alias_maps: a@b.example → cannot tell now (database away)',
    ],
  };
  test.each(Object.entries(lookups))('%s', (_, [question, answer, words]) => {
    expect(narrateLookup({ question, answer })).toBe(words);
  });
});

test('a policy question in words', () => {
  const ask = (sender: string, answer: string) =>
    narratePolicy({ question: `request=x\nsender=${sender}\nrecipient=sales@example.org`, answer });
  expect(ask('bob@elsewhere.example', 'action=DUNNO')).toBe(
    'Postfix asks the policy: may bob@elsewhere.example write to sales@example.org? → no objection',
  );
  const question = 'protocol_state=END-OF-MESSAGE\nsender=bob@elsewhere.example\nrecipient=\nsize=512';
  expect(narratePolicy({ question, answer: 'action=DUNNO' })).toBe(
    'Postfix asks the policy: may bob@elsewhere.example write 512 bytes to them all? → no objection',
  );
  expect(ask('', 'action=550 5.1.1 No such address here')).toMatch(/may a bounce .* → 550 5\.1\.1 No such/u);
});

describe('a login in words', () => {
  const verify = 'V1\tVERIFY\talice@example.org\thunter2\timap\t127.0.0.1';

  test('never repeats the password', () => {
    for (const answer of ['OK\tuser=alice@example.org', 'MISMATCH', 'NOUSER', 'DISABLED', 'TEMPFAIL\taway']) {
      expect(narrateLogin({ question: verify, answer })).not.toContain('hunter2');
    }
  });

  test('says yes, no, or that it cannot be told', () => {
    expect(narrateLogin({ question: verify, answer: 'OK\tuser=alice@example.org' })).toMatch(
      /by imap.*→ yes$/,
    );
    expect(narrateLogin({ question: verify, answer: 'MISMATCH' })).toMatch(/→ no, the password is wrong$/);
    expect(narrateLogin({ question: verify, answer: 'TEMPFAIL\taway' })).toMatch(/→ cannot tell now$/);
  });

  test('tells where mail lies', () => {
    const question = 'V1\tUSERDB\talice@example.org\t\tlmtp\t';
    expect(
      narrateLogin({ question, answer: 'OK\thome=/srv/alice\tuid=5000\tgid=5000\tmail=maildir:~/Maildir' }),
    ).toBe(
      'Dovecot asks: where is the mail of alice@example.org? → mail maildir:~/Maildir, home /srv/alice, uid 5000',
    );
  });
});

test('what was asked several times is told once, with the number', () => {
  expect(countRepeats(['a', 'b', 'a', 'a'])).toEqual(['a   (3 times)', 'b']);
});
