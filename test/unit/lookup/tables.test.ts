import { describe, expect, test } from 'vitest';
import type { Answer } from '../../../src/base/answer.ts';
import { createBook } from '../../../src/lookup/book.ts';
import { createLookup } from '../../../src/lookup/lookup.ts';
import {
  awayCachesOf,
  cachesOf,
  coldCachesOf,
  domain as d,
  type Entries,
} from '../../support/address-book.ts';
import { createTestClock } from '../../support/clock.ts';

const entries: Entries = {
  domains: {
    'example.org': {},
    'caught.example': {},
    'comma.example': {},
    'old.example': { type: 'alias', target: d('example.org') },
    'older.example': { type: 'alias', target: d('caught.example') },
    'off.example': { usable: false },
    'relay.example': { type: 'relay' },
    'backup.example': { type: 'backup' },
    'xn--bcher-kva.example': {},
  },
  mailboxes: {
    'alice@example.org': true,
    'bob@example.org': true,
    'gone@example.org': { usable: false },
    '"a b"@example.org': true,
    'jörg@xn--bcher-kva.example': true,
    'dora@caught.example': true,
    'locked@caught.example': { usable: false },
    'exact+tag@example.org': true,
    'exact@example.org': true,
    'keeper@example.org': true,
    'forwarded@example.org': true,
    'offbutforwards@example.org': { usable: false },
    'deadend@example.org': true,
    'roundabout@example.org': true,
    'leads-to-gone@example.org': true,
  },
  aliases: {
    'sales@example.org': ['alice@example.org', 'bob@elsewhere.net'],
    'team@example.org': ['sales@example.org', 'bob@example.org', 'alice@example.org'],
    'keeper@example.org': ['keeper@example.org', 'me@elsewhere.net'],
    'forwarded@example.org': ['bob@example.org'],
    'offbutforwards@example.org': ['bob@example.org'],
    'expired@example.org': ['-alice@example.org'],
    'half@example.org': ['-alice@example.org', 'bob@example.org'],
    'former@example.org': ['ghost@example.org', 'gone@example.org', 'bob@example.org'],
    'dead@example.org': ['ghost@example.org', 'gone@example.org'],
    'loop1@example.org': ['loop2@example.org'],
    'loop2@example.org': ['loop1@example.org'],
    'wayout1@example.org': ['wayout2@example.org', 'alice@example.org'],
    'wayout2@example.org': ['wayout1@example.org'],
    'grow@example.org': ['grow+x@example.org'],
    'off@caught.example': ['-dora@caught.example'],
    '@caught.example': ['dora@caught.example'],
    'hop@example.org': ['sales@old.example'],
    'deadend@example.org': ['gone@example.org', 'ghost@example.org'],
    'roundabout@example.org': ['there@example.org'],
    'there@example.org': ['roundabout@example.org'],
    'half-shut@example.org': ['gone@example.org', 'bob@example.org'],
    'pair@example.org': ['alice@example.org', 'bob@example.org'],
    'leads-to-gone@example.org': ['gone@example.org'],
    'board@example.org': ['deadend@example.org', 'bob@example.org'],
  },
  senders: {
    'alice@example.org': ['alice@example.org'],
    'sales@example.org': ['alice@example.org', 'carol'],
    '@example.org': ['boss'],
    'gone@example.org': ['gone@example.org'],
    'desk@example.org': ['alice@example.org', 'ann smith'],
    '"a b"@example.org': ['"a b"@example.org'],
    'x@comma.example': ['bob,alice'],
  },
  entries: {
    relay_recipient_maps: { 'known@relay.example': 'OK', '@backup.example': 'OK' },
    transport_maps: {
      'vip@relay.example': 'smtp:[10.0.0.9]',
      'relay.example': 'smtp:[10.0.0.7]',
      '.below.example': 'smtp:[10.0.0.8]',
      '.near.below.example': 'error:5.1.1 closed',
    },
    virtual_alias_domains: { 'forwarding.example': 'yes', 'example.org': 'yes' },
    canonical_maps: {
      'old@example.org': 'new@example.org',
      'old+y@example.org': 'exact@example.org',
      '@renamed.example': '@example.org',
    },
    sender_bcc_maps: { '@relay.example': 'archive@example.org', 'vip@relay.example': 'vips@example.org' },
    smtp_tls_policy_maps: { 'secure.example': 'secure match=secure.example', '.secure.example': 'encrypt' },
    check_client_access: {
      'spam.example': 'REJECT spam',
      '192.0.2.7/32': 'OK',
      '192.0.2.0/24': 'REJECT',
      '2001:db8::/32': 'DEFER',
    },
    check_helo_access: { 'spam.example': 'REJECT spam' },
    check_sender_access: {
      'spam.example': 'REJECT spam',
      'good@spam.example': 'OK',
      'lottery@': 'REJECT lottery',
    },
  },
  secrets: {
    smtp_sasl_password_maps: { '[mx.example.net]:587': 'me:secret', 'alice@example.org': 'alice:secret' },
  },
  certificates: {
    'mx.one.example': { kind: 'pair', base64: 'b25l', notAfter: new Date(0) },
    '*.two.example': { kind: 'pair', base64: 'dHdv', notAfter: new Date(0) },
    'own.two.example': { kind: 'pair', base64: 'b3du', notAfter: new Date(0) },
    'broken.two.example': { kind: 'unusable', why: 'the certificate cannot be read: broken.pem' },
  },
};

