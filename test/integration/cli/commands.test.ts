/** The command line on a real database: what an administrator types, sees and gets. */

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makers } from '../../../src/auth/password.ts';
import { schemes } from '../../../src/auth/schemes/index.ts';
import { commands } from '../../../src/cli/index.ts';
import { run } from '../../../src/cli/run.ts';
import { packageRoot } from '../../../src/config/folders.ts';
import { isVerifiable, knownAnswers } from '../../contract/schemes-known-answers.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../../support/database.ts';
import { createTestWorld } from '../../unit/cli/world.ts';

const PASSWORD = 'correct horse battery';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await must('domain add example.org');
  await must('domain add old.example --alias-of example.org');
  await must('user add alice@example.org --quota 2G --password-stdin', PASSWORD);
  await must('user add bob@example.org --login bob --password-stdin', PASSWORD);
  await must('alias add sales@example.org alice@example.org bob@elsewhere.net');
});

afterAll(() => database?.close());

/** Runs words as a shell would hand them over: separated by spaces, single quotes for others. */
async function dovetail(line: string, stdin = '', url = database.url, env: Record<string, string> = {}) {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const { world, words: said } = createTestWorld({ env: { DATABASE_URL: url, ...env }, stdin });
  const code = await run(words, world, commands, '0.0.0');
  return { code, ...said };
}

async function must(line: string, stdin = ''): Promise<string> {
  const { code, stdout, stderr } = await dovetail(line, stdin);
  expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  return stdout;
}

const json = async (line: string): Promise<unknown> => JSON.parse(await must(`${line} --json`));

