import { describe, expect, test } from 'vitest';
import { later } from '../../../src/base/answer.ts';
import type { Log, LogFields } from '../../../src/base/log.ts';
import { createTally } from '../../../src/base/tally.ts';
import { createDecide } from '../../../src/policy/decide.ts';
import { orderRules, parseChoices, showChoices } from '../../../src/policy/order.ts';
import type { Rule } from '../../../src/policy/rule.ts';
import { type Judgement, pass } from '../../../src/policy/verdict.ts';
import { cachesOf } from '../../support/address-book.ts';
import { request, servicesOn } from './requests.ts';

const refusal: Judgement = {
  kind: 'refuse',
  reply: { code: 550, status: '5.7.1', text: 'No' },
  because: { limit: 3 },
};
const waiting: Judgement = {
  kind: 'wait',
  reply: { code: 450, status: '4.7.1', text: 'Not yet' },
  because: {},
};

const rule = (name: string, judge: Rule['judge'], changes: Partial<Rule> = {}): Rule => ({
  name,
  words: name,
  states: ['RCPT'],
  mode: 'enforce',
  whenUnknown: 'defer',
  judge,
  ...changes,
});

function decide(rules: readonly Rule[], choices?: string) {
  const events: [string, LogFields | undefined][] = [];
  const write = (event: string, fields?: LogFields) => void events.push([event, fields]);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const tally = createTally();
  const names = rules.map(({ name }) => name);
  const chosen = choices === undefined ? null : (parseChoices(choices, names) ?? null);
  const services = servicesOn(cachesOf({}));
  const { decide, apply } = createDecide({
    order: orderRules(rules, chosen),
    services,
    log,
    sparing: log,
    tally,
  });
  return { decide, apply, events, tally };
}

const doing = (deed: () => void): Judgement => ({ ...waiting, deed }) as Judgement;

const never = rule('never', () => {
  throw new Error('must not be asked');
});

