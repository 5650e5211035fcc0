/** tallied — counts what becomes of logins, whoever asks. */

import type { Tally } from '../base/tally.ts';
import { isService } from './services.ts';
import type { Logins, Verified } from './verify.ts';

/** By service and outcome. A service that is none of ours, a stranger's word, is `other`. */
export function tallied(logins: Logins, tally: Tally): Logins {
  const count = (protocol: string, verified: Verified): Verified => {
    const service = protocol === '' ? 'untold' : protocol;
    tally.at(isService(protocol) ? service : 'other', verified.kind).count += 1;
    return verified;
  };
  return {
    ...logins,
    verify(request) {
      const verified = logins.verify(request);
      if (verified instanceof Promise) return verified.then((late) => count(request.protocol, late));
      return count(request.protocol, verified);
    },
    verifyToken: async (request) => count(request.protocol, await logins.verifyToken(request)),
    decided(request, verified) {
      logins.decided(request, verified);
      count(request.protocol, verified);
    },
  };
}
