/* What each service view answers. What denies mail is in traps.test.ts. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSchema, type Schema } from '../../support/schema.ts';

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
});
beforeEach(async () => {
  await schema.clear();
  await schema.rows(`
    insert into unified.mail_domains (domain, domain_type, target_domain, transport) values
      ('alias.example', 'alias', 'example.org', null),
      ('relay.example', 'relay', null, 'smtp:[10.0.0.7]:25'),
      ('backup.example', 'backup', null, null);
    insert into unified.users (username, email) values
      (null, 'alice@example.org'), ('bob', 'bob@example.org'), (null, 'carol@example.org');
    insert into unified.user_passwords (user_id, service, label, password_hash, hash_scheme)
      select id, 'dovecot', '', '$argon2id$x', 'ARGON2ID' from unified.users`);
});
afterAll(() => schema.close());

const aliases = (sql: string) =>
  schema.rows(`insert into unified.email_aliases (alias_email, destination_email) values ${sql}`);
const lock = (email: string) =>
  schema.rows('update unified.users set is_locked = true where email = $1', [email]);

/** As Postfix's pgsql: client asks. */
const ask = (view: string, key: string, keyColumn: string, column: string): Promise<unknown[]> =>
  schema.values(`select "${column}" from unified.${view} where "${keyColumn}" = $1 order by 1`, [key]);
const destinations = (address: string) =>
  ask('postfix_virtual_alias_maps', address, 'address', 'destination');
const senders = (sender: string) => ask('postfix_smtpd_sender_login_maps', sender, 'sender', 'login');

describe('names of a user', () => {
  test('by login name and by address Dovecot finds the same user, under one name', async () => {
    const found = await schema.rows(
      `select username, "user", home, mail from unified.dovecot_users where username like 'bob%' order by 1`,
    );
    const bob = { user: 'bob', home: '/var/mail/example.org/bob', mail: 'maildir:~/Maildir' };
    expect(found).toEqual([
      { username: 'bob', ...bob },
      { username: 'bob@example.org', ...bob },
    ]);
    expect(
      await schema.values(`select distinct "user" from unified.dovecot_auth where username like 'bob%'`),
    ).toEqual(['bob']);
  });

  test('a password is shown with its scheme, as Dovecot wants it', async () => {
    expect(
      await schema.rows(
        `select password, scheme, service, must_change from unified.dovecot_auth where username = 'bob'`,
      ),
    ).toEqual([
      { password: '{ARGON2ID}$argon2id$x', scheme: 'ARGON2ID', service: 'dovecot', must_change: false },
    ]);
  });

  test('passwords of services that are no mail stay away from Dovecot, and Apache sees only its own', async () => {
    await schema.rows(`insert into unified.user_passwords (user_id, service, hash_scheme, password_hash)
      select id, unnest(array['apache', 'api', 'samba']), 'BLF-CRYPT', '$2y$05$x' from unified.users where username = 'bob'`);
    expect(await schema.values(`select service from unified.dovecot_auth where username = 'bob'`)).toEqual([
      'dovecot',
    ]);
    expect(await schema.rows('select username, password, role, email from unified.apache_auth')).toEqual([
      { username: 'bob', password: '$2y$05$x', role: null, email: 'bob@example.org' },
    ]);
  });
});