describe('what is added can be listed, shown, changed and removed:', () => {
  const families: Record<
    string,
    { add: string; stdin?: string; show: string; list: string; set: string; shows: object; remove: string }
  > = {
    domain: {
      add: 'domain add new.example --max-users 5',
      show: 'domain show new.example',
      list: "domain list --match 'new.*'",
      set: 'domain set new.example --max-users 7 --default-user-quota 1G --disable',
      shows: { domain: 'new.example', max_users: 7, default_user_quota_bytes: 2 ** 30, is_active: false },
      remove: 'domain remove new.example',
    },
    'relay domain': {
      add: 'domain add relay.example --type relay --transport smtp:[10.0.0.7]:25',
      show: 'domain show relay.example',
      list: 'domain list --match relay.*',
      set: 'domain set relay.example --transport smtp:[10.0.0.8] --max-users 3',
      shows: { domain_type: 'relay', transport: 'smtp:[10.0.0.8]', max_users: 3 },
      remove: 'domain remove relay.example',
    },
    'backup domain': {
      add: 'domain add backup.example --type backup --transport smtp:mx.backup.example',
      show: 'domain show backup.example',
      list: 'domain list --match backup.*',
      set: 'domain set backup.example --transport none',
      shows: { domain_type: 'backup', transport: null, target_domain: null },
      remove: 'domain remove backup.example',
    },
    user: {
      add: "user add Carol@Example.org --name 'Carol Example' --password-stdin",
      stdin: PASSWORD,
      show: 'user show carol@example.org',
      list: 'user list --match carol@*',
      set: 'user set carol@example.org --lock --login carol',
      shows: {
        email: 'carol@example.org',
        username: 'carol',
        is_locked: true,
        may_use_mail: false,
        last_name: 'Example',
      },
      remove: 'user remove carol',
    },
    'entry of a map': {
      add: 'map add transport_maps Far.Example smtp:[10.0.0.9] --description branch',
      show: 'map show transport_maps far.example',
      list: 'map list transport_maps',
      set: "map set transport_maps far.example 'error:5.1.1 gone'",
      shows: { map: 'transport_maps', key: 'far.example', value: 'error:5.1.1 gone', description: 'branch' },
      remove: 'map remove transport_maps far.example',
    },
    alias: {
      add: 'alias add info@example.org alice@example.org --description desk',
      show: 'alias show info@example.org',
      list: 'alias list --match info@*',
      set: 'alias set info@example.org bob@example.org --no-send-as --owner bob',
      shows: {
        destinations: ['bob@example.org'],
        may_send_as: false,
        owner: 'bob@example.org',
        description: 'desk',
      },
      remove: 'alias remove info@example.org',
    },
    password: {
      add: 'password add alice@example.org --service imap --label phone --password-stdin',
      stdin: PASSWORD,
      show: 'password show alice@example.org --service imap --label phone',
      list: 'password list alice@example.org',
      set: 'password set alice@example.org --service imap --label phone --must-change',
      shows: { service: 'imap', label: 'phone', hash_scheme: 'ARGON2ID', must_change_on_next_login: true },
      remove: 'password remove alice@example.org --service imap --label phone',
    },
    quota: {
      add: 'quota add bob 500M',
      show: 'quota show bob',
      list: 'quota list bob',
      set: 'quota set bob 1G --warn 80',
      shows: { user: 'bob@example.org', limit: 2 ** 30, warning_percent: 80, follows_domain: false },
      remove: 'quota remove bob',
    },
    role: {
      add: 'role add bob moderator --expires 30d',
      show: 'role show bob moderator',
      list: 'role list bob',
      set: 'role set bob moderator --disable --expires never',
      shows: { user: 'bob@example.org', role: 'moderator', is_active: false, expires_at: null },
      remove: 'role remove bob moderator',
    },
    sender: {
      add: 'sender add office@example.org bob',
      show: 'sender show office@example.org',
      list: 'sender list --user bob',
      set: 'sender set office@example.org bob --expires 2099-01-31',
      shows: { grants: [{ login: 'bob', expires_at: '2099-01-31T00:00:00.000Z' }] },
      remove: 'sender remove office@example.org bob',
    },
    manager: {
      add: 'manager add sales@example.org bob',
      show: 'manager show sales@example.org',
      list: 'manager list --domain example.org',
      set: 'manager set sales@example.org bob --expires 2099-01-31',
      shows: { grants: [{ login: 'bob', expires_at: '2099-01-31T00:00:00.000Z' }] },
      remove: 'manager remove sales@example.org bob',
    },
    limit: {
      add: 'limit add recipients 1h 200 --user bob',
      show: 'limit show bob',
      list: 'limit list --user bob',
      set: 'limit set recipients 1h --user bob --max 300 --permanent',
      shows: {
        user: 'bob@example.org',
        limits: expect.arrayContaining([
          {
            by: 'user',
            counter: 'recipients',
            window: 3_600_000,
            max: 300,
            isPermanent: true,
            suspends: false,
          },
          { by: 'user', counter: 'messages', window: 60_000, max: 100, isPermanent: false, suspends: false },
        ]),
      },
      remove: 'limit remove recipients 1h --user bob',
    },
  };

  test.each(Object.entries(families))('%s', async (_, family) => {
    await must(family.add, family.stdin);
    const listed = (await json(family.list)) as unknown[];
    expect(listed.length).toBeGreaterThan(0);
    await must(family.set);
    expect(await json(family.show)).toMatchObject(family.shows);
    expect(await must(family.show)).not.toBe('');
    expect(await must(family.list)).toMatch(/^[A-Z]{2}/);
    await must(family.remove);
  });
});

test('Postfix passes on the mail of a relay domain, which never loses its transport', async () => {
  await must('domain add inside.example --type relay --transport smtp:[10.0.0.7]:25');
  const route = async () =>
    (
      await withClient(database.url, (client) =>
        client.query(`select r.domain, t.transport from unified.postfix_relay_domains r
          left join unified.postfix_transport_maps t using (domain)`),
      )
    ).rows;
  expect(await route()).toEqual([{ domain: 'inside.example', transport: 'smtp:[10.0.0.7]:25' }]);
  expect(await dovetail('domain set inside.example --transport none')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/the relay domain inside\.example needs a transport/),
  });
  expect(await must('domain list')).toMatch(/inside\.example +relay to smtp:\[10\.0\.0\.7\]:25 +yes/);
  await must('domain set inside.example --disable');
  expect(await route()).toEqual([]);
  await must('domain remove inside.example');
});