const lookup = createLookup({ book: createBook(cachesOf(entries)), rules: { delimiters: '+' } });

function words(answer: Answer<string>): string {
  if (answer.kind === 'found') return answer.value;
  return answer.kind === 'absent' ? '—' : `later: ${answer.why}`;
}

function cases(map: string, table: Record<string, [key: string, answer: string | RegExp]>) {
  describe(map, () => {
    for (const [name, [key, answer]] of Object.entries(table)) {
      test(name, async () => {
        const got = words(await lookup.answer(map, key));
        if (typeof answer === 'string') expect(got).toBe(answer);
        else expect(got).toMatch(answer);
      });
    }
  });
}

cases('virtual_mailbox_domains', {
  'a virtual domain is ours': ['example.org', 'example.org'],
  'an alias domain is ours': ['old.example', 'old.example'],
  'letter case does not matter': ['EXAMPLE.org', 'example.org'],
  'a U-label is its A-label': ['bücher.example', 'xn--bcher-kva.example'],
  'a relay domain is not delivered here': ['relay.example', '—'],
  'a domain that is switched off is not ours': ['off.example', '—'],
  'a stranger is not ours': ['elsewhere.net', '—'],
  'a subdomain is not the domain': ['mail.example.org', '—'],
  'no domain at all': ['@@', '—'],
  'an address literal': ['[192.0.2.1]', '—'],
  'a dotted number': ['192.0.2.1', '—'],
  nothing: ['', '—'],
});

cases('virtual_mailbox_maps', {
  'a mailbox': ['alice@example.org', 'example.org/alice/'],
  'letter case does not matter': ['Alice@EXAMPLE.org', 'example.org/alice/'],
  'the extension leads to the mailbox': ['alice+news@example.org', 'example.org/alice/'],
  'an exact address with a plus goes before the extension': [
    'exact+tag@example.org',
    'example.org/exact+tag/',
  ],
  'through the alias domain': ['alice+x@old.example', 'example.org/alice/'],
  'a quoted local part': ['"a b"@example.org', 'example.org/"a b"/'],
  'the same, unquoted, as Postfix asks second': ['a b@example.org', 'example.org/"a b"/'],
  'needless quotes': ['"alice"@example.org', 'example.org/alice/'],
  'SMTPUTF8, in any case and normalisation': ['JO\u0308RG@Bücher.example', 'xn--bcher-kva.example/jörg/'],
  'a mailbox that forwards is still a mailbox': ['forwarded@example.org', 'example.org/forwarded/'],
  'a mailbox that keeps a copy': ['keeper@example.org', 'example.org/keeper/'],
  'a mailbox whose mail leads to nobody does not keep it instead': ['deadend@example.org', '—'],
  'a mailbox whose mail goes round waits for the administrator': [
    'roundabout@example.org',
    'later: alias loop: roundabout@example.org → there@example.org → roundabout@example.org',
  ],
  'a locked mailbox is refused': ['gone@example.org', '—'],
  'an alias is no mailbox': ['sales@example.org', '—'],
  'the catch-all is no mailbox': ['whoever@caught.example', '—'],
  'an address literal does not exist': ['alice@[192.0.2.1]', '—'],
  'a transport probe does not exist': ['*', '—'],
  'a bare word': ['alice', '—'],
  'the domain alone': ['@example.org', '—'],
  'over-long': [`${'x'.repeat(400)}@example.org`, '—'],
  'a control character': ['ali\u0000ce@example.org', '—'],
  'a broken quote': ['"alice@example.org', '—'],
});

