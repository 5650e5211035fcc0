import { describe, expect, test } from 'vitest';
import { bounceOrder, bouncePlan, settledBeside, shareOf } from '../../../../src/policy/bounces/charges.ts';
import { type Limit, limitsInForce } from '../../../../src/policy/limits/limit.ts';
import { orderFor } from '../../../../src/policy/limits/order.ts';
import { request } from '../requests.ts';

const ALICE = 'alice@example.org';
const facts = { login: ALICE, domain: 'example.org', limits: limitsInForce([]) };
const password = { id: '17', service: 'smtp', label: 'phone', isSuspended: false, restoredAt: null };
const whose = { user: ALICE, credential: 'password 17', domain: 'example.org', network: '' };
const orderOf = (isRefused: boolean) =>
  bounceOrder(facts, { whose, password }, { recipient: 'zoe@y.example', isRefused });

describe('what is counted of a recipient', () => {
  test('who does not exist: that he does not, once, and that he found his end', () => {
    expect(orderOf(true)).toMatchObject({
      news: ['bounces'],
      charges: [
        { meter: 'bounces:3600000', max: 100, ifNew: 0, isSoft: true },
        { meter: 'settled:3600000', ifNew: undefined, isSoft: true },
      ],
    });
  });

  test('who was delivered to: that he found his end', () => {
    const { news, charges } = orderOf(false);
    expect({ news, meters: charges.map(({ meter }) => meter) }).toEqual({
      news: [],
      meters: ['settled:3600000'],
    });
    const [limit] = bouncePlan(facts.limits).limits;
    expect(settledBeside(orderOf(true), limit as Limit)).toMatchObject({ meter: 'settled:3600000' });
  });

  test('lies apart from what Postfix asks about, which charges nothing of it', () => {
    const sasl = { username: ALICE, method: 'PLAIN', sender: '' };
    const asked = orderFor(request({ sasl, recipient: 'zoe@y.example' }), facts, password)?.order;
    expect(asked?.charges.map(({ meter }) => meter)).not.toContain('bounces:3600000');
    expect(asked?.owners).not.toContainEqual(orderOf(false).owners[0]);
  });
});

test.each([
  [0, 0, 0],
  [1, 3, 33],
  [50, 100, 50],
  [3, 3, 100],
  [3, 0, 100],
])('%i of %i is %i per cent', (bounces, settled, share) => expect(shareOf(bounces, settled)).toBe(share));