describe('is refused on stderr, with exit code 1:', () => {
  const refusals: Record<string, [line: string, stdin: string, stderr: RegExp]> = {
    'a bad address': [
      'user add alice --password-stdin',
      PASSWORD,
      /^dovetail: cannot add the user alice: "alice" is no mail address; write/,
    ],
    'a domain that is not there': [
      'user add eve@gone.example --password-stdin',
      PASSWORD,
      /the domain gone\.example does not exist; add it first: dovetail domain add gone\.example\n$/,
    ],
    'a duplicate': [
      'user add alice@example.org --no-password',
      '',
      /exists already; see: dovetail user show alice@example\.org\n$/,
    ],
    'a size that is none': [
      'quota set alice@example.org big',
      '',
      /"big" is no size; write it as 500M, 2G or unlimited\n$/,
    ],
    'a quota of a domain': [
      'quota set example.org 500G',
      '',
      /example\.org is a domain; for all its mailboxes together: dovetail domain set example\.org --quota 500G/,
    ],
    'a weak password': ['user add eve@example.org --password-stdin', 'eve', /fewer than 8 characters/],
    'a hash that cannot be verified': [
      'user add eve@example.org --hash-stdin',
      '{ROT13}x',
      /the hash cannot be verified/,
    ],
    'a relay domain without a transport': [
      'domain add relay.example --type relay',
      '',
      /the relay domain relay\.example needs a transport; give one: --transport/,
    ],
    'a transport that is none': [
      'domain add relay.example --type relay --transport 10.0.0.7',
      '',
      /"10\.0\.0\.7" is no transport; write it as smtp:/,
    ],
    'a transport of a domain with mailboxes': [
      'domain set example.org --transport smtp:[10.0.0.7]',
      '',
      /mail for example\.org is not passed on/,
    ],
    'a transport of an alias domain': [
      'domain add second.example --alias-of example.org --transport smtp:[10.0.0.7]',
      '',
      /mail for second\.example is not passed on/,
    ],
    'a loop': [
      'alias add x@example.org x@old.example',
      '',
      /mail would go round in a loop: x@example\.org → x@example\.org/,
    ],
    'what is not there': [
      'alias show gone@example.org',
      '',
      /there is no such alias; see: dovetail alias list\n$/,
    ],
  };

  test.each(Object.entries(refusals))('%s', async (_, [line, stdin, words]) => {
    expect(await dovetail(line, stdin)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(words),
    });
  });
});

describe('is wrong usage, with exit code 2:', () => {
  const usages: Record<string, string> = {
    'a new user without a password, away from a terminal': 'user add eve@example.org',
    'two switches that exclude each other': 'user set bob --lock --unlock',
    'a change of nothing': 'user set bob',
    'a type of domain that is none': 'domain add x.example --type virtual-ish',
    'a domain of two kinds': 'domain add x.example --type backup --alias-of example.org',
    'a limit that is none': 'user list --limit 0',
    'a type of quota that is none': 'quota set bob 1G --type mail',
    'a share that is none': 'quota set bob 1G --warn most',
    'too many of the fullest': 'quota list --fullest --limit 1001',
    'a map that is none': 'lookup no_such_maps bob@example.org',
    'a password as an argument': 'map add smtp_sasl_password_maps mx.example.net me:hunter2',
    'an entry of a map that has its own table': 'map add virtual_alias_maps a@example.org b@example.org',
  };

  test.each(Object.entries(usages))('%s', async (_, line) => {
    const { code, stderr } = await dovetail(line);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^dovetail: .+\n$/);
  });
});

