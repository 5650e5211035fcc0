/** constraints — the database's last word, in the sentences of the services.
 *
 * The services look first and say it better; a constraint speaks where another node was faster,
 * or where a rule lives in the schema alone. */

import { type Refused, refused } from './outcome.ts';

/** By constraint name; what is not here is refused in general words by its kind. */
const SENTENCES: Readonly<Record<string, readonly [why: string, advice: string]>> = {
  users_email_unique: ['a user with this address exists already', 'see: dovetail user list'],
  users_username_unique: ['another user has this login name', 'choose another --login'],
  users_username_unambiguous: ['a login name with an @ must be the address itself', 'choose another --login'],
  users_username_format: [
    'the login name must be lower case, without control characters',
    'choose another --login',
  ],
  users_email_format: [
    'the address is not in the form that the schema takes',
    'write it as name@example.org',
  ],
  users_email_length: ['the address is too long', 'choose a shorter one'],
  fk_users_mail_domains_domain: ['its domain does not exist', 'add it first: dovetail domain add'],
  fk_email_aliases_mail_domains_alias_domain: [
    'its domain does not exist',
    'add it first: dovetail domain add',
  ],
  fk_mail_domains_mail_domains_target_domain: [
    'a domain that is the target of alias domains stays',
    'see: dovetail domain list',
  ],
  mail_domains_pkey: ['the domain exists already', 'see: dovetail domain list'],
  mail_domains_domain_unique: ['the domain exists already', 'see: dovetail domain list'],
  email_aliases_alias_email_destination_email_unique: [
    'the alias leads there already',
    'see: dovetail alias show',
  ],
  email_aliases_destination_email_elsewhere: [
    'an alias cannot lead to itself alone',
    'name another destination too',
  ],
  user_passwords_user_id_service_label_unique: [
    'the user has a password of this service and label',
    'give another --label',
  ],
  user_passwords_hash_scheme_known: [
    'dovetail cannot verify hashes of this scheme',
    'see: dovetail password add --help',
  ],
  user_passwords_password_hash_format: ['the text is no password hash', 'give {SCHEME}hash'],
  user_passwords_label_format: [
    'a label has at most 100 characters and no control characters',
    'choose another --label',
  ],
  user_roles_user_id_role_name_service_unique: ['the user has this role already', 'see: dovetail role list'],
  user_quotas_user_id_service_quota_type_unique: [
    'the user has such a quota already',
    'change it: dovetail quota set',
  ],
  srs_secrets_secret_unique: ['this secret is there already', 'see: dovetail srs list'],
  rate_limits_counted_by_fitting: [
    'this --by does not go with this counter, or with whose limit it is',
    'a user has --by user or credential, a domain --by domain too; --by network is for everybody, and counts no new recipients',
  ],
  rate_limits_counter_fitting: [
    'new networks are those of a user or of one of his passwords; a limit of bounces suspends the password',
    'choose --by user or --by credential, or for bounces --by credential --suspend',
  ],
  rate_limits_suspends_fitting: [
    'a limit that suspends is one by credential, and not of bytes',
    'give --by credential, and another counter',
  ],
  map_entries_key_map_unique: ['the map has this key already', 'change it: dovetail map set'],
  access_entries_user_id_domain_side_pattern_unique: [
    'the list has an entry about it already',
    'see: dovetail access list',
  ],
  manager_grants_user_id_address_unique: ['the user may manage it already', 'see: dovetail manager list'],
  sender_grants_user_id_sender_unique: ['the user may send as it already', 'see: dovetail sender list'],
};

// SQLSTATE class 23 and the few others that another node's change explains.
const KINDS: Readonly<Record<string, readonly [why: string, advice: string]>> = {
  '23505': ['it exists already', 'change what is there, or choose another name'],
  '23503': [
    'something that it belongs to, or that belongs to it, is in the way',
    'see: dovetail domain show, dovetail user show',
  ],
  '23514': ['the schema does not allow it', 'see docs/schema-reference.md for what it allows'],
  '23502': ['a value is missing', 'give it; --help tells the usage'],
  '22001': ['a value is too long', 'give a shorter one'],
  '22003': ['a number is too large', 'give a smaller one'],
};
const AGAIN: Readonly<Record<string, string>> = {
  '40001': 'another change came in between',
  '40P01': 'another change came in between',
  '55P03': 'another change takes too long',
};

/** The refusal that a database error stands for; undefined where the world is broken instead. */
export function refusedByConstraint(error: unknown): Refused | undefined {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (typeof code !== 'string') return undefined;
  const name = typeof constraint === 'string' ? constraint : undefined;
  const sentence = name === undefined ? undefined : SENTENCES[name];
  if (sentence) return refused(...sentence);
  const again = AGAIN[code];
  if (again) return refused(again, 'try again');
  const general = KINDS[code];
  if (!general) return undefined;
  const [why, advice] = general;
  return refused(name === undefined ? why : `${why} (${name})`, advice);
}

/** For the test that compares these names with the catalog. */
export const knownConstraints: readonly string[] = Object.keys(SENTENCES);
