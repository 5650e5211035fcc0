import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSchema, type Schema } from '../../support/schema.ts';

let schema: Schema;

beforeAll(async () => {
  schema = await createSchema();
});
beforeEach(async () => {
  await schema.clear();
  await schema.rows(`insert into unified.dns_zones (domain, primary_ns, admin_email) values
    ('example.org', 'ns1.example.org', 'host.master@example.org'), ('other.example', 'ns1.example.org', 'h@example.org')`);
});
afterAll(() => schema.close());

const serial = async (domain: string): Promise<number> =>
  Number((await schema.values('select serial_number from unified.dns_zones where domain = $1', [domain]))[0]);

const add = (name: string, type: string, value: string, priority: number | null = null) =>
  schema.rows(
    `insert into unified.dns_records (domain, name, record_type, value, priority) values ('example.org', $1, $2, $3, $4)`,
    [name, type, value, priority],
  );

/** RFC 1982, once more. */
const grows = (from: number, to: number): boolean => {
  const step = (to - from + 2 ** 32) % 2 ** 32;
  return step > 0 && step < 2 ** 31;
};

describe('the serial', () => {
  const changes: Record<string, string> = {
    'a record is added': `insert into unified.dns_records (domain, record_type, value) values ('example.org', 'A', '192.0.2.9')`,
    'a record changes': `update unified.dns_records set value = '192.0.2.10'`,
    'a record is removed': 'delete from unified.dns_records',
    'a record is switched off': 'update unified.dns_records set is_active = false',
    'the zone changes': `update unified.dns_zones set refresh_interval = 60`,
    'somebody sets it back': 'update unified.dns_zones set serial_number = 1',
  };
  beforeEach(() => add('@', 'A', '192.0.2.1'));

  test.each(Object.entries(changes))('grows when %s', async (_, sql) => {
    const before = await serial('example.org');
    await schema.rows(sql);
    expect(grows(before, await serial('example.org'))).toBe(true);
  });

  test('grows with each of two changes in one second, and in one transaction', async () => {
    const seen = [await serial('example.org')];
    await schema.rows('begin');
    for (const i of [1, 2, 3]) {
      await add(`h${i}`, 'A', '192.0.2.1');
      seen.push(await serial('example.org'));
    }
    await schema.rows('commit');
    for (const [at, value] of seen.slice(1).entries()) expect(grows(seen[at] as number, value)).toBe(true);
  });

  test('grows in both zones when a record moves', async () => {
    const before = [await serial('example.org'), await serial('other.example')];
    await schema.rows(`update unified.dns_records set domain = 'other.example'`);
    expect(grows(before[0] as number, await serial('example.org'))).toBe(true);
    expect(grows(before[1] as number, await serial('other.example'))).toBe(true);
  });

  test('stays when nothing that is served changed', async () => {
    const before = await serial('example.org');
    await schema.rows(
      'update unified.dns_records set is_system_record = true; update unified.dns_zones set is_active = is_active',
    );
    expect(await serial('example.org')).toBe(before);
  });

  test.each([
    [1, '2026-11-22', 2026112200],
    [2026112200, '2026-11-22', 2026112201],
    [2026112299, '2026-11-22', 2026112300],
    [2026112300, '2026-11-22', 2026112301],
    [4294967295, '2026-11-22', 2026112200],
    [4000000000, '2026-11-22', 4000000001],
  ])('after %d on %s comes %d', async (old, today, next) => {
    const [row] = await schema.values('select unified.next_zone_serial($1, $2)', [old, today]);
    expect(Number(row)).toBe(next);
    expect(grows(old, next)).toBe(true);
  });

  test('a zone that is renamed takes its records along, and can be removed with them', async () => {
    await schema.rows(`update unified.dns_zones set domain = 'new.example' where domain = 'example.org'`);
    expect(await schema.values('select fqdn from unified.dns_records')).toEqual(['new.example']);
    await schema.rows(`delete from unified.dns_zones where domain = 'new.example'`);
    expect(await schema.rows('select from unified.dns_records')).toEqual([]);
  });
});

