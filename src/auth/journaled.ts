/** journaled — writes down what becomes of logins, whichever door they came through. */

import type { Journal } from './journal.ts';
import type { Logins } from './verify.ts';

export function journaled(logins: Logins, journal: Pick<Journal, 'record'>): Logins {
  return {
    ...logins,
    verify(request) {
      const verified = logins.verify(request);
      if (!(verified instanceof Promise)) {
        journal.record(request, verified);
        return verified;
      }
      return verified.then((late) => {
        journal.record(request, late);
        return late;
      });
    },
    async verifyToken(request) {
      const verified = await logins.verifyToken(request);
      journal.record(request, verified);
      return verified;
    },
    decided(request, verified) {
      logins.decided(request, verified);
      journal.record(request, verified);
    },
  };
}