cases('virtual_alias_maps', {
  'a group with an external member': ['sales@example.org', 'alice@example.org,bob@elsewhere.net'],
  'aliases are followed to the end, each target once': [
    'team@example.org',
    'alice@example.org,bob@elsewhere.net,bob@example.org',
  ],
  'a plain mailbox is no alias': ['alice@example.org', '—'],
  'the extension is put on the targets': [
    'sales+q3@example.org',
    'alice+q3@example.org,bob+q3@elsewhere.net',
  ],
  'an alias domain leads to the mailbox': ['alice@old.example', 'alice@example.org'],
  'an alias domain keeps the extension': ['alice+x@old.example', 'alice+x@example.org'],
  'an alias domain leads to the aliases': ['sales@old.example', 'alice@example.org,bob@elsewhere.net'],
  'an alias to an alias domain': ['hop@example.org', 'alice@example.org,bob@elsewhere.net'],
  'an unknown address of an alias domain': ['ghost@old.example', '—'],
  'a mailbox that forwards': ['forwarded@example.org', 'bob@example.org'],
  'a mailbox that keeps a copy': ['keeper@example.org', 'keeper@example.org,me@elsewhere.net'],
  'the copy keeps the extension': ['keeper+a@example.org', 'keeper+a@example.org,me+a@elsewhere.net'],
  'a locked mailbox is refused though it forwards': ['offbutforwards@example.org', '—'],
  'a catch-all takes what nobody has': ['whoever@caught.example', 'dora@caught.example'],
  'a catch-all puts no extension on': ['whoever+x@caught.example', 'dora@caught.example'],
  'a catch-all never swallows a mailbox': ['dora@caught.example', '—'],
  'nor its extensions': ['dora+x@caught.example', '—'],
  'a locked mailbox does not fall through to the catch-all': ['locked@caught.example', '—'],
  'nor does an alias that is switched off': ['off@caught.example', '—'],
  "the alias domain's target has the last word": ['whoever@older.example', 'dora@caught.example'],
  'an expired alias is refused': ['expired@example.org', '—'],
  'an expired row leaves the others': ['half@example.org', 'bob@example.org'],
  'dead members are left out': ['former@example.org', 'bob@example.org'],
  'an alias with dead members alone is refused': ['dead@example.org', '—'],
  'a mailbox that forwards to nobody is refused': ['deadend@example.org', '—'],
  'and is a dead member of a group': ['board@example.org', 'bob@example.org'],
  'a loop waits for the administrator': [
    'loop1@example.org',
    'later: alias loop: loop1@example.org → loop2@example.org → loop1@example.org',
  ],
  'a loop with a way out delivers': ['wayout1@example.org', 'alice@example.org'],
  'a loop through growing extensions ends': ['grow@example.org', /^later: alias loop: .{1,1500}$/u],
  'a relay domain is left to others': ['x@relay.example', '—'],
  'a domain that is switched off': ['x@off.example', '—'],
  'a stranger': ['x@elsewhere.net', '—'],
});