describe('records', () => {
  test('several of a type may share a name', async () => {
    await add('@', 'MX', 'mx1.example.org', 10);
    await add('@', 'MX', 'mx2.example.org', 10);
    await add('@', 'TXT', 'v=spf1 -all');
    await add('@', 'TXT', 'hello');
    await expect(add('@', 'TXT', 'hello')).rejects.toThrow(
      /dns_records_domain_name_record_type_value_unique/u,
    );
  });

  test('a CNAME stands alone, whichever comes first, and not at the apex', async () => {
    await add('www', 'CNAME', 'example.org');
    await expect(add('www', 'A', '192.0.2.1')).rejects.toThrow(
      /a CNAME stands alone on its name: www.example.org/u,
    );
    await expect(add('www', 'CNAME', 'other.example')).rejects.toThrow(/stands alone/u);
    await add('ftp', 'A', '192.0.2.1');
    await expect(add('ftp', 'CNAME', 'example.org')).rejects.toThrow(/stands alone/u);
    await expect(
      schema.rows(`update unified.dns_records set name = 'ftp' where name = 'www'`),
    ).rejects.toThrow(/stands alone/u);
    await expect(add('@', 'CNAME', 'other.example')).rejects.toThrow(/dns_records_record_type_placed/u);
  });

  test('two transactions cannot each add what the other must not have', async () => {
    const { default: pg } = await import('pg');
    const second = new pg.Client({ connectionString: schema.url });
    await second.connect();
    try {
      await schema.rows('begin');
      await add('www', 'CNAME', 'example.org');
      const waiting = second
        .query(
          `insert into unified.dns_records (domain, name, record_type, value) values ('example.org', 'www', 'A', '192.0.2.1')`,
        )
        .then(
          () => 'added',
          (error: Error) => error.message,
        );
      await schema.rows('commit');
      expect(await waiting).toMatch(/stands alone/u);
    } finally {
      await second.end();
    }
  });

  test.each([
    ['A', '192.0.2.1'],
    ['AAAA', '2001:db8::1'],
    ['AAAA', '::ffff:192.0.2.1'],
    ['CNAME', '_acme.example.org.'],
    ['NS', 'ns1.example.org'],
    ['PTR', 'mail.example.org'],
    ['TXT', 'v=DKIM1; k=rsa; p=MIGf"x"'],
    ['CAA', '0 issue "letsencrypt.org"'],
    ['TLSA', '3 1 1 abCD01'],
    ['SSHFP', '4 2 abcd'],
    ['DS', '12345 13 2 abcd'],
    ['HTTPS', '1 . alpn=h2,h3'],
    ['SVCB', '0 pool.example.org'],
    ['NAPTR', '100 10 "S" "SIP+D2U" "" _sip._udp.example.org'],
    ['URI', '10 1 "https://example.org/"'],
  ])('%s %s is taken', async (type, value) => {
    await add('x', type, value);
  });

  test.each([
    ['A', '192.0.2.256'],
    ['A', '192.0.2'],
    ['A', '192.0.2.1.'],
    ['A', '::1'],
    ['AAAA', '192.0.2.1'],
    ['AAAA', '2001:db8:::1'],
    ['AAAA', '2001:db8::/32'],
    ['CNAME', 'a b'],
    ['NS', ''],
    ['CAA', 'issue letsencrypt.org'],
    ['TLSA', '4 1 1 ab'],
    ['TLSA', '3 1 1 abc'],
    ['SSHFP', '4 2 xyz'],
    ['DS', '12345 13'],
    ['HTTPS', '. alpn=h2'],
    ['TXT', 'a\nb'],
    ['TXT', 'x'.repeat(2049)],
    ['NONSENSE', 'x'],
  ])('%s %j is refused', async (type, value) => {
    await expect(add('x', type, value)).rejects.toThrow();
  });

  test('an MX needs a priority, and an A has none', async () => {
    await expect(add('@', 'MX', 'mx.example.org')).rejects.toThrow(/dns_records_priority_fitting/u);
    await expect(add('@', 'A', '192.0.2.1', 10)).rejects.toThrow(/dns_records_priority_fitting/u);
  });
});

describe('what is served', () => {
  beforeEach(async () => {
    await schema.rows('update unified.dns_zones set serial_number = 2100000000');
    await add('@', 'MX', 'mx.example.org', 10);
    await add('@', 'TXT', `say "hi" ${'é'.repeat(120)}`);
    await schema.rows(`insert into unified.dns_records (domain, name, record_type, value, priority, weight, port, ttl)
      values ('example.org', '_imaps._tcp', 'SRV', 'mail.example.org.', 0, 1, 993, 60)`);
    await schema.rows(
      `insert into unified.dns_records (domain, name, record_type, value, is_active) values ('example.org', 'off', 'A', '192.0.2.1', false)`,
    );
  });

  test('a zone in presentation form, SOA first', async () => {
    expect(
      await schema.values(
        `select line from unified.dns_zone_records where zone = 'example.org' order by place, name, type`,
      ),
    ).toEqual([
      'example.org. 3600 IN SOA ns1.example.org. host\\.master.example.org. 2100000004 7200 1800 1209600 3600',
      '_imaps._tcp.example.org. 60 IN SRV 0 1 993 mail.example.org.',
      'example.org. 3600 IN MX 10 mx.example.org.',
      `example.org. 3600 IN TXT "say \\"hi\\" ${'é'.repeat(54)}" "${'é'.repeat(63)}" "${'é'.repeat(3)}"`,
    ]);
  });

  test('the tables of PowerDNS', async () => {
    expect(await schema.rows(`select name, type from unified.powerdns_domains order by name`)).toEqual([
      { name: 'example.org', type: 'MASTER' },
      { name: 'other.example', type: 'MASTER' },
    ]);
    const records = await schema.rows(
      `select name, type, content, prio, disabled from unified.powerdns_records where domain_id = 1 and type in ('SOA', 'SRV', 'A') order by type`,
    );
    expect(records).toEqual([
      { name: 'off.example.org', type: 'A', content: '192.0.2.1', prio: null, disabled: true },
      {
        name: 'example.org',
        type: 'SOA',
        content: 'ns1.example.org host\\.master.example.org 2100000004 7200 1800 1209600 3600',
        prio: null,
        disabled: false,
      },
      {
        name: '_imaps._tcp.example.org',
        type: 'SRV',
        content: '1 993 mail.example.org',
        prio: 0,
        disabled: false,
      },
    ]);
  });
});