test('quotas: what is set, what was never reported, and the fullest first', async () => {
  await must('domain add quota.example --default-user-quota 1G');
  for (const user of ['ann', 'ben', 'cat']) await must(`user add ${user}@quota.example --no-password`);
  expect(await must('quota show ann@quota.example')).toMatch(
    /limit +1G \(the domain's default\)\nused +0\npercent +0\nfull since +-\nwarning from +as the daemon is set/u,
  );
  await must('quota set ben@quota.example 10M --warn 70%');
  expect(await must('quota show ben@quota.example')).toMatch(/warning from +70 %/u);
  await must('quota set ben@quota.example 10M --warn default');
  expect(await must('quota show ben@quota.example')).toMatch(/warning from +as the daemon is set/u);
  await withClient(database.url, (client) =>
    client.query(`select unified.record_usage(
      '{ann@quota.example,ben@quota.example,cat@quota.example}', '{storage,storage,messages}', '{123456789,20000000,5}'
    )`),
  );
  const fullest = await must('quota list --domain quota.example --fullest');
  expect(fullest).toMatch(/ben.* 10M +19\.1M +190\.7\n.*ann.* 1G +117\.7M +11\.5\n$/u);
  expect(await must('quota show ben@quota.example')).toMatch(/full since +20\d\d-/u);
  expect(await must('domain show quota.example')).toMatch(/used +136\.8M/u);
});

test('lookup prints what Postfix is answered; nothing found is exit code 1', async () => {
  expect((await must('lookup virtual_alias_maps sales+x@old.example')).split('\n')).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/sales@example.org +alias → alice@example.org, bob@elsewhere.net/u),
      'OK alice+x@example.org,bob+x@elsewhere.net',
    ]),
  );
  expect(await dovetail('lookup virtual_mailbox_maps gone@example.org')).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^NOTFOUND$/mu),
  });
  expect(await json('lookup virtual_mailbox_domains example.org')).toMatchObject({
    kind: 'found',
    reply: 'OK example.org',
    steps: [{ asked: 'example.org', finding: 'virtual domain' }],
  });
});

test('explain prints each step and where it ends', async () => {
  const told = await must('explain recipient sales@old.example');
  expect(told).toMatch(/old\.example +alias of example\.org/);
  expect(told).toMatch(/⇒ into the mailbox alice@example\.org\n/);
  expect(told).toMatch(/⇒ on to bob@elsewhere\.net, elsewhere\n/);
  expect(told).toMatch(/virtual_mailbox_domains +example\.org +OK example\.org\n/);
  expect(await must('explain recipient gone@example.org')).toMatch(/⇒ refused: no such address/);
  expect(await must('explain sender sales@example.org')).toMatch(/⇒ may be sent by alice@example\.org\n/);
  expect(await must('explain login BOB@example.org')).toMatch(
    /⇒ may log in, with the right password, to every mail protocol/,
  );
  expect(await must('explain login nobody@example.org')).toMatch(/⇒ may not log in: unknown/);
});

test('explain tells what each policy rule says, and what Postfix reads', async () => {
  const told = await must('explain recipient sales@example.org');
  expect(told).toMatch(/recipient-status +no objection\n/);
  expect(told).toMatch(/⇒ action=DUNNO\n$/);
  const gone = await must('explain recipient gone@example.org');
  expect(gone).toMatch(
    /recipient-status +550 5\.1\.1 User unknown \(why: no such address: gone@example\.org\)\n/,
  );
  expect(gone).toMatch(/⇒ action=550 5\.1\.1 User unknown\n$/);
  const sent = JSON.parse(await must('explain sender sales@example.org --login bob@example.org --json'));
  expect(sent.policy).toMatchObject({
    steps: expect.arrayContaining([
      { rule: 'sender-rights', mode: 'enforce', judgement: expect.objectContaining({ kind: 'refuse' }) },
    ]),
    reply: 'action=553 5.7.1 You may not send as this address\n\n',
  });
});

test('explain login says what speaks against it', async () => {
  await must('user add dan@example.org --no-password');
  expect(await must('explain login dan@example.org')).toMatch(/there is no password that opens anything/);
  await must('role add dan@example.org no_email');
  expect(await must('explain login dan@example.org')).toMatch(
    /no_email: refused[\s\S]*⇒ may not log in, and mail/,
  );
});