cases('smtpd_sender_login_maps', {
  'a mailbox belongs to its login, and to who was granted the domain': [
    'alice@example.org',
    'alice@example.org,boss',
  ],
  'an extension is the same sender': ['Alice+x@example.org', 'alice@example.org,boss'],
  'an alias belongs to its members': ['sales@example.org', 'alice@example.org,carol,boss'],
  'an alias domain': ['alice@old.example', 'alice@example.org,boss'],
  'a locked mailbox may be used by nobody': ['gone@example.org', '—'],
  'a stranger': ['x@elsewhere.net', '—'],
  'the null sender': ['<>', '—'],
  'a login that Postfix would read as two is left out': ['desk@example.org', 'alice@example.org,boss'],
  'also that of a quoted address': ['"a b"@example.org', 'boss'],
  'an address that only such a login may use is neither free nor its parts': [
    'x@comma.example',
    'later: the login "bob,alice" cannot be told to Postfix, which separates names by commas and spaces',
  ],
});

cases('relay_domains', {
  'a domain whose mail is passed on': ['relay.example', 'relay.example'],
  'a backup MX, in any letter case': ['Backup.Example', 'backup.example'],
  'a domain with mailboxes is not relayed': ['example.org', '—'],
  'a subdomain is not the domain': ['sub.relay.example', '—'],
  'a stranger': ['elsewhere.net', '—'],
});

cases('relay_recipient_maps', {
  'a known recipient': ['known@relay.example', 'OK'],
  'with an extension': ['Known+x@relay.example', 'OK'],
  'an unknown one of a domain with users': ['ghost@relay.example', '—'],
  'anybody of a domain without users': ['whoever@backup.example', 'OK'],
});

cases('transport_maps', {
  'an address before its domain': ['vip@relay.example', 'smtp:[10.0.0.9]'],
  'also with an extension': ['vip+x@relay.example', 'smtp:[10.0.0.9]'],
  'the domain': ['x@relay.example', 'smtp:[10.0.0.7]'],
  'not its subdomains': ['x@sub.relay.example', '—'],
  'all below a domain': ['x@deep.down.below.example', 'smtp:[10.0.0.8]'],
  'the nearest parent decides': ['x@very.near.below.example', 'error:5.1.1 closed'],
  'not the domain itself': ['x@below.example', '—'],
  'the probe of trivial-rewrite': ['*', '—'],
});

cases('virtual_alias_domains', {
  'a domain of aliases alone': ['forwarding.example', 'forwarding.example'],
  'never one that is in another class': ['example.org', '—'],
  'a stranger': ['elsewhere.net', '—'],
});

cases('canonical_maps', {
  'an address': ['old@example.org', 'new@example.org'],
  'the extension travels along': ['old+x@example.org', 'new+x@example.org'],
  'an entry with an extension is whole': ['old+y@example.org', 'exact@example.org'],
  'a domain': ['whoever@renamed.example', '@example.org'],
  'a stranger': ['x@elsewhere.net', '—'],
});

cases('sender_bcc_maps', {
  'a copy of all that a domain sends': ['x@relay.example', 'archive@example.org'],
  'an extension is no part of a copy': ['vip+x@relay.example', 'vips@example.org'],
});

cases('smtp_sasl_password_maps', {
  'a destination as configured': ['[MX.example.net]:587', 'me:secret'],
  'a sender': ['alice+x@example.org', 'alice:secret'],
  'a host without a login': ['mx.elsewhere.net', '—'],
});

cases('smtp_tls_policy_maps', {
  'a destination': ['secure.example', 'secure match=secure.example'],
  'all below a parent, as Postfix asks for it': ['.secure.example', 'encrypt'],
  'a destination without a policy': ['elsewhere.net', '—'],
});

cases('tls_server_sni_maps', {
  'a name': ['MX.one.example', 'b25l'],
  'a name below a wildcard': ['any.two.example', 'dHdv'],
  'its own certificate before the wildcard': ['own.two.example', 'b3du'],
  'a wildcard stands for one label': ['a.b.two.example', '—'],
  'and not for its domain': ['two.example', '—'],
  'a parent, as Postfix asks for it': ['.two.example', '—'],
  'a name without a certificate': ['elsewhere.net', '—'],
  'no name': ['*.two.example', '—'],
  'one that cannot be used is not passed over for a wildcard': [
    'broken.two.example',
    'later: the certificate cannot be read: broken.pem',
  ],
});

