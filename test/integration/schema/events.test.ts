/* Changes of accounts, whoever makes them, leave events and tell every daemon what to forget. */

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSchema, type Schema } from '../../support/schema.ts';

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
});
beforeEach(async () => {
  await schema.clear();
  await schema.rows(`
    insert into unified.users (username, email) values ('bob', 'bob@example.org');
    insert into unified.user_passwords (user_id, password_hash) select id, '$argon2id$x' from unified.users;
    insert into unified.user_roles (user_id, role_name) select id, 'user' from unified.users;
    insert into unified.user_quotas (user_id, quota_value, quota_unit) select id, 1, 'GB' from unified.users;
    insert into unified.email_aliases (alias_email, destination_email) values ('sales@example.org', 'bob@example.org');
    insert into unified.email_aliases (alias_email, destination_email, user_id) select 'own@example.org', 'x@elsewhere.example', id from unified.users;
    insert into unified.sender_grants (user_id, sender) select id, 'boss@example.org' from unified.users;
    truncate unified.mailbox_events restart identity`);
});
afterAll(() => schema.close());

const BOB = ['bob', 'bob@example.org'];
const ALL_OF_BOB = [...BOB, 'boss@example.org', 'own@example.org', 'sales@example.org'];

interface Case {
  sql: string;
  /** event_type, and what the event tells beside the user. */
  events: readonly (readonly [type: string, data: Record<string, unknown>])[];
  forget: readonly string[];
}

const CASES: Record<string, Case> = {
  'a user is created': {
    sql: `insert into unified.users (email) values ('new@example.org')`,
    events: [['created', { mailbox_format: 'maildir' }]],
    forget: ['new@example.org'],
  },
  'a user gets another address': {
    sql: `update unified.users set email = 'robert@example.org'`,
    events: [
      [
        'updated',
        {
          changed: ['email'],
          was: {
            username: 'bob',
            email: 'bob@example.org',
            is_active: true,
            home_directory: '/var/mail/example.org/bob',
          },
        },
      ],
    ],
    forget: [...ALL_OF_BOB, 'robert@example.org'],
  },
  'a user is locked': {
    sql: 'update unified.users set is_locked = true',
    events: [['locked', {}]],
    forget: ALL_OF_BOB,
  },
  'a user is switched off': {
    sql: 'update unified.users set is_active = false',
    events: [['updated', { changed: ['is_active'] }]],
    forget: ALL_OF_BOB,
  },
  'a user gets a name': {
    sql: `update unified.users set first_name = 'Bob'`,
    events: [['updated', { changed: ['first_name'] }]],
    forget: [],
  },
  'a user logs in': {
    sql: 'update unified.users set last_login_at = now(), failed_login_attempts = 3',
    events: [],
    forget: [],
  },
  'a password changes': {
    sql: `update unified.user_passwords set password_hash = 'y'`,
    events: [['password_changed', { service: 'dovecot', label: '', change: 'changed' }]],
    forget: BOB,
  },
  'a password is added': {
    sql: `insert into unified.user_passwords (user_id, service, label, password_hash) select id, 'imap', 'phone', 'y' from unified.users`,
    events: [['password_changed', { service: 'imap', label: 'phone', change: 'added' }]],
    forget: BOB,
  },
  'a password is removed': {
    sql: 'delete from unified.user_passwords',
    events: [['password_changed', { service: 'dovecot', label: '', change: 'removed' }]],
    forget: BOB,
  },
  'the same password is stored under another scheme': {
    sql: `select unified.rehash_password(id, '{ARGON2ID}$argon2id$x', 'BLF-CRYPT', 'z') from unified.user_passwords`,
    events: [],
    forget: BOB,
  },
  'a password is used': {
    sql: 'update unified.user_passwords set last_used_at = now()',
    events: [],
    forget: [],
  },
  'a role is granted': {
    sql: `insert into unified.user_roles (user_id, role_name) select id, 'no_email' from unified.users`,
    events: [
      [
        'role_changed',
        { role_name: 'no_email', service: 'global', is_active: true, expires_at: null, change: 'added' },
      ],
    ],
    forget: ALL_OF_BOB,
  },
  'a quota changes': {
    sql: 'update unified.user_quotas set quota_value = 2',
    events: [
      [
        'quota_changed',
        { service: 'dovecot', quota_type: 'storage', quota_value: 2, quota_unit: 'GB', change: 'changed' },
      ],
    ],
    forget: BOB,
  },
  'a mailbox fills': { sql: 'update unified.user_quotas set current_usage = 0.5', events: [], forget: [] },
  'an alias changes its name': {
    sql: `update unified.email_aliases set alias_email = 'shop@example.org' where alias_email = 'sales@example.org'`,
    events: [
      [
        'alias_changed',
        {
          alias_email: 'shop@example.org',
          destination_email: 'bob@example.org',
          is_active: true,
          change: 'changed',
        },
      ],
    ],
    forget: ['sales@example.org', 'shop@example.org'],
  },
  'an alias is described': {
    sql: `update unified.email_aliases set description = 'x'`,
    events: [],
    forget: [],
  },
  'an alias is removed': {
    sql: `delete from unified.email_aliases where alias_email = 'sales@example.org'`,
    events: [
      [
        'alias_changed',
        {
          alias_email: 'sales@example.org',
          destination_email: 'bob@example.org',
          is_active: true,
          change: 'removed',
        },
      ],
    ],
    forget: ['sales@example.org'],
  },
  'a sender grant ends': {
    sql: 'delete from unified.sender_grants',
    events: [['sender_changed', { sender: 'boss@example.org', expires_at: null, change: 'removed' }]],
    forget: ['boss@example.org'],
  },
  'a domain is added': {
    sql: `insert into unified.mail_domains (domain) values ('new.example')`,
    events: [['domain_changed', { domain_type: 'virtual', change: 'added' }]],
    forget: ['@new.example', 'new.example'],
  },
  'a domain is switched off': {
    sql: 'update unified.mail_domains set is_active = false',
    events: [['domain_changed', { domain_type: 'virtual', is_active: false, change: 'changed' }]],
    forget: ['*'],
  },
  'a domain is described': {
    sql: `update unified.mail_domains set description = 'x'`,
    events: [],
    forget: ['@example.org', 'example.org'],
  },
  'a domain may hold more': {
    sql: 'update unified.mail_domains set quota_bytes = 2000',
    events: [['domain_changed', { domain_type: 'virtual', change: 'changed' }]],
    forget: ['*', '@example.org', 'example.org'],
  },
  'everything is truncated': { sql: 'truncate unified.users cascade', events: [], forget: ['*'] },
};