describe('auth test', () => {
  const cases: Record<string, [line: string, stdin: string, code: number, words: RegExp]> = {
    'the right password': [
      'auth test alice@example.org --service imap',
      PASSWORD,
      0,
      /^Accepted for imap: alice@example\.org/,
    ],
    'a wrong password': ['auth test alice@example.org --service imap', 'wrong', 1, /^Refused: no password/],
    'a user that is not there': [
      'auth test gone@example.org --service imap',
      PASSWORD,
      1,
      /^Refused: there is no user/,
    ],
    'a protocol that a mail password does not open': ['auth test bob --service api', PASSWORD, 1, /^Refused/],
  };

  test.each(Object.entries(cases))('%s', async (_, [line, stdin, code, words]) => {
    expect(await dovetail(line, stdin)).toMatchObject({ code, stdout: expect.stringMatching(words) });
  });

  test.each(['', '\n'])('nothing on stdin (%j) is wrong usage, not a wrong password', async (stdin) => {
    expect(await dovetail('auth test alice@example.org', stdin)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/no password was given; pipe it in/),
    });
  });

  test('says which of the passwords it was', async () => {
    const generated = await must('password add bob --service imap --label laptop --generate');
    const { stdout } = await dovetail('auth test bob --service imap --json', generated);
    expect(JSON.parse(stdout)).toMatchObject({
      result: 'ok',
      credential: { service: 'imap', label: 'laptop' },
    });
    expect(await dovetail('auth test bob --service pop3', generated)).toMatchObject({ code: 1 });
  });
});

test('a hash made elsewhere opens the mailbox', async () => {
  const salt = Buffer.from('12345678');
  const { createHash } = await import('node:crypto');
  const digest = createHash('sha512').update(PASSWORD).update(salt).digest();
  const hash = `{SSHA512}${Buffer.concat([digest, salt]).toString('base64')}`;
  await must('user add old@example.org --hash-stdin', hash);
  expect(await dovetail('auth test old@example.org', PASSWORD)).toMatchObject({ code: 0 });
});

test.each(schemes.filter(isVerifiable).map(({ name }) => name))(
  'a %s hash is taken by password set, and opens',
  async (name) => {
    const known = knownAnswers.find(
      ({ hash, password }) => hash.startsWith(`{${name}}`) && password === 'test',
    );
    // Its known answer is for ann@example.org.
    if (name === 'DIGEST-MD5') await must('user add ann@example.org --no-password');
    const who = name === 'DIGEST-MD5' ? 'ann@example.org' : 'bob';
    await must(`password set ${who} --hash-stdin`, known?.hash);
    expect(await dovetail(`auth test ${who}`, 'test')).toMatchObject({ code: 0 });
    expect(await dovetail(`auth test ${who}`, 'other')).toMatchObject({ code: 1 });
  },
);

describe('--scheme', () => {
  const schemeOf = async (who: string) =>
    ((await json(`password show ${who}`)) as { hash_scheme: string }).hash_scheme;

  test.each(makers.map(({ name }) => name))('%s hashes a new password with it', async (name) => {
    await must(`password set bob --password-stdin --scheme ${name.toLowerCase()}`, PASSWORD);
    expect(await schemeOf('bob')).toBe(name);
    expect(await dovetail('auth test bob', PASSWORD)).toMatchObject({ code: 0 });
  });

  test('without it the preferred one of the settings is taken', async () => {
    const env = { DOVETAIL_PREFERRED_HASH_SCHEME: 'SHA512-CRYPT' };
    expect(await dovetail('password set bob --password-stdin', PASSWORD, database.url, env)).toMatchObject({
      code: 0,
    });
    expect(await schemeOf('bob')).toBe('SHA512-CRYPT');
  });

  test('of which no hashes are made is refused, and so is one for a finished hash', async () => {
    expect(await dovetail('password set bob --password-stdin --scheme MD5', PASSWORD)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/no hashes are made of the scheme MD5.*ARGON2ID/su),
    });
    expect(await dovetail('password set bob --hash-stdin --scheme ARGON2ID', '{PLAIN}x')).toMatchObject({
      code: 2,
    });
  });
});