describe('quotas', () => {
  const quotaBytes = () =>
    schema.values(`select quota_bytes from unified.dovecot_users where username = 'bob'`);

  test("a user without a quota has the domain's default, and with one his own, unlimited too", async () => {
    expect(await quotaBytes()).toEqual([null]);
    await schema.rows(
      `update unified.mail_domains set default_user_quota_bytes = 1000 where domain = 'example.org'`,
    );
    expect(await quotaBytes()).toEqual(['1000']);
    await schema.rows(
      `insert into unified.user_quotas (user_id, quota_value) select id, null from unified.users where username = 'bob'`,
    );
    expect(await quotaBytes()).toEqual([null]);
    await schema.rows(`update unified.user_quotas set quota_value = 2, quota_unit = 'KB'`);
    expect(await quotaBytes()).toEqual(['2048']);
  });

  test('an unlimited number of messages is null, not a large number', async () => {
    await schema.rows(
      `insert into unified.user_quotas (user_id, quota_type, quota_unit) select id, 'messages', 'count' from unified.users`,
    );
    expect(
      await schema.values(`select quota_messages from unified.dovecot_users where username = 'bob'`),
    ).toEqual([null]);
  });

  test('a limit beyond all numbers is the greatest one', async () => {
    await schema.rows(
      `insert into unified.user_quotas (user_id, quota_value, quota_unit) select id, 1e30, 'TB' from unified.users`,
    );
    expect(await quotaBytes()).toEqual(['9223372036854775807']);
  });

  test("usage under a domain's default is known and changes with the default", async () => {
    await schema.rows(
      `update unified.mail_domains set default_user_quota_bytes = 1000 where domain = 'example.org'`,
    );
    await schema.rows(`select unified.record_usage('{bob,nobody}', '{storage,storage}', '{1000,5}')`);
    const status = () =>
      schema.rows(
        `select "limit", usage, percent::float, is_exceeded from unified.quota_status where "user" = 'bob'`,
      );
    expect(await status()).toEqual([{ limit: '1000', usage: '1000', percent: 100, is_exceeded: true }]);
    await schema.rows(
      `update unified.mail_domains set default_user_quota_bytes = 4000 where domain = 'example.org'`,
    );
    expect(await status()).toEqual([{ limit: '4000', usage: '1000', percent: 25, is_exceeded: false }]);
  });

  test('usage is kept in the unit of the limit', async () => {
    await schema.rows(
      `insert into unified.user_quotas (user_id, quota_value, quota_unit) select id, 1, 'GB' from unified.users where username = 'bob'`,
    );
    await schema.rows(`select unified.record_usage('{bob,bob}', '{storage,storage}', '{1,536870912}')`);
    expect(
      await schema.rows(`select usage, percent::float from unified.quota_status where "user" = 'bob'`),
    ).toEqual([{ usage: '536870912', percent: 50 }]);
  });
});

describe('domains', () => {
  test.each([
    ['example.org', true, false],
    ['alias.example', true, false],
    ['relay.example', false, true],
    ['backup.example', false, true],
    ['nowhere.example', false, false],
  ])('%s', async (domain, here, relayed) => {
    expect(await ask('postfix_virtual_mailbox_domains', domain, 'domain', 'domain')).toHaveLength(
      here ? 1 : 0,
    );
    expect(await ask('postfix_relay_domains', domain, 'domain', 'domain')).toHaveLength(relayed ? 1 : 0);
  });

  test('an alias domain is of no use when its target is switched off', async () => {
    await schema.rows(`update unified.mail_domains set is_active = false where domain = 'example.org'`);
    expect(await ask('postfix_virtual_mailbox_domains', 'alias.example', 'domain', 'domain')).toEqual([]);
    expect(await destinations('@alias.example')).toEqual([]);
    expect(
      await schema.rows(
        `select domain_type, target_domain, is_usable from unified.lookup_domains where domain = 'alias.example'`,
      ),
    ).toEqual([{ domain_type: 'alias', target_domain: 'example.org', is_usable: false }]);
  });

  test('a relay domain goes its way; its recipients are all, or those that are listed', async () => {
    expect(await ask('postfix_transport_maps', 'relay.example', 'domain', 'transport')).toEqual([
      'smtp:[10.0.0.7]:25',
    ]);
    expect(await ask('postfix_transport_maps', 'backup.example', 'domain', 'transport')).toEqual([]);
    expect(await ask('postfix_relay_recipient_maps', '@relay.example', 'address', 'action')).toEqual(['OK']);
    await schema.rows(`insert into unified.users (email) values ('dave@relay.example')`);
    expect(await ask('postfix_relay_recipient_maps', '@relay.example', 'address', 'action')).toEqual([]);
    expect(await ask('postfix_relay_recipient_maps', 'dave@relay.example', 'address', 'action')).toEqual([
      'OK',
    ]);
    expect(await ask('postfix_virtual_mailbox_maps', 'dave@relay.example', 'address', 'mailbox')).toEqual([]);
  });
});