cases('check_client_access', {
  'a name': ['mail.spam.example', 'REJECT spam'],
  'an address': ['192.0.2.7', 'OK'],
  'the narrowest network decides': ['192.0.2.8', 'REJECT'],
  'an IPv6 network': ['2001:db8:0::7', 'DEFER'],
  'another network': ['198.51.100.1', '—'],
  'a client without a name': ['unknown', '—'],
});

cases('check_helo_access', {
  'a parent domain': ['Mail.Spam.Example', 'REJECT spam'],
  'an address literal': ['[192.0.2.7]', '—'],
});

cases('check_sender_access', {
  'an address before its domain': ['good@spam.example', 'OK'],
  'with an extension': ['good+x@spam.example', 'OK'],
  'a parent domain': ['x@mail.spam.example', 'REJECT spam'],
  'a name in every domain': ['lottery+win@elsewhere.net', 'REJECT lottery'],
});

describe('senders of forwarded mail', () => {
  const srs = { domain: d('caught.example'), exclude: ['list.example', '.far.example'], today: () => 20_786 };
  const rules = { delimiters: '+', srs };
  const secrets = ['first-secret-of-ours', 'an older one'];
  const asked = async (map: string, key: string, given: Entries = { ...entries, srsSecrets: secrets }) =>
    words(await createLookup({ book: createBook(cachesOf(given)), rules }).answer(map, key));
  const signed = 'SRS0=9LnW=JS=elsewhere.example=Ann@caught.example';

  const senders: Record<string, [key: string, answer: string]> = {
    'an outside one is rewritten, its letters as they were': ['Ann@Elsewhere.example', signed],
    'one of a domain here stays': ['ghost@example.org', '—'],
    'one of a domain that is switched off stays': ['x@off.example', '—'],
    'one of a relay domain stays': ['x@relay.example', '—'],
    'one of a domain of aliases stays': ['x@forwarding.example', '—'],
    'an excluded domain stays': ['x@list.example', '—'],
    'a domain below an excluded one stays': ['x@deep.far.example', '—'],
    'the parent of what is excluded does not': [
      'ann@far.example',
      'SRS0=xS2N=JS=far.example=ann@caught.example',
    ],
    'one of ours that was rewritten stays': [signed, '—'],
    'one that is too long stays': [`${'x'.repeat(60)}@elsewhere.example`, '—'],
    'a quoted one stays quoted': [
      '"a b"@elsewhere.example',
      '"SRS0=d0rs=JS=elsewhere.example=a b"@caught.example',
    ],
  };
  test.each(Object.entries(senders))('%s', async (_, [key, answer]) => {
    expect(await asked('srs_sender', key)).toBe(answer);
  });

  const recipients: Record<string, [key: string, answer: string]> = {
    'a bounce leads back': [signed, 'Ann@elsewhere.example'],
    'folded as smtpd asks': [signed.toLowerCase(), 'ann@elsewhere.example'],
    'a forged one leads nowhere': [signed.replace('Ann', 'Eve'), '—'],
    'one of another domain is not ours': [signed.replace('caught', 'other'), '—'],
    'a mailbox is none': ['dora@caught.example', '—'],
  };
  test.each(Object.entries(recipients))('%s', async (_, [key, answer]) => {
    expect(await asked('srs_recipient', key)).toBe(answer);
  });

  test('the catch-all gets none of them, signed or forged, but all else', async () => {
    for (const key of [
      signed,
      signed.replace('Ann', 'Eve'),
      'SRS1=x@caught.example',
      'srs0-x@caught.example',
    ]) {
      expect(await asked('virtual_alias_maps', key)).toBe('—');
      expect(await asked('virtual_mailbox_maps', key)).toBe('—');
    }
    expect(await asked('virtual_alias_maps', 'srs0@caught.example')).toBe('dora@caught.example');
  });

  test('an alias that was made at such an address is followed', async () => {
    const made = {
      ...entries,
      aliases: { ...entries.aliases, 'srs0=x@caught.example': ['bob@example.org'] },
    };
    expect(await asked('virtual_alias_maps', 'SRS0=x@caught.example', made)).toBe('bob@example.org');
  });

  test('without a secret mail waits', async () => {
    const why = 'later: there is no secret to rewrite senders with: dovetail srs rotate';
    expect(await asked('srs_sender', 'ann@elsewhere.example', entries)).toBe(why);
    expect(await asked('srs_recipient', signed, entries)).toBe(why);
  });

  test('with the database away a forged address is not called absent', async () => {
    const caches = awayCachesOf({ ...entries, srsSecrets: secrets });
    const away = createLookup({ book: createBook(caches), rules });
    expect(words(await away.answer('srs_recipient', signed))).toBe('Ann@elsewhere.example');
    const forged = signed.replace('Ann', 'Eve');
    expect(words(await away.answer('srs_recipient', forged))).toMatch(/^later: the database is away/u);
  });

  test('without a domain there is no rewriting', async () => {
    expect(words(await lookup.answer('srs_sender', 'ann@elsewhere.example'))).toBe('—');
    expect(words(await lookup.answer('srs_recipient', signed))).toBe('—');
  });

  test('a domain of its own is ours without being added, one that is added goes by its type', async () => {
    const inDomain = async (domain: string, map: string) =>
      words(
        await createLookup({
          book: createBook(cachesOf(entries)),
          rules: { ...rules, srs: { ...srs, domain: d(domain) } },
        }).answer(map, domain),
      );
    expect(await inDomain('srs.example', 'virtual_mailbox_domains')).toBe('srs.example');
    expect(await inDomain('forwarding.example', 'virtual_alias_domains')).toBe('—');
    expect(await inDomain('relay.example', 'virtual_mailbox_domains')).toBe('—');
    expect(await inDomain('off.example', 'virtual_mailbox_domains')).toBe('—');
  });

  test('no reply is remembered: the day is in it', () => {
    const told: number[] = [];
    const { answer } = createLookup({
      book: createBook(cachesOf({ ...entries, srsSecrets: secrets })),
      rules,
    });
    expect(answer('srs_recipient', signed, (until) => told.push(until))).toMatchObject({ kind: 'found' });
    expect(told).toEqual([]);
  });
});