describe('app passwords', () => {
  const tested = async (password: string, options = '') => {
    const { code, stdout } = await dovetail(`auth test dora@example.org ${options}`, password);
    return { code, said: stdout };
  };

  test('a password for one network opens nothing from elsewhere, and says so to an administrator', async () => {
    await must('user add dora@example.org --password-stdin', PASSWORD);
    const phone = (await must('password add dora@example.org --label phone --network 192.0.2.0/24')).trim();
    expect((await tested(phone, '--ip 192.0.2.9')).code).toBe(0);
    expect(await tested(phone, '--ip 198.51.100.9')).toMatchObject({
      code: 1,
      said: expect.stringMatching('not good from there'),
    });
    expect(await must('password show dora@example.org --label phone')).toMatch('192.0.2.0/24');
    await must('password set dora@example.org --label phone --network anywhere');
    expect((await tested(phone, '--ip 198.51.100.9')).code).toBe(0);
    expect(
      await dovetail('password add dora@example.org --label x --network 192.0.2.1/24 --generate'),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringMatching('is no network, but an address in one; write it as 192.0.2.0/24'),
    });
  });

  test.each(['auth test dora@example.org', 'explain login dora@example.org'])(
    '%s from what is no address is refused',
    async (line) => {
      expect(await dovetail(`${line} --ip office`, PASSWORD)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching('"office" is no IP address; write it as'),
      });
    },
  );

  test('what is easily a slip of the pen is done, and said', async () => {
    const added = await dovetail('password add dora@example.org --service impa --label tablet');
    expect(added).toMatchObject({ code: 0, stderr: expect.stringMatching('impa is none of imap, pop3') });
    const ruled = await dovetail('password app-only --role adnim');
    expect(ruled).toMatchObject({ code: 0, stderr: expect.stringMatching('Nobody has the role adnim now') });
    await must('password app-only --role adnim --off');
  });

  test('ways to give a password that exclude each other are named as they were given', async () => {
    const { code, stderr } = await dovetail(
      'password add dora@example.org --label z --generate --hash-stdin',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch('--hash-stdin and --generate exclude each other; give one');
  });

  test('who must use them cannot use the plain password', async () => {
    for (const whom of ['--user dora@example.org', '--domain example.org', '--role auditor']) {
      if (whom.startsWith('--role')) await must('role add dora@example.org auditor');
      await must(`password app-only ${whom}`);
      expect(await tested(PASSWORD)).toMatchObject({ code: 1, said: expect.stringMatching('app password') });
      expect(await json('password app-only')).toMatchObject([{ name: whom.split(' ')[1] }]);
      await must(`password app-only ${whom} --off`);
      expect((await tested(PASSWORD)).code).toBe(0);
    }
    expect((await dovetail('password app-only --off')).code).toBe(2);
    expect(await dovetail('password app-only --domain nowhere.example')).toMatchObject({ code: 1 });
  });
});

