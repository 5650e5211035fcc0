import { describe, expect, test } from 'vitest';
import { objectionTo } from '../../../src/auth/admit.ts';
import type { CredentialFacts, LoginFacts } from '../../../src/auth/facts.ts';
import type { Client, Opener } from '../../../src/auth/submissions.ts';
import type { Soon } from '../../../src/base/answer.ts';
import type { FactCache } from '../../../src/database/facts.ts';
import { createLapseOf } from '../../../src/policy/lapse.ts';
import { awayCache, coldCache, memoryCache } from '../../support/address-book.ts';
import { request } from './requests.ts';

const ann: LoginFacts = { username: 'ann@x.test', userId: '1', usable: true };
const phone: CredentialFacts = {
  id: '17',
  service: 'smtp',
  label: 'phone',
  hash: '{PLAIN}secret',
  mustChange: false,
  isExpired: false,
  isReplaced: false,
  isSuspended: false,
  restoredAt: null,
  networks: [],
  changedAt: '1764420294.123456',
};
const opened: Opener = { credential: '17', changedAt: phone.changedAt };
const sent = request({
  sasl: { username: 'Ann@X.test', method: 'PLAIN', sender: '' },
  instance: '1a2b.65f1c2d3.8e21f.0',
});

const kinds = { 'from memory': memoryCache, 'of the database': coldCache, 'last known': awayCache };

interface Now {
  readonly opener?: Soon<Opener | undefined>;
  readonly passwords?: readonly CredentialFacts[];
  readonly facts?: keyof typeof kinds;
}
const lapse = ({ opener = opened, passwords = [phone], facts = 'from memory' }: Now) => {
  const cacheOf = <V>(known: ReadonlyMap<string, V>): FactCache<V> => kinds[facts](known);
  const credentials = cacheOf(new Map(passwords.length > 0 ? [['ann@x.test', passwords]] : []));
  const asked: Client[] = [];
  const openerOf = (client: Client) => {
    asked.push(client);
    return opener;
  };
  const lapseOf = createLapseOf({
    logins: memoryCache(new Map([['ann@x.test', ann]])),
    submissions: { openerOf },
    credentials,
    objectionTo,
  });
  return { asked, is: lapseOf(sent) };
};
const since = (changedAt: string) => ({ ...phone, changedAt });
const desk = { ...phone, id: '18', label: 'desk' };

describe('the password of an open session', () => {
  test('is good as long as it is the one it was, which memory tells at once', () => {
    const { asked, is } = lapse({ passwords: [desk, phone] });
    expect(is).toBeUndefined();
    expect(asked).toEqual([{ user: 'ann@x.test', ip: '192.0.2.1', servedBy: String(0x1a2b) }]);
  });

  test.each([
    ['changed', [since('1764420294.123457')]],
    ['removed', [desk]],
    ['removed, the last one', []],
  ])('is replaced when it was %s', async (_, passwords) => {
    expect(lapse({ passwords }).is).toBe('replaced');
    expect(await lapse({ passwords, facts: 'of the database' }).is).toBe('replaced');
    expect(await lapse({ passwords, opener: Promise.resolve(opened) }).is).toBe('replaced');
  });

  test('is good when the login knew a newer one than memory', () => {
    expect(lapse({ passwords: [since('1764420294')] }).is).toBeUndefined();
  });

  test.each([
    ['nobody knows with which it was opened', { opener: undefined, passwords: [desk] }],
    ['it is not certain when', { opener: { ...opened, changedAt: undefined }, passwords: [desk] }],
    ['its change is only last known', { facts: 'last known', passwords: [since('1764420299')] }],
    ['that it is gone is only last known', { facts: 'last known', passwords: [desk] }],
    ['the database is away and memory empty', { facts: 'last known', passwords: [] }],
  ] as const)('is not objected to where %s', async (_, now: Now) => {
    const opener = 'opener' in now ? Promise.resolve(now.opener) : opened;
    expect(await lapse({ ...now, opener }).is).toBeUndefined();
  });

  const objections: [string, Partial<CredentialFacts>][] = [
    ['expired', { isExpired: true }],
    ['must-change', { mustChange: true }],
    ['network', { networks: ['198.51.100.0/24'] }],
    ['app-password-needed', { isReplaced: true }],
  ];
  test.each(objections)(
    'is %s as at the doors, also where it is not certain when the session was opened',
    async (lapsed, state) => {
      const passwords = [desk, { ...phone, ...state }];
      for (const changedAt of [phone.changedAt, undefined]) {
        expect(lapse({ passwords, opener: { ...opened, changedAt } }).is).toBe(lapsed);
      }
      expect(await lapse({ passwords, facts: 'last known' }).is).toBe(lapsed);
      expect(lapse({ passwords, opener: { ...opened, credential: desk.id } }).is).toBeUndefined();
    },
  );

  test('is good in one of its networks', () => {
    expect(lapse({ passwords: [{ ...phone, networks: ['192.0.2.0/24'] }] }).is).toBeUndefined();
  });

  test('is suspended, also where it is not certain when the session was opened', async () => {
    const passwords = [{ ...since('1764420299'), isSuspended: true }];
    for (const changedAt of [phone.changedAt, undefined]) {
      expect(lapse({ passwords, opener: { ...opened, changedAt } }).is).toBe('suspended');
    }
    expect(await lapse({ passwords, facts: 'last known' }).is).toBe('suspended');
  });
});