describe('where mail goes', () => {
  test('a mailbox is a path below the mail folder', async () => {
    expect(await ask('postfix_virtual_mailbox_maps', 'alice@example.org', 'address', 'mailbox')).toEqual([
      'example.org/alice/',
    ]);
  });

  test('an alias domain leads to the same local part of its target, and swallows no mailbox of its own', async () => {
    expect(await destinations('@alias.example')).toEqual(['@example.org']);
    await schema.rows(`insert into unified.users (email) values ('own@alias.example')`);
    expect(await destinations('own@alias.example')).toEqual(['own@alias.example']);
  });

  test('a mailbox needs no row where nothing would swallow it', async () => {
    expect(await destinations('alice@example.org')).toEqual([]);
  });

  describe('in a domain with a catch-all', () => {
    beforeEach(() => aliases(`('@example.org', 'bob@example.org')`));

    test('a locked mailbox leads to itself, where it is refused; so does one with aliases', async () => {
      await lock('alice@example.org');
      await aliases(`('alice@example.org', 'x@elsewhere.example')`);
      expect(await destinations('alice@example.org')).toEqual(['alice@example.org']);
    });

    test('a mailbox that forwards all leads away and gets no copy', async () => {
      await aliases(`('alice@example.org', 'x@elsewhere.example')`);
      expect(await destinations('alice@example.org')).toEqual(['x@elsewhere.example']);
    });

    test('an alias that is switched off leads to itself; one of two leads to the other', async () => {
      await aliases(
        `('off@example.org', 'x@elsewhere.example'), ('half@example.org', 'x@elsewhere.example'), ('half@example.org', 'y@elsewhere.example')`,
      );
      await schema.rows(
        `update unified.email_aliases set is_active = false where alias_email like 'off@%' or destination_email like 'y@%'`,
      );
      expect(await destinations('off@example.org')).toEqual(['off@example.org']);
      expect(await destinations('half@example.org')).toEqual(['x@elsewhere.example']);
    });

    test('a catch-all that is switched off catches nothing', async () => {
      await schema.rows('update unified.email_aliases set is_active = false');
      expect(await destinations('@example.org')).toEqual([]);
      expect(await destinations('alice@example.org')).toEqual([]);
    });
  });

  test('an alias at the address of a locked mailbox leads nowhere', async () => {
    await aliases(`('alice@example.org', 'x@elsewhere.example')`);
    await lock('alice@example.org');
    expect(await destinations('alice@example.org')).toEqual([]);
  });
});