describe('password report', () => {
  beforeAll(async () => {
    await must('domain add report.example');
    const weak = '{CRYPT}$1$ESKnoVlB$3W.jQKeiaGao6BET9WN3K/';
    const strong =
      '{crypt}$6$saltsalt$JcVDtuB6d1BHhCd5RPBh8g8xX/1CbY8EU2PN0MTaj2/Mypw4P./C6dN4j0HALhzBDTocyW1Jm.gYaTPjFGCV40';
    await must('user add old@report.example --hash-stdin', weak);
    await must('user add new@report.example --hash-stdin', strong);
    await must('user add clear@report.example --hash-stdin', '{PLAIN}two words');
    await must('password add new@report.example --service imap --label phone --generate');
    await withClient(database.url, (client) =>
      client.query(
        `update unified.users set last_login_at = '2026-03-01 12:30Z' where email = 'old@report.example'`,
      ),
    );
  });
  const report = 'password report --domain report.example';

  test('counts each scheme, and CRYPT by what its texts are', async () => {
    expect(await json(report)).toMatchObject({
      schemes: [
        { scheme: 'ARGON2ID', is_weak: false, passwords: 1, users: 1 },
        { scheme: 'CRYPT', is_weak: false, passwords: 1, users: 1 },
        { scheme: 'CRYPT', is_weak: true, passwords: 1, users: 1 },
        { scheme: 'PLAIN', is_weak: true, passwords: 1, users: 1 },
      ],
    });
  });

  test('names whose password is weak, and when they logged in', async () => {
    const said = await must(report);
    expect(said).toMatch(/^old@report\.example +dovecot +- +CRYPT +- +2026-03-01 12:30$/mu);
    expect(said).toMatch(/^clear@report\.example +dovecot +- +PLAIN +- +-$/mu);
    expect(said).not.toMatch(/^new@/mu);
    expect(said).not.toContain('$1$');
    expect(await json(`${report} --limit 1`)).toMatchObject({ weak: [{ user: 'clear@report.example' }] });
  });

  test('and the list of a user marks it too', async () => {
    expect(await must('password list clear@report.example')).toMatch(/^ *\d+ +dovecot +- +PLAIN \(weak\) /mu);
    expect(await must('password show clear@report.example')).toMatch(/^scheme +PLAIN \(weak\)$/mu);
    expect(await must('password list new@report.example')).not.toContain('(weak)');
  });

  test('of everybody without a domain, of nobody in another', async () => {
    expect(await must('password report')).toMatch(/^old@report\.example/mu);
    expect(await must('password report --domain old.example')).toContain('(none)');
  });
});

test('lookup shows the value of a secret map only if it is asked to', async () => {
  await must('map add smtp_sasl_password_maps mx.relay.example --value-stdin', 'me:hunter2');
  for (const words of ['', ' --json']) {
    const said = await must(`lookup smtp_sasl_password_maps mx.relay.example${words}`);
    expect(said).toContain('OK (not shown: --show-secret)');
    expect(said).not.toContain('hunter2');
  }
  expect(await must('lookup smtp_sasl_password_maps mx.relay.example --show-secret')).toContain(
    'OK me:hunter2',
  );
});

describe('secrets of sender rewriting', () => {
  const SECRET = 'an old secret of postsrsd';
  const lookUp = (map: string, key: string) =>
    dovetail(`lookup ${map} ${key}`, '', database.url, { DOVETAIL_SRS_DOMAIN: 'example.org' });

  test('one is taken over, the next one signs, what the first signed is accepted until it is removed', async () => {
    await must('srs rotate --secret-stdin', `${SECRET}\n`);
    const { stdout } = await lookUp('srs_sender', 'ann@elsewhere.example');
    const signed = /OK (?<address>\S+)/u.exec(stdout)?.groups?.address ?? '';
    expect(signed).toMatch(/^SRS0=.*=elsewhere\.example=ann@example\.org$/u);
    await must('srs rotate');
    const listed = (await json('srs list')) as { id: number }[];
    expect(listed).toMatchObject([
      { signs: true, expires_at: null },
      { signs: false, expires_at: expect.any(String) },
    ]);
    expect(await lookUp('srs_recipient', signed)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^OK ann@elsewhere\.example$/mu),
    });
    await must(`srs remove ${listed[1]?.id}`);
    expect(await lookUp('srs_recipient', signed)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('it is not signed by us'),
    });
  });

  test('a short one is refused, and so is a second time the same', async () => {
    expect(await dovetail('srs rotate --secret-stdin', 'short')).toMatchObject({ code: 1 });
    await must('srs rotate --secret-stdin', SECRET);
    expect(await dovetail('srs rotate --secret-stdin', SECRET)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is there already/u),
    });
  });

  test('none is listed or in the audit trail', async () => {
    const trail = await withClient(database.url, (client) =>
      client.query("select t::text as text from unified.audit_log t where action like 'srs.%'"),
    );
    expect(trail.rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(trail.rows) + (await must('srs list --json'))).not.toContain(SECRET);
  });
});