describe('when the database is away', () => {
  const away = createLookup({ book: createBook(awayCachesOf(entries)), rules: { delimiters: '+' } });
  const outage: Record<string, [map: string, key: string, answer: string]> = {
    'a known mailbox is still found': ['virtual_mailbox_maps', 'alice@example.org', 'example.org/alice/'],
    'a known alias is still followed': ['virtual_alias_maps', 'keeper@example.org', 'later: database away'],
    'a known mailbox answers with itself, as no absence can be proven': [
      'virtual_alias_maps',
      'alice@example.org',
      'alice@example.org',
    ],
    'a locked mailbox is not called absent': [
      'virtual_alias_maps',
      'gone@example.org',
      'later: the database is away, so an absence cannot be proven',
    ],
    'a group with a member that is last known locked waits': [
      'virtual_alias_maps',
      'half-shut@example.org',
      'later: the database is away, so it cannot be proven that gone@example.org takes no mail',
    ],
    'a group whose members are last known is answered': [
      'virtual_alias_maps',
      'pair@example.org',
      'alice@example.org,bob@example.org',
    ],
    'a mailbox whose mail leads to one that is last known locked waits': [
      'virtual_mailbox_maps',
      'leads-to-gone@example.org',
      'later: the database is away, so it cannot be proven that gone@example.org takes no mail',
    ],
    'an unknown address is not called absent': [
      'virtual_mailbox_maps',
      'ghost@example.org',
      'later: database away',
    ],
    'an unknown domain is not called absent': [
      'virtual_mailbox_domains',
      'elsewhere.net',
      'later: database away',
    ],
  };
  for (const [name, [map, key, answer]] of Object.entries(outage)) {
    test(name, async () => expect(words(await away.answer(map, key))).toBe(answer));
  }
});