describe('who may send as an address', () => {
  test('one’s own mailbox, by login name', async () => {
    expect(await senders('bob@example.org')).toEqual(['bob']);
  });

  test('the members of a group, and its owner; once each', async () => {
    await aliases(
      `('team@example.org', 'alice@example.org'), ('team@example.org', 'bob@example.org'), ('team@example.org', 'x@elsewhere.example')`,
    );
    await schema.rows(
      `update unified.email_aliases set user_id = (select id from unified.users where email = 'carol@example.org')`,
    );
    expect(await senders('team@example.org')).toEqual(['alice@example.org', 'bob', 'carol@example.org']);
  });

  test('not the member of an alias that says so', async () => {
    await aliases(`('news@example.org', 'bob@example.org')`);
    await schema.rows('update unified.email_aliases set may_send_as = false');
    expect(await senders('news@example.org')).toEqual([]);
  });

  test('not the mailbox behind a catch-all, but its owner', async () => {
    await aliases(`('@example.org', 'bob@example.org')`);
    expect(await senders('@example.org')).toEqual([]);
    await schema.rows(
      `update unified.email_aliases set user_id = (select id from unified.users where username = 'bob')`,
    );
    expect(await senders('@example.org')).toEqual(['bob']);
  });

  test('whom a grant names, for an address and for a whole domain', async () => {
    await schema.rows(`insert into unified.sender_grants (user_id, sender)
      select id, unnest(array['boss@elsewhere.example', '@elsewhere.example']) from unified.users where username = 'bob'`);
    expect(await senders('boss@elsewhere.example')).toEqual(['bob']);
    expect(await senders('@elsewhere.example')).toEqual(['bob']);
  });

  test('not a login that Postfix would read as two: it separates names by commas and spaces', async () => {
    await schema.rows(`insert into unified.users (username, email) values
      ('alice,bob', 'x@example.org'), ('ann smith', 'y@example.org')`);
    await aliases(`('pair@example.org', 'x@example.org'), ('pair@example.org', 'carol@example.org')`);
    await schema.rows(`insert into unified.sender_grants (user_id, sender)
      select id, 'boss@elsewhere.example' from unified.users where username = 'ann smith'`);
    expect(await senders('x@example.org')).toEqual([]);
    expect(await senders('pair@example.org')).toEqual(['carol@example.org']);
    expect(await senders('boss@elsewhere.example')).toEqual([]);
  });
});

describe('what the daemon asks', () => {
  const facts = (address: string) =>
    schema.rows(
      'select kind, value, login, is_usable from unified.lookup_addresses where address = any($1) order by kind, sort',
      [[address]],
    );

  test('a mailbox and its aliases in order, in one question', async () => {
    await aliases(`('bob@example.org', 'z@elsewhere.example'), ('bob@example.org', 'a@elsewhere.example')`);
    expect(await facts('bob@example.org')).toEqual([
      { kind: 'alias', value: 'z@elsewhere.example', login: null, is_usable: true },
      { kind: 'alias', value: 'a@elsewhere.example', login: null, is_usable: true },
      { kind: 'mailbox', value: 'example.org/bob/', login: 'bob', is_usable: true },
    ]);
  });

  test('what may not be used is there, and says so', async () => {
    await aliases(`('off@example.org', 'z@elsewhere.example')`);
    await schema.rows('update unified.email_aliases set is_active = false');
    await lock('bob@example.org');
    expect(await facts('off@example.org')).toMatchObject([{ kind: 'alias', is_usable: false }]);
    expect(await facts('bob@example.org')).toMatchObject([{ kind: 'mailbox', is_usable: false }]);
    expect(
      await schema.rows(
        `select "user", is_usable from unified.lookup_logins where username = 'bob@example.org'`,
      ),
    ).toEqual([{ user: 'bob', is_usable: false }]);
  });

  test.each([
    [
      'an alias ends',
      `insert into unified.email_aliases (alias_email, destination_email, expires_at) values ('a@example.org', 'b@example.net', now() + '1 h')`,
      `select changes_at from unified.lookup_addresses where address = 'a@example.org'`,
    ],
    [
      'a no_email role ends',
      `insert into unified.user_roles (user_id, role_name, expires_at) select id, 'no_email', now() + '1 h' from unified.users`,
      `select changes_at from unified.lookup_logins where username = 'bob'`,
    ],
    [
      'a password ends',
      `update unified.user_passwords set expires_at = now() + '1 h'`,
      `select changes_at from unified.dovecot_auth where username = 'bob'`,
    ],
    [
      'a grant ends',
      `insert into unified.sender_grants (user_id, sender, expires_at) select id, 's@example.org', now() + '1 h' from unified.users where username = 'bob'`,
      `select changes_at from unified.lookup_senders where sender = 's@example.org'`,
    ],
    [
      'a no_email role ends, for an alias that its user may then send as',
      `insert into unified.email_aliases (alias_email, destination_email) values ('a@example.org', 'bob@example.org');
       insert into unified.user_roles (user_id, role_name, expires_at) select id, 'no_email', now() + '1 h' from unified.users where username = 'bob'`,
      `select min(changes_at) as changes_at from unified.lookup_senders where sender = 'a@example.org'`,
    ],
    [
      'a no_email role ends, for a grant to its user',
      `insert into unified.sender_grants (user_id, sender) select id, '@s.example' from unified.users where username = 'bob';
       insert into unified.user_roles (user_id, role_name, expires_at) select id, 'no_email', now() + '1 h' from unified.users where username = 'bob'`,
      `select min(changes_at) as changes_at from unified.lookup_senders where sender = '@s.example'`,
    ],
  ])('changes_at tells that %s', async (_, change, select) => {
    await schema.rows(change);
    expect(
      await schema.values(
        `select changes_at between now() + '59 min' and now() + '61 min' from (${select}) s`,
      ),
    ).toEqual([true]);
  });
});