test('nothing that is stored or printed holds the password', async () => {
  const rows = await withClient(database.url, async (client) => {
    const tables = ['users', 'user_passwords', 'audit_log', 'mailbox_events'];
    const texts = tables.map((table) => `select t::text as text from unified.${table} t`);
    return (await client.query<{ text: string }>(texts.join(' union all '))).rows;
  });
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter(({ text }) => text.includes(PASSWORD))).toEqual([]);
});

const AWAY = 'postgresql://nobody@127.0.0.1:1/none';

describe('when the database is away', () => {
  const lines: Record<string, number> = {
    'lookup virtual_alias_maps sales@example.org': 75,
    'explain recipient sales@example.org': 75,
    'auth test alice@example.org': 75,
    'user list': 1,
    'migrate status': 1,
  };

  test.each(Object.entries(lines))('%s ends with exit code %i', async (line, code) => {
    const { stderr, ...rest } = await dovetail(line, PASSWORD, AWAY);
    expect(rest).toMatchObject({ code, stdout: '' });
    expect(stderr).toMatch(/^dovetail: cannot .+: .+\n$/);
    expect(stderr).toMatch(code === 75 ? /; mend that, then ask again$/m : /; check that PostgreSQL runs/);
  });
});

test('a database without the schema says what to run, and that has nothing more to say', async () => {
  const empty = await createTestDatabase({ migrated: false });
  const { code, stderr } = await dovetail('user list', '', empty.url);
  const migrated = await dovetail('migrate up', '', empty.url);
  await empty.close();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/schema is not there yet, or older .*; run: dovetail migrate up$/mu),
  });
  expect(migrated).toMatchObject({ code: 0, stderr: '' });
});

test('without a database, and without a folder for one, it is said which setting decides', async () => {
  const env = { DATABASE_URL: '', DOVETAIL_STATE_DIR: join(packageRoot(), 'package.json/state') };
  expect(await dovetail('user list', '', '', env)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /ENOTDIR.*; say in DATABASE_URL which PostgreSQL to use, or give DOVETAIL_STATE_DIR/u,
    ),
  });
});

describe("with the daemon's login, which may not read accounts", () => {
  const env = { DOVETAIL_DOVEADM_URLS: 'http://127.0.0.1:1', DOVETAIL_DOVEADM_API_KEY: 'key' };

  test.each([
    'user list',
    'limit add messages 1h 5',
    'quota recount --all',
    'explain login alice@example.org',
  ])('%s says whose login to use', async (line) => {
    const asDaemon = new URL(database.url);
    asDaemon.searchParams.set('options', '-c role=dovetail_daemon');
    const { code, stdout, stderr } = await dovetail(line, '', asDaemon.href, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^dovetail: .*: permission denied for .*; use the DATABASE_URL of the schema's owner.*\n$/u,
    );
  });
});

describe('the program itself', () => {
  const root = packageRoot();
  const spawn = (words: readonly string[], url = database.url) =>
    promisify(execFile)(join(root, 'bin/dovetail'), words, {
      env: { PATH: process.env.PATH, DATABASE_URL: url },
    });

  test('lists users from the bundle', async () => {
    const { stdout } = await spawn(['user', 'list', '--json', '--match', 'alice@*']);
    expect(JSON.parse(stdout)).toMatchObject([{ email: 'alice@example.org' }]);
  });

  test('reports a refusal with exit code 1 and wrong usage with 2', async () => {
    await expect(spawn(['user', 'show', 'gone@example.org'])).rejects.toMatchObject({ code: 1, stdout: '' });
    await expect(spawn(['user', 'dance'])).rejects.toMatchObject({ code: 2, stdout: '' });
  });

  // A process of its own: there the refusal comes before what words it is loaded.
  test.each(['up', 'down', 'status', 'verify'])(
    'says in one line that migrate %s has no database',
    async (verb) => {
      await expect(spawn(['migrate', verb], AWAY)).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^dovetail: cannot .+; check that PostgreSQL runs.*\n$/u),
      });
    },
  );
});