test('an answer from memory is there at once, without a promise', () => {
  expect(lookup.answer('virtual_alias_maps', 'team@example.org')).toMatchObject({ kind: 'found' });
});

test('one query brings all that an unknown address may need', async () => {
  const cold = coldCachesOf(entries);
  const answer = await createLookup({ book: createBook(cold), rules: { delimiters: '+' } }).answer(
    'virtual_alias_maps',
    'ghost+x@example.org',
  );
  expect(answer.kind).toBe('absent');
  expect(cold.addresses.queries).toEqual([['ghost+x@example.org', 'ghost@example.org', '@example.org']]);
  expect(cold.domains.queries).toEqual([['example.org']]);
});

describe('a group', () => {
  const groupOf = (members: readonly string[]) => ({
    domains: { 'example.org': {} },
    mailboxes: Object.fromEntries(members.map((one) => [one, true as const])),
    aliases: { 'all@example.org': members },
  });
  const thousand = (address: (n: number) => string) => Array.from({ length: 1000 }, (_, n) => address(n));
  const expanded = async (caches: Parameters<typeof createBook>[0]) =>
    createLookup({ book: createBook(caches), rules: { delimiters: '+' } }).answer(
      'virtual_alias_maps',
      'all@example.org',
    );

  test('of a thousand members is asked for once, whoever of them is in memory', async () => {
    const members = thousand((n) => `u${n}@example.org`);
    const cold = coldCachesOf(groupOf(members));
    const { peek } = cachesOf(groupOf(members)).addresses;
    const known = ['all@example.org', 'u0@example.org', 'u500@example.org'];
    const addresses = {
      ...cold.addresses,
      peek: (key: string) => (known.includes(key) ? peek(key) : undefined),
    };
    expect(await expanded({ ...cold, addresses })).toEqual({ kind: 'found', value: members.join(',') });
    expect(cold.addresses.queries).toHaveLength(1);
  });

  test('whose members are all elsewhere, each in a domain of his own, too', async () => {
    const members = thousand((n) => `u@d${n}.example`);
    const cold = coldCachesOf({ aliases: { 'all@example.org': members } });
    expect(await expanded(cold)).toEqual({ kind: 'found', value: members.join(',') });
    expect(cold.addresses.queries).toHaveLength(2);
    expect(cold.domains.queries).toHaveLength(1);
  });

  test('of more than a thousand is too large for Postfix: its mail waits', async () => {
    const members = [...thousand((n) => `u${n}@example.org`), 'one@example.org'];
    expect(await expanded(cachesOf(groupOf(members)))).toMatchObject({ kind: 'later' });
  });
});

describe('what is told of trust', () => {
  const clock = createTestClock();
  const untils = async (caches: ReturnType<typeof cachesOf>, key: string): Promise<number[]> => {
    const told: number[] = [];
    const { answer } = createLookup({ book: createBook(caches), rules: { delimiters: '+' } });
    await answer('virtual_mailbox_maps', key, (until) => told.push(until));
    return told;
  };
  function trustedFor(terms: Readonly<Record<string, number>>): ReturnType<typeof cachesOf> {
    const caches = cachesOf(entries);
    const peek = (key: string) =>
      ({ ...caches.addresses.peek(key), trustedUntil: clock.now() + (terms[key] ?? 0) }) as never;
    return { ...caches, addresses: { ...caches.addresses, peek } };
  }

  test('an answer is trusted until the first of its facts may end', async () => {
    const caches = trustedFor({ 'alice+x@example.org': 3000, 'alice@example.org': 1000 });
    expect(await untils(caches, 'alice@example.org')).toEqual([clock.now() + 1000]);
    expect(await untils(caches, 'alice+x@example.org')).toEqual([clock.now() + 1000]);
  });

  test('facts without a term of trust end at once', async () => {
    expect(await untils(cachesOf(entries), 'alice@example.org')).toEqual([Number.NEGATIVE_INFINITY]);
  });

  test('nothing is told of an answer that needed a query', async () => {
    expect(await untils(coldCachesOf(entries), 'alice@example.org')).toEqual([]);
  });
});