describe('people and monitoring', () => {
  test.each([
    [`- interval '1 s'`, 'expired'],
    [`+ interval '6 days'`, 'critical'],
    [`+ interval '29 days'`, 'warning'],
    [`+ interval '31 days'`, 'valid'],
  ])('a certificate that ends now %s is %s', async (offset, status) => {
    await schema.rows(
      `insert into unified.certificates (domain, certificate_type, not_after) values ('m.example.org', 'manual', now() ${offset})`,
    );
    expect(await schema.values('select expiry_status from unified.certificate_status')).toEqual([status]);
  });

  test('a certificate that never ends is valid, and spoils no other row', async () => {
    await schema.rows(
      `insert into unified.certificates (domain, certificate_type, not_after) values ('m.example.org', 'manual', 'infinity')`,
    );
    expect(await schema.rows('select expiry_status, days_left from unified.certificate_status')).toEqual([
      { expiry_status: 'valid', days_left: null },
    ]);
  });

  test('recent failed renewals are counted', async () => {
    await schema.rows(`insert into unified.certificates (domain, certificate_type) values ('m.example.org', 'manual');
      insert into unified.certificate_renewals (certificate_id, success, created_at)
        select id, s, now() - d from unified.certificates, (values (false, interval '1 day'), (false, '40 days'), (true, '1 day'), (null, '1 h')) v (s, d)`);
    expect(await schema.values('select recent_failed_renewals::int from unified.certificate_status')).toEqual(
      [1],
    );
  });

  test('the audit trail by the hour', async () => {
    await schema.rows(`insert into unified.audit_log (service, action, user_id, ip_address, success, created_at) values
      ('imap', 'login', 1, '192.0.2.1', true, '2026-01-01 10:05Z'), ('imap', 'login', 1, '192.0.2.2', true, '2026-01-01 10:55Z'),
      ('imap', 'login', 2, '192.0.2.1', false, '2026-01-01 10:55Z')`);
    expect(
      await schema.rows(
        'select hour, success, entries::int, users::int, addresses::int from unified.audit_summary order by success',
      ),
    ).toEqual([
      { hour: new Date('2026-01-01T10:00Z'), success: false, entries: 1, users: 1, addresses: 1 },
      { hour: new Date('2026-01-01T10:00Z'), success: true, entries: 2, users: 1, addresses: 2 },
    ]);
  });

  test('the queue has what is due, and nothing else', async () => {
    await schema.rows(`truncate unified.mailbox_events restart identity;
      insert into unified.mailbox_events (event_type, processed, next_retry_at) values
      ('now', false, null), ('later', false, now() + '1 h'), ('again', false, now() - interval '1 s'), ('done', true, null)`);
    expect(await schema.values('select event_type from unified.mailbox_event_queue order by id')).toEqual([
      'now',
      'again',
    ]);
  });
});
