import { expect, test } from 'vitest';
import { misfit } from '../../../src/config/check.ts';

const FOR_24 = 'dovecot_config_version = 2.4.0\n';
const BY_WORKER = '\n# Door: auth-worker.\n#\n';

test.each([
  ['the release that it is for', '', '2.3.21', undefined],
  ['another release', FOR_24, '2.3.19.1', /for Dovecot 2\.4, and 2\.3\.19\.1 is installed/],
  ['a release that a door was tried with', BY_WORKER, '2.3.19.1', undefined],
  ['a release that a door was tried with, of Debian', FOR_24 + BY_WORKER, '2.4.1-4', undefined],
  ['a release that a door was not tried with', FOR_24 + BY_WORKER, '2.4.2-1', /and not with 2\.4\.2/],
])('a dovecot.conf on %s', (_, text, installed, said) => {
  if (said === undefined) expect(misfit(text, installed)).toBeUndefined();
  else expect(misfit(text, installed)).toMatch(said);
});