describe('a change made in psql', () => {
  test.each(Object.entries(CASES))('%s', async (_, { sql, events, forget }) => {
    let woken: string[] = [];
    const heard = await schema.announced('dovetail_changes', async () => {
      woken = await schema.announced('dovetail_events', () => schema.rows(sql));
    });
    expect(heard.flatMap((payload) => payload.split('\n')).sort()).toEqual([...forget].sort());
    const left = await schema.rows<{ event_type: string; event_data: object }>(
      'select event_type, event_data from unified.mailbox_events order by id',
    );
    expect(left.map(({ event_type }) => event_type)).toEqual(events.map(([type]) => type));
    for (const [at, [, data]] of events.entries()) expect(left[at]?.event_data).toMatchObject(data);
    expect(woken).toEqual(events.length > 0 ? [''] : []);
  });

  test('no event holds a hash or a token', async () => {
    await schema.rows(
      `update unified.users set reset_token_hash = repeat('a', 64), reset_token_expires_at = now(), first_name = 'B'`,
    );
    for (const { sql } of Object.values(CASES)) await schema.rows(sql).catch(() => undefined);
    const all = (await schema.values<string>('select event_data::text from unified.mailbox_events')).join(
      '\n',
    );
    expect(all).not.toMatch(/argon2|password_hash|aaaa|token/u);
  });

  test('a change that is rolled back leaves no event and is not announced', async () => {
    const heard = await schema.announced('dovetail_changes', () =>
      schema.rows('begin; update unified.users set is_locked = true; rollback'),
    );
    expect(heard).toEqual([]);
    expect(await schema.rows('select from unified.mailbox_events')).toEqual([]);
  });

  test('updated_at moves with every change, created_at never', async () => {
    const [before] = await schema.rows<{ created_at: Date; updated_at: Date }>(
      'select created_at, updated_at from unified.users',
    );
    await schema.rows(`update unified.users set first_name = 'Bob', updated_at = 'epoch'`);
    const [after] = await schema.rows<{ created_at: Date; updated_at: Date }>(
      'select created_at, updated_at from unified.users',
    );
    expect(after?.created_at).toEqual(before?.created_at);
    expect(after?.updated_at.getTime()).toBeGreaterThan(
      before?.updated_at.getTime() ?? Number.POSITIVE_INFINITY,
    );
  });
});

test('20,000 users go with all that is theirs: one word, and an event each', async () => {
  await schema.rows(`set session_replication_role = replica;
    insert into unified.users (username, email, home_directory) select 'u' || i, 'u' || i || '@example.org', '/x' from generate_series(1, 20000) i;
    insert into unified.user_passwords (user_id, password_hash) select id, 'x' from unified.users on conflict do nothing;
    set session_replication_role = origin; analyze`);
  const heard = await schema.announced('dovetail_changes', () =>
    schema.rows(`delete from unified.users where username like 'u%'`),
  );
  expect(heard).toEqual(['*']);
  expect(
    await schema.values(`select count(*)::int from unified.mailbox_events where event_type = 'deleted'`),
  ).toEqual([20_000]);
});
