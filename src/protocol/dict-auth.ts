/** dict-auth — the dict `auth`: who may log in and where mail lies, for passdb and userdb `dict` of Dovecot 2.3.
 *
 *   shared/passdb/<service>/<user>   the hash, and all that a userdb would say, as `userdb_…`
 *   shared/userdb/<user>             the mailbox; listed, everybody who may use mail
 *
 * Values are one flat JSON object. Dovecot compares the password, so it gets the hash: that of the
 * service asked for, else that of all mail.
 *
 * source    dovecot db-dict.c, passdb-dict.c, userdb-dict.c (2.3)
 * bugs      a dict has no word for a user who may not use mail: no password opens him, and his mail waits */

import { type Answer, absent, found, later, type Soon, unreachable } from '../base/answer.ts';
import { splitOnce } from '../base/text.ts';
import { accountFields, networkFields } from './account-fields.ts';
import type { Dict, DictKey, DictRow } from './dict.ts';
import type { Account, CredentialOutcome, LoginServices, UserOutcome } from './login.ts';

const PASSDB = 'shared/passdb/';
const USERDB = 'shared/userdb/';

export function authDict(services: Pick<LoginServices, 'find' | 'credential' | 'list'>): Dict {
  return {
    lookup({ path }) {
      if (path.startsWith(USERDB)) return soon(services.find(path.slice(USERDB.length)), userdbValue);
      // A user may have a slash in his name, a service has not.
      const [protocol, user] = splitOnce(path.slice(PASSDB.length), '/');
      if (!path.startsWith(PASSDB) || user === undefined) return later('there is no such key');
      const request = { user, password: '', protocol: protocol.toLowerCase(), ip: undefined };
      return soon(services.credential(request), passdbValue);
    },
    list: (key) => everybody(key, services),
  };
}

const soon = <O>(outcome: Soon<O>, value: (outcome: O) => Answer<string>): Soon<Answer<string>> =>
  outcome instanceof Promise ? outcome.then(value) : value(outcome);

function passdbValue(outcome: CredentialOutcome): Answer<string> {
  switch (outcome.kind) {
    case 'ok':
      return found(passdbJson(outcome));
    case 'unknown':
    case 'disabled':
      return absent;
    case 'later':
      return outcome;
    default:
      return unreachable(outcome);
  }
}

function userdbValue(outcome: UserOutcome): Answer<string> {
  switch (outcome.kind) {
    case 'ok':
      return found(userdbJson(outcome.account));
    case 'unknown':
      return absent;
    case 'disabled':
      // Mail that was accepted for him waits; "not there" would have it bounce.
      return later('the user may not use mail');
    case 'later':
      return outcome;
    default:
      return unreachable(outcome);
  }
}

const userdbJson = (account: Account): string =>
  toJson([`user=${account.user}`, ...accountFields(account, '23', '')]);

/** The latest text of an account that the cache keeps, and of what it was made: making it costs more than the rest of an answer. */
const made = new WeakMap<
  Account,
  { readonly hash: string; readonly networks: readonly string[]; readonly json: string }
>();

function passdbJson({ account, hash, networks }: Extract<CredentialOutcome, { kind: 'ok' }>): string {
  const known = made.get(account);
  if (known?.hash === hash && known.networks === networks) return known.json;
  const fields = [...networkFields(networks), ...accountFields(account, '23', 'userdb_')];
  const json = toJson([`user=${account.user}`, `password=${hash}`, ...fields]);
  made.set(account, { hash, networks, json });
  return json;
}

const toJson = (fields: readonly string[]): string =>
  JSON.stringify(Object.fromEntries(fields.map((field) => splitOnce(field, '='))));

async function* everybody(
  { path }: DictKey,
  { list }: Pick<LoginServices, 'list'>,
): AsyncGenerator<Answer<readonly DictRow[]>> {
  if (path !== USERDB) return yield later('there is no such list');
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await list(after);
    if (page.kind === 'later') return yield page;
    // Dovecot aborts on a key that is not below the path that it asked for.
    yield found(page.users.map((user) => ({ key: USERDB + user, value: '' })));
    after = page.users.at(-1);
  }
}
