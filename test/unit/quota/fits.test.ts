import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitOf, fitsBeside } from '../../../src/quota/fits.ts';

const limit = fc.option(fc.nat(5));
const measure = fc.record({ limit, usage: fc.nat(6) });
const facts = fc.record({ storage: measure, messages: measure, limit });

test('what fits is the same, known at once or of a whole mailbox', () => {
  fc.assert(
    fc.property(facts, fc.nat(6), fc.nat(6), ({ storage, messages, limit: most }, size, total) => {
      const mailbox = { login: 'ann', storage, messages, fullFor: undefined };
      const quick = fitsBeside({ ...mailbox, domain: { name: 'x.test', limit: most } }, size, total);
      const whole = fitOf({ ...mailbox, domain: { limit: most, usage: total } }, size);
      expect(quick).toBe(whole.kind === 'fits');
    }),
    { numRuns: 5000 },
  );
});
