import { describe, expect, test } from 'vitest';
import type { Mark } from '../../../src/auth/guessing/marks.ts';
import { createMemoryStore } from '../../../src/auth/guessing/memory-store.ts';
import { createSubmissions, remembering } from '../../../src/auth/submissions.ts';
import type { Logins, Verified } from '../../../src/auth/verify.ts';

let time = 1_700_000_000_000;
const now = () => time;
const alice = { user: 'alice@example.org', ip: '192.0.2.7', servedBy: undefined };
const at = (servedBy: string) => ({ ...alice, servedBy });
const HOURS = 3_600_000;

/** Two daemons that share their marks. */
const both = () => {
  const store = createMemoryStore({ now });
  return [createSubmissions({ store, now }), createSubmissions({ store, now })] as const;
};
const phone = { id: 'phone', changedAt: '1700000000.5' };
const desk = { id: 'desk', changedAt: '1700000000.25' };
let messages = 0;
const message = () => `message ${++messages}`;

describe('the password behind a message', () => {
  test('is that of the login which this process of Postfix had verified', async () => {
    const [one, other] = both();
    one.begin(at('11'), phone);
    one.begin(at('12'), desk);
    for (const daemon of [one, other]) {
      expect(await daemon.openerOf(at('11'), message())).toMatchObject({ credential: 'phone' });
      expect(await daemon.openerOf(at('12'), message())).toMatchObject({ credential: 'desk' });
    }
    time += 1;
    one.begin(at('11'), desk);
    expect(await one.openerOf(at('11'), message())).toMatchObject({ credential: 'desk' });
    expect(await other.openerOf(at('11'), message())).toMatchObject({ credential: 'desk' });
  });

  test('is answered at once by the daemon that verified it', () => {
    const [one] = both();
    one.begin(at('11'), phone);
    expect(one.openerOf(at('11'), message())).toMatchObject({ credential: 'phone' });
  });

  test('is told with the time of its last change before the login, where the process is certain', async () => {
    for (const daemon of both()) {
      daemon.begin(at('11'), phone);
      expect(await daemon.openerOf(at('11'), message())).toEqual({
        credential: 'phone',
        changedAt: phone.changedAt,
      });
    }
    const [one, other] = both();
    one.begin(at('11'), phone);
    time += 1;
    one.begin(at('11'), { ...phone, changedAt: '1700000001' });
    for (const daemon of [one, other]) {
      expect(await daemon.openerOf(at('11'), message())).toEqual({
        credential: 'phone',
        changedAt: '1700000001',
      });
    }
    one.begin({ ...alice, ip: '192.0.2.9' }, phone);
    expect(await one.openerOf({ ...at('11'), ip: '192.0.2.9' }, message())).toEqual({ credential: 'phone' });
  });

  test('is read where a daemon before this one wrote it without that time', async () => {
    const store = createMemoryStore({ now });
    const set = { kind: 'submissions', id: 'alice%40example.org:192.0.2.7' } as const;
    void store.add({ set, mark: '11:phone', at: time, keepFor: HOURS, most: 64, again: 'renew' });
    const opener = await createSubmissions({ store, now }).openerOf(at('11'), message());
    expect(opener).toEqual({ credential: 'phone' });
  });

  test('is not told of a process that nobody named, where others were', async () => {
    const [one] = both();
    one.begin(at('11'), phone);
    expect(await one.openerOf(at('13'), message())).toBeUndefined();
  });

  test('is the only one that this user used from this address, where no process was told', async () => {
    const [one, other] = both();
    one.begin(alice, phone);
    expect(await one.openerOf(at('11'), message())).toMatchObject({ credential: 'phone' });
    expect(await other.openerOf(at('11'), message())).toMatchObject({ credential: 'phone' });
    expect(await one.openerOf({ ...at('11'), ip: '192.0.2.8' }, message())).toBeUndefined();
    expect(await one.openerOf({ ...at('11'), user: 'bob@example.org' }, message())).toBeUndefined();
    one.begin(alice, desk);
    expect(await one.openerOf(at('11'), message())).toBeUndefined();
    expect(await other.openerOf(at('11'), message())).toBeUndefined();
  });

  test('stays the same for all recipients of a message', async () => {
    const [, other] = both();
    other.begin(alice, phone);
    const one = message();
    expect(await other.openerOf(at('11'), one)).toMatchObject({ credential: 'phone' });
    other.begin(alice, desk);
    expect(await other.openerOf(at('11'), one)).toMatchObject({ credential: 'phone' });
  });

  test('is not told of a token, nor of a password beside one', async () => {
    const [one] = both();
    one.begin(at('11'), undefined);
    expect(await one.openerOf(at('11'), message())).toBeUndefined();
    one.begin(alice, undefined);
    one.begin(alice, phone);
    expect(await one.openerOf(alice, message())).toBeUndefined();
  });

  test('is told too where another process of the same number, of another host, serves somebody else', () => {
    const [one] = both();
    one.begin(at('11'), phone);
    one.begin({ ...at('11'), user: 'bob@example.org' }, desk);
    expect(one.openerOf(at('11'), message())).toMatchObject({ credential: 'phone' });
    expect(one.openerOf({ ...at('11'), user: 'bob@example.org' }, message())).toMatchObject({
      credential: 'desk',
    });
    expect(one.openerOf({ ...at('11'), ip: '192.0.2.8' }, message())).toBeUndefined();
  });

  test('is told to the other daemons once a minute, and at once where it is another', () => {
    const store = createMemoryStore({ now });
    const marks: string[] = [];
    const add = (mark: Mark) => void marks.push(mark.mark);
    const { begin } = createSubmissions({ store: { ...store, add }, now });
    const told = (...[client, password]: Parameters<typeof begin>) => {
      begin(client, password);
      return marks.splice(0);
    };
    expect(told(at('11'), phone)).toEqual(['11:phone:1700000000.5']);
    time += 59_999;
    expect(told(at('11'), phone)).toEqual([]);
    expect(told(at('12'), phone)).toEqual(['12:phone:1700000000.5']);
    expect(told(alice, phone)).toEqual([':phone:1700000000.5']);
    expect(told(alice, phone)).toEqual([]);
    expect(told({ ...at('11'), ip: '192.0.2.8' }, phone)).toEqual(['11:phone:1700000000.5']);
    time += 1;
    expect(told(at('11'), phone)).toEqual(['11:phone:1700000000.5']);
    expect(told(at('11'), desk)).toEqual(['11:desk:1700000000.25']);
    expect(told(at('11'), { ...desk, changedAt: '1700000001' })).toEqual(['11:desk:1700000001']);
    expect(told(at('11'), undefined)).toEqual(['11::']);
    expect(told(at('11'), phone)).toEqual(['11:phone:1700000000.5']);
  });

  describe('for who asks when the session may be over', () => {
    test('is that of the login, if the process was told no other', async () => {
      const [one, other] = both();
      one.begin(at('11'), phone);
      one.begin(at('12'), desk);
      time += 60_000;
      one.begin(at('11'), phone);
      for (const daemon of [one, other]) {
        expect(await daemon.onlyOpenerOf(at('11'))).toEqual({
          credential: 'phone',
          changedAt: phone.changedAt,
        });
        expect(await daemon.onlyOpenerOf(at('12'))).toMatchObject({ credential: 'desk' });
        expect(await daemon.onlyOpenerOf(at('13'))).toBeUndefined();
      }
    });

    test.each([
      ['another password', desk],
      ['the same, changed', { ...phone, changedAt: '1700000001' }],
      ['a token', undefined],
    ])('is not told where the process was told %s too, before or after', async (_, second) => {
      for (const order of [
        [phone, second],
        [second, phone],
      ]) {
        const [one, other] = both();
        for (const password of order) {
          one.begin(at('11'), password);
          time += 1;
        }
        for (const daemon of [one, other]) expect(await daemon.onlyOpenerOf(at('11'))).toBeUndefined();
      }
    });

    test('is the only one from this address, where no process was told', async () => {
      const [one, other] = both();
      one.begin(alice, phone);
      expect(await other.onlyOpenerOf(at('11'))).toEqual({ credential: 'phone' });
      one.begin(alice, desk);
      expect(await other.onlyOpenerOf(at('11'))).toBeUndefined();
    });

    test('is not told by a store that fails', async () => {
      const store = { ...createMemoryStore({ now }), read: () => Promise.reject(new Error('away')) };
      const daemon = createSubmissions({ store, now });
      daemon.begin(at('11'), phone);
      expect(await daemon.onlyOpenerOf(at('11'))).toBeUndefined();
    });
  });

  test('is forgotten after a day', async () => {
    const [one, other] = both();
    one.begin(at('11'), phone);
    time += 25 * HOURS;
    for (const daemon of [one, other]) {
      expect(await daemon.openerOf(at('11'), message())).toBeUndefined();
    }
  });
});

