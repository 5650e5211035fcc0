/** requests — policy requests as a test needs them: a stranger's at RCPT, but for what is said. */

import type { PolicyRequest } from '../../../src/policy/request.ts';

export const request = (changes: Partial<PolicyRequest> = {}): PolicyRequest => ({
  state: 'RCPT',
  sender: 'stranger@elsewhere.net',
  recipient: '',
  recipientCount: 0,
  size: 0,
  instance: '1a2b.5f3c.0',
  queueId: '',
  client: { address: '192.0.2.1', name: 'unknown', reverseName: 'unknown' },
  helo: 'mx.elsewhere.net',
  sasl: { username: '', method: '', sender: '' },
  tls: { protocol: '', fingerprint: '' },
  context: '',
  ...changes,
});

/** Who has logged in. */
export const login = (username: string): Pick<PolicyRequest, 'sasl'> => ({
  sasl: { username, method: 'PLAIN', sender: '' },
});
