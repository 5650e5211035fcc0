/** The format of rewritten senders, by what postsrsd 1.10 makes of the same senders, and by its properties. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Mailbox, parseMailbox, writeMailbox } from '../../../src/base/address.ts';
import { type Reversed, reverse, rewrite } from '../../../src/lookup/srs.ts';

const SECRET = 'first-secret-of-ours';
/** 2026-11-29, when postsrsd was asked. */
const TODAY = 20_786;

const mailbox = (text: string): Mailbox => {
  const read = parseMailbox(text);
  if (!read) throw new Error(`no mailbox: ${text}`);
  return read;
};
const show = (reversed: Reversed): string | undefined =>
  reversed.kind === 'sender' ? writeMailbox(reversed.sender) : reversed.why;

describe('as postsrsd', () => {
  const answers: Readonly<Record<string, string>> = {
    'ann@elsewhere.example': 'SRS0=9LnW=JS=elsewhere.example=ann',
    'Ann@Elsewhere.EXAMPLE': 'SRS0=9LnW=JS=elsewhere.example=Ann',
    'ann+x=y@elsewhere.example': 'SRS0=lOFY=JS=elsewhere.example=ann+x=y',
    'SRS0=ABCD=EF=orig.example=bob@second.example': 'SRS1=RIe1=second.example==ABCD=EF=orig.example=bob',
    'SRS0+ABCD=EF=orig.example=bob@second.example': 'SRS1=JE7t=second.example=+ABCD=EF=orig.example=bob',
    'SRS1=ABCD=third.example==WXYZ=EF=orig.example=bob@second.example':
      'SRS1=9gXS=third.example==WXYZ=EF=orig.example=bob',
  };

  test.each(Object.entries(answers))('%s is rewritten', (sender, local) => {
    expect(rewrite(mailbox(sender), SECRET, TODAY)).toBe(local);
  });

  const ways: Readonly<Record<string, string>> = {
    'SRS0=9LnW=JS=Elsewhere.EXAMPLE=Ann': 'Ann@elsewhere.example',
    'srs0=9lnw=js=elsewhere.example=ann': 'ann@elsewhere.example',
    'SRS0+9LnW=JS=elsewhere.example=ann': 'ann@elsewhere.example',
    'SRS0-9LnW=JS=elsewhere.example=ann': 'ann@elsewhere.example',
    'SRS1=RIe1=second.example==ABCD=EF=orig.example=bob': 'SRS0=ABCD=EF=orig.example=bob@second.example',
    'SRS1=JE7t=second.example=+ABCD=EF=orig.example=bob': 'SRS0+ABCD=EF=orig.example=bob@second.example',
    'SRS1=9gXS=third.example==WXYZ=EF=orig.example=bob': 'SRS0=WXYZ=EF=orig.example=bob@third.example',
  };

  test.each(Object.entries(ways))('%s leads back', (local, sender) => {
    expect(show(reverse(local, ['another secret', SECRET], TODAY))).toBe(sender);
  });
});

describe('nobody is behind', () => {
  const nobodies: Readonly<Record<string, [local: string, why: string]>> = {
    'another sender': ['SRS0=9LnW=JS=elsewhere.example=eve', 'it is not signed by us'],
    'another day': ['SRS0=9LnW=JT=elsewhere.example=ann', 'it is not signed by us'],
    'another host': ['SRS1=RIe1=third.example==ABCD=EF=orig.example=bob', 'it is not signed by us'],
    'a hash of three characters': ['SRS0=9Ln=JS=elsewhere.example=ann', 'it is not signed by us'],
    'a hash of none': ['SRS0==JS=elsewhere.example=ann', 'it is not signed by us'],
    'a longer hash that only begins well': ['SRS0=9LnWx=JS=elsewhere.example=ann', 'it is not signed by us'],
    'no sender': ['SRS0=9LnW=JS=elsewhere.example=', 'it is malformed'],
    'the mark alone': ['SRS0=', 'it is malformed'],
    'the second mark alone': ['SRS1=', 'it is malformed'],
    'the second form without a first': ['SRS1=RIe1=second.example=ABCD', 'it is malformed'],
  };

  test.each(Object.entries(nobodies))('%s', (_, [local, why]) => {
    expect(reverse(local, [SECRET], TODAY)).toEqual({ kind: 'none', why });
  });

  test('an address signed by a secret that is accepted no more', () => {
    expect(show(reverse('SRS0=9LnW=JS=elsewhere.example=ann', ['another'], TODAY))).toBe(
      'it is not signed by us',
    );
  });
});

const atom = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,30}$/u);
const label = fc.stringMatching(/^[a-z0-9]{1,8}$/u);
const sender = fc
  .record({ local: fc.oneof(atom, fc.string({ minLength: 1, maxLength: 20 })), name: label })
  .map(({ local, name }) => parseMailbox(`${local}@${name}.example`))
  .filter((read) => read !== undefined);
const day = fc.integer({ min: 0, max: 100_000 });
const secret = fc.string({ minLength: 1 });

test('each sender that is rewritten leads back for 21 days, in any letter case, by any secret that is accepted', () => {
  const property = fc.property(
    sender,
    secret,
    fc.array(secret),
    day,
    fc.integer({ min: -1, max: 21 }),
    fc.boolean(),
    (from, signing, others, today, later, folded) => {
      const local = rewrite(from, signing, today);
      fc.pre(local !== undefined);
      // As Postfix folds an address before smtpd asks.
      const asked = folded ? local.toLowerCase() : local;
      const reversed = reverse(asked, [...others, signing], today + later);
      const back = reversed.kind === 'sender' ? reversed.sender : undefined;
      expect(back?.domain).toBe(from.domain);
      expect(back?.local.toLowerCase()).toBe(from.local.toLowerCase());
      if (!folded && !/^srs[01][=+-]/iu.test(from.local)) expect(back).toEqual(from);
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('on the 22nd day and until the round of days is over it leads nowhere', () => {
  for (const later of [22, 100, 1022]) {
    expect(reverse('SRS0=9LnW=JS=elsewhere.example=ann', [SECRET], TODAY + later)).toMatchObject({
      kind: 'none',
    });
  }
});

test('no other text leads anywhere, and none throws', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string().map((text) => `SRS0=${text}`),
    fc.string().map((text) => `SRS1=${text}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(reverse(text, [SECRET], TODAY).kind).toBe('none');
    }),
    { numRuns: 1000 },
  );
});

test('an address that would have a local part of more than 64 octets is not made', () => {
  const fits = mailbox(`${'x'.repeat(32)}@elsewhere.example`);
  expect(rewrite(fits, SECRET, TODAY)).toHaveLength(63);
  expect(rewrite({ ...fits, local: 'x'.repeat(33) }, SECRET, TODAY)).toHaveLength(64);
  expect(rewrite({ ...fits, local: 'x'.repeat(34) }, SECRET, TODAY)).toBeUndefined();
});