describe('a login', () => {
  const ok = (id: string): Verified =>
    ({ kind: 'ok', account: { user: 'Alice@Example.ORG' }, credential: { id } }) as unknown as Verified;
  const heard = (verified: Verified) => {
    const begun: unknown[] = [];
    const logins = { verify: () => verified, decided: () => undefined } as unknown as Logins;
    const begin = (...what: unknown[]) => void begun.push(what);
    return { begun, logins: remembering(logins, { begin }) };
  };
  const request = { user: 'alice@example.org', password: 'x', ip: '192.0.2.7' };

  test.each(['smtp', 'submission', ''])('by %s may be followed by mail', (protocol) => {
    const { begun, logins } = heard(ok('17'));
    void logins.verify({ ...request, protocol, servedBy: '11' });
    logins.decided({ ...request, protocol }, ok('18'));
    expect(begun).toEqual([
      [{ user: 'alice@example.org', ip: '192.0.2.7', servedBy: '11' }, { id: '17' }],
      [{ user: 'alice@example.org', ip: '192.0.2.7', servedBy: undefined }, { id: '18' }],
    ]);
  });

  test.each([
    ['by another protocol', { protocol: 'imap' }, ok('17')],
    ['that was refused', { protocol: 'smtp' }, { kind: 'mismatch' } as const],
    ['from nowhere', { protocol: 'smtp', ip: undefined }, ok('17')],
  ])('%s is not', (_, more, verified) => {
    const { begun, logins } = heard(verified as Verified);
    void logins.verify({ ...request, ...more });
    expect(begun).toEqual([]);
  });
});