describe('decide', () => {
  test('no objection is pass, at once', () => {
    expect(decide([rule('a', () => pass)]).decide(request())).toBe(pass);
    expect(decide([]).decide(request())).toBe(pass);
  });

  test('the first objection is the answer, and nobody is asked after it', () => {
    const first = rule('first', () => waiting);
    expect(decide([rule('a', () => pass), first, never]).decide(request())).toBe(waiting);
  });

  test('what goes with an answer is done where the rule is enforced, and never in shadow', async () => {
    let deeds = 0;
    const does = rule('does', () => doing(() => (deeds += 1)));
    const doesLate = rule('does', async () => doing(() => (deeds += 1)));
    void decide([does], 'does=shadow').decide(request());
    void decide([doesLate], 'does=shadow').decide(request());
    await new Promise(setImmediate);
    expect(deeds).toBe(0);
    void decide([does]).decide(request());
    await decide([doesLate]).decide(request());
    expect(deeds).toBe(2);
  });

  test('an objection that comes late is the answer too, and nobody is asked before it came', async () => {
    const slow = rule('slow', () => new Promise((resolve) => setImmediate(resolve, refusal)));
    expect(await decide([slow, never]).decide(request())).toBe(refusal);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('a bug');
      },
    ],
    ['rejects', () => Promise.reject(new Error('a bug'))],
    ['says later', () => later('a bug')],
  ] as const)(
    'a rule that %s could not find out: later, and nobody after it refuses',
    async (_how, judge) => {
      const decided = await decide([rule('ill', judge), rule('next', () => refusal)]).decide(request());
      expect(decided).toMatchObject({ kind: 'later', why: expect.stringContaining('a bug') });
    },
  );

  test('a rule that could not find out has no objection, where the settings say so', async () => {
    const ill = rule('ill', () => later('away'));
    expect(await decide([ill], 'ill/pass').decide(request())).toBe(pass);
    expect(await decide([ill, rule('next', () => refusal)], 'ill/pass, next').decide(request())).toBe(
      refusal,
    );
  });

  test('a rule is asked in its states only', () => {
    const { decide: at } = decide([rule('data', () => refusal, { states: ['DATA'] })]);
    expect(at(request())).toBe(pass);
    expect(at(request({ state: 'DATA' }))).toBe(refusal);
  });

  test('a rule that is off is not asked', () => {
    expect(decide([{ ...never, mode: 'off' }]).decide(request())).toBe(pass);
    expect(decide([never], 'never=off').decide(request())).toBe(pass);
  });

  test('a rule in shadow objects in the log alone, with what would have been answered', () => {
    const { decide: at, events } = decide([rule('new', () => refusal)], 'new=shadow');
    expect(at(request({ recipient: 'ann@x.test' }))).toBe(pass);
    expect(events).toEqual([
      [
        'policy.shadow',
        expect.objectContaining({
          rule: 'new',
          reply: '550 5.7.1 No',
          because: { limit: 3 },
          recipient: 'ann@x.test',
        }),
      ],
    ]);
  });

  test('a rule in shadow is not waited for', () => {
    const endless = rule('endless', () => new Promise<Judgement>(() => undefined));
    expect(decide([endless], 'endless=shadow').decide(request())).toBe(pass);
  });

  test('an enforced objection is a log line with who, what and why, and nothing unprintable', () => {
    const { decide: at, events } = decide([rule('a', () => refusal)]);
    void at(request({ sender: 'a\nb@x.test', sasl: { username: 'ann', method: 'PLAIN', sender: '' } }));
    expect(events).toEqual([
      [
        'policy.refused',
        {
          rule: 'a',
          state: 'RCPT',
          sender: 'a\\u{a}b@x.test',
          recipient: '',
          client: '192.0.2.1',
          sasl: 'ann',
          instance: '1a2b.5f3c.0',
          reply: '550 5.7.1 No',
          because: { limit: 3 },
        },
      ],
    ]);
  });

  test('verdicts are counted by rule and mode', () => {
    const { decide: at, tally } = decide([rule('a', () => refusal)], 'a=shadow');
    void at(request());
    expect(tally.read()).toContainEqual({ labels: ['a', 'shadow', 'refuse'], count: 1 });
  });

  test('other rules are in force at once', () => {
    const rules = [rule('a', () => refusal)];
    const { decide: at, apply } = decide(rules);
    apply(orderRules(rules, [{ name: 'a', mode: 'off' }]));
    expect(at(request())).toBe(pass);
  });
});

describe('the order of the rules', () => {
  const names = ['one', 'two', 'three-four'];
  const rules = names.map((name) => rule(name, () => pass));
  const shown = (text: string) =>
    orderRules(rules, parseChoices(text, names) ?? null).map(
      ({ rule: { name }, mode, whenUnknown }) => `${name} ${mode} ${whenUnknown}`,
    );

  test('is that of the settings; who is not named is off', () => {
    expect(shown('three-four=shadow, one/pass')).toEqual([
      'three-four shadow defer',
      'one enforce pass',
      'two off defer',
    ]);
  });

  test('is that of the family where nothing is said', () => {
    expect(orderRules(rules, null).map(({ rule: { name } }) => name)).toEqual(names);
  });

  test('is that of the family where `default` is named, and so is what is not named beside it', () => {
    expect(shown('three-four=shadow, default, one/pass')).toEqual([
      'one enforce pass',
      'two enforce defer',
      'three-four shadow defer',
    ]);
  });

  test.each([
    '',
    'four',
    'default=off',
    'default, default',
    'one,',
    'one=loud',
    'one=shadow/perhaps',
    'one, one=off',
    'one two',
  ])('%j is refused', (text) => {
    expect(parseChoices(text, names)).toBeUndefined();
  });

  test('is shown as it is written', () => {
    const text = 'three-four=shadow, one/pass, two=enforce/defer';
    expect(showChoices(parseChoices(text, names) ?? [])).toBe(text);
    expect(showChoices(parseChoices('default, one=off', names) ?? [])).toBe('default, one=off');
  });
});
