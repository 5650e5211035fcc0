/** settings-table — every setting, once: its names, type, unit, default and words.
 *
 * All else follows from it: reading (settings.ts) and the reference page (settings-page.ts).
 * A new setting is a new row. */

import type { Domain } from '../base/address.ts';
import { hours, minutes, seconds } from '../base/clock.ts';
import type { StandardFolders } from './folders.ts';
import { LEAST_HASH_MEMORY, standardHashMemory } from './hash-memory.ts';
import {
  choice,
  count,
  delimiters,
  domains,
  folder,
  hostPort,
  type Kind,
  mailDomain,
  mapsAtPorts,
  matching,
  mode,
  networks,
  optional,
  origins,
  percentages,
  ruleChoices,
  schemeNames,
  sizeFrom,
  span,
  spanFrom,
  yesNo,
} from './kinds.ts';
import type { LogLevel } from './log.ts';

export interface Setting<V> {
  /** The environment variable; in the YAML file the same in lower case without `DOVETAIL_`. */
  readonly env: string;
  readonly kind: Kind<V>;
  /** A function where the default depends on how dovetail is installed. */
  readonly fallback: V | ((folders: StandardFolders) => V);
  readonly words: string;
  /** The default in words, where the value itself would not help a reader. */
  readonly fallbackWords?: string;
  readonly secret?: true;
  /** A reload (SIGHUP) puts it in force; all others need a restart. */
  readonly live?: true;
  /** Part of the public interface, without effect in this version; setting it is a warning. */
  readonly pending?: true;
}

const setting = <V>(row: Setting<V>): Setting<V> => row;
const postgresUrl = optional(matching('a postgresql:// URL', /^postgres(?:ql)?:\/\/\S+$/u));

export const settingsTable = {
  databaseUrl: setting({
    env: 'DATABASE_URL',
    kind: postgresUrl,
    fallback: null,
    fallbackWords: 'none: an embedded PostgreSQL below the state folder',
    words:
      'The PostgreSQL that holds the schema `unified`. The embedded one is for trying out, not for production.',
    secret: true,
  }),
  databaseReadUrl: setting({
    env: 'DATABASE_READ_URL',
    kind: postgresUrl,
    fallback: null,
    words: 'A replica for lookups.',
    secret: true,
    pending: true,
  }),
  redisUrl: setting({
    env: 'REDIS_URL',
    kind: optional(matching('a redis:// URL', /^rediss?(?:\+\w+)?:\/\/\S+$/u)),
    fallback: null,
    fallbackWords: 'none: counters live in this process',
    words:
      'Counts of wrong passwords shared between several daemons (docs/guessing.md). `redis+sentinel://`, `redis+cluster://` and `redis+unix://` too.',
    secret: true,
  }),
  stateDir: setting({
    env: 'DOVETAIL_STATE_DIR',
    kind: folder,
    fallback: (folders) => folders.stateDir,
    fallbackWords: '`/var/lib/dovetail`, else `./var` in a checkout',
    words:
      'What must outlive a restart: the embedded database. As root it belongs to the user `postgres`, or `nobody`, who must be able to enter it: in a checkout that is closed to others, as below `/root`, the default is `/var/lib/dovetail`.',
  }),
  certificateDir: setting({
    env: 'DOVETAIL_CERTIFICATE_DIR',
    kind: optional(folder),
    fallback: null,
    fallbackWords: '`certificates` below the state folder',
    words:
      'The folder below which the paths in `unified.certificates` lie (docs/certificates.md). The daemon must be able to read private keys there, and nobody else should.',
  }),
  runDir: setting({
    env: 'DOVETAIL_RUN_DIR',
    kind: folder,
    fallback: (folders) => folders.runDir,
    fallbackWords: '`/run/dovetail`, else `./var/run` in a checkout',
    words: 'The folder of the sockets.',
  }),
  logLevel: setting<LogLevel>({
    env: 'DOVETAIL_LOG_LEVEL',
    kind: choice('debug', 'info', 'warn', 'error'),
    fallback: 'info',
    words: 'The least important event that is written.',
    live: true,
  }),
  http: setting({
    env: 'DOVETAIL_HTTP',
    kind: optional(hostPort),
    fallback: { host: '127.0.0.1', port: 8280 },
    words:
      'The HTTP listener: `/healthz`, `/readyz`, `/metrics`, `/oauth2/introspect`, `/auth/policy`. It has no authentication: loopback only. A port that is taken is tried again until it is free.',
  }),
  socketMode: setting({
    env: 'DOVETAIL_SOCKET_MODE',
    kind: mode,
    fallback: 0o660,
    words: 'Permissions of the sockets. Postfix and Dovecot must be able to write to theirs.',
  }),
  socketGroup: setting({
    env: 'DOVETAIL_SOCKET_GROUP',
    kind: optional(matching('a group name or number', /^(?:\d+|[a-z_][\w-]*\$?)$/iu)),
    fallback: null,
    fallbackWords: 'none: the group of the daemon',
    words: 'The group of the sockets: one that the users `postfix` and `dovecot` belong to.',
  }),
  socketmapInet: setting({
    env: 'DOVETAIL_SOCKETMAP_INET',
    kind: optional(hostPort),
    fallback: null,
    words: 'Also answer socketmap on this TCP address. It has no authentication: loopback only.',
  }),
  tcpTables: setting({
    env: 'DOVETAIL_TCP_TABLES',
    kind: mapsAtPorts,
    fallback: [],
    words:
      'Maps of Postfix that are also answered as `tcp:` tables, each at a TCP address of its own (docs/protocols/tcp-table.md). They have no authentication: loopback only. Maps of passwords and private keys are refused.',
  }),
  loginInet: setting({
    env: 'DOVETAIL_LOGIN_INET',
    kind: optional(hostPort),
    fallback: null,
    words: 'Also answer logins on this TCP address. Passwords cross it in clear text: loopback only.',
  }),
  authWorker: setting({
    env: 'DOVETAIL_AUTH_WORKER',
    kind: choice('off', 'on'),
    fallback: 'off',
    words:
      "`on`: be the workers of Dovecot's auth at auth-worker.sock, and do not start unless systemd holds that socket (dovetail-auth-worker.socket): a refused connection would stop all logins until Dovecot is reloaded. A socket that systemd hands in is answered in any case.",
  }),
  authInet: setting({
    env: 'DOVETAIL_AUTH_INET',
    kind: optional(hostPort),
    fallback: null,
    words:
      'Also answer SASL (`auth.sock`) on this TCP address. Passwords cross it in clear text: loopback only.',
  }),
  authTempfail: setting<'auto' | 'close' | 'code'>({
    env: 'DOVETAIL_AUTH_TEMPFAIL',
    kind: choice('auto', 'close', 'code'),
    fallback: 'auto',
    words:
      'How `auth.sock` tells that it could not find out: by the end of the connection, the only way that Postfix and Exim understand, or by a code, for Dovecot. `auto` knows them by the version of the protocol that they speak.',
  }),
  jwtKeys: setting({
    env: 'DOVETAIL_JWT_KEYS',
    kind: optional(folder),
    fallback: null,
    fallbackWords: 'none: no OAUTHBEARER and XOAUTH2',
    words:
      'The file with the keys that tokens are verified with: a JWKS, or public keys and certificates in PEM. It is read again when it changes. Needs the issuer and the audience too.',
  }),
  jwtIssuer: setting({
    env: 'DOVETAIL_JWT_ISSUER',
    kind: optional(matching('text without spaces', /^\S+$/u)),
    fallback: null,
    words: 'Who must have made a token (`iss`).',
  }),
  jwtAudience: setting({
    env: 'DOVETAIL_JWT_AUDIENCE',
    kind: optional(matching('text without spaces', /^\S+$/u)),
    fallback: null,
    words: 'For whom a token must have been made (`aud`).',
  }),
  jwtAlgorithms: setting({
    env: 'DOVETAIL_JWT_ALGORITHMS',
    kind: matching(
      'signature algorithms with commas between',
      /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA)(?:,(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA))*$/u,
    ),
    fallback: 'RS256,PS256,ES256,EdDSA',
    words: 'How a token may be signed. Shared secrets (HS256) are not among what may stand here.',
  }),
  jwtUserClaim: setting({
    env: 'DOVETAIL_JWT_USER_CLAIM',
    kind: matching('the name of a claim', /^[\w:/.-]{1,100}$/u),
    fallback: 'email',
    words: 'The claim that names the user, by login name or mailbox.',
  }),
  jwtScope: setting({
    env: 'DOVETAIL_JWT_SCOPE',
    kind: optional(matching('text without spaces', /^\S+$/u)),
    fallback: null,
    words: 'A scope that a token must have.',
  }),
  guessing: setting<'on' | 'shadow' | 'off'>({
    env: 'DOVETAIL_GUESSING',
    kind: choice('on', 'shadow', 'off'),
    fallback: 'on',
    words:
      'Whether those who guess passwords are delayed and refused (docs/guessing.md). `shadow` only says in the log what would have been done.',
  }),
  guessingWindow: setting({
    env: 'DOVETAIL_GUESSING_WINDOW',
    kind: span,
    fallback: hours(1),
    words: 'How long a wrong password counts.',
  }),
  guessingFree: setting({
    env: 'DOVETAIL_GUESSING_FREE',
    kind: count(1, 1000),
    fallback: 5,
    words: 'How many different wrong passwords of a user a network may try before answers are delayed.',
  }),
  guessingPasswords: setting({
    env: 'DOVETAIL_GUESSING_PASSWORDS',
    kind: count(1, 1000),
    fallback: 20,
    words: 'How many different wrong passwords of a user it takes to refuse a network for that user.',
  }),
  guessingKnownPasswords: setting({
    env: 'DOVETAIL_GUESSING_KNOWN_PASSWORDS',
    kind: count(1, 1000),
    fallback: 100,
    words: 'The same for a network from which this user has logged in.',
  }),
  guessingUsers: setting({
    env: 'DOVETAIL_GUESSING_USERS',
    kind: count(2, 1000),
    fallback: 50,
    words:
      'From how many users with wrong passwords on a network is refused for everybody who has not logged in from there before.',
  }),
  guessingLongestDelay: setting({
    env: 'DOVETAIL_GUESSING_LONGEST_DELAY',
    kind: span,
    fallback: seconds(3),
    words:
      'Delays grow from 500 ms to this, and never to more than `answer_deadline` less two seconds; `0s` turns them off.',
  }),
  guessingKnownFor: setting({
    env: 'DOVETAIL_GUESSING_KNOWN_FOR',
    kind: span,
    fallback: hours(24 * 30),
    words: "How long a login makes its network one of its user's.",
  }),
  guessingFormerFor: setting({
    env: 'DOVETAIL_GUESSING_FORMER_FOR',
    kind: span,
    fallback: hours(24),
    words: 'A password that was right within this time does not count as wrong.',
  }),
  guessingAllow: setting<readonly string[]>({
    env: 'DOVETAIL_GUESSING_ALLOW',
    kind: networks,
    fallback: ['127.0.0.0/8', '::1/128'],
    words: "Networks in which nothing is counted: a webmail's that does not pass on its clients' addresses.",
  }),
  authPolicyKey: setting({
    env: 'DOVETAIL_AUTH_POLICY_KEY',
    kind: optional(matching('at least 32 characters without blanks', /^[\x21-\x7e]{32,}$/u)),
    fallback: null,
    words:
      'What Dovecot must send with its auth policy (`auth_policy_server_api_header = X-API-Key: …` in its `local.conf`). Without it whoever may connect to the HTTP listener may report logins that never were: set it where strangers have a shell.',
    secret: true,
  }),
  guessingKey: setting({
    env: 'DOVETAIL_GUESSING_KEY',
    kind: optional(matching('at least 32 characters', /^.{32,}$/u)),
    fallback: null,
    fallbackWords: 'made of a secret in the database; without Redis a new one in each process',
    words: 'The key of the marks in Redis: for daemons that share Redis and no database.',
    secret: true,
  }),
  doveadmUrls: setting<readonly string[]>({
    env: 'DOVETAIL_DOVEADM_URLS',
    kind: origins,
    fallback: [],
    fallbackWords:
      'none: open sessions go on until they end by themselves, and nobody is refused because his mailbox is full',
    words:
      "Where doveadm's HTTP API of each Dovecot is: the sessions of a user who may no longer log in as he did are ended there, and what a mailbox holds is asked there before anybody hears that it is full. Needs the key too.",
  }),
  doveadmApiKey: setting({
    env: 'DOVETAIL_DOVEADM_API_KEY',
    kind: optional(matching('text without spaces', /^\S+$/u)),
    fallback: null,
    words: "Dovecot's `doveadm_api_key`. Whoever has it may do anything with the mail.",
    secret: true,
  }),
  recipientDelimiter: setting({
    env: 'DOVETAIL_RECIPIENT_DELIMITER',
    kind: delimiters,
    fallback: '+',
    words: 'Where the extension of an address begins (`alice+lists`). The same as in main.cf.',
    live: true,
  }),
  aliasSendAs: setting({
    env: 'DOVETAIL_ALIAS_SEND_AS',
    kind: yesNo,
    fallback: true,
    words:
      'Whether the mailboxes that a new alias leads to may send as it, where `alias add` does not say. `no`: who may send is granted for itself (docs/schema.md).',
  }),
  srsDomain: setting<Domain | null>({
    env: 'DOVETAIL_SRS_DOMAIN',
    kind: optional(mailDomain),
    fallback: null,
    fallbackWords: 'none: no sender is rewritten',
    words:
      'The domain of the addresses that stand for the senders of forwarded mail (docs/srs.md): a domain of this host, or a name whose MX it is.',
    live: true,
  }),
  srsExclude: setting<readonly string[]>({
    env: 'DOVETAIL_SRS_EXCLUDE',
    kind: domains,
    fallback: [],
    words:
      'Domains of ours that `dovetail domain` does not know, whose senders stay as they are when mail is forwarded: names of this host, of a mailing list server.',
    live: true,
  }),
  policyRules: setting({
    env: 'DOVETAIL_POLICY_RULES',
    kind: ruleChoices,
    fallback: null,
    fallbackWords: '`default`: all rules, in the order and mode of docs/policy.md',
    words:
      'The rules that Postfix is answered by, in this order (docs/policy.md). One that is not named is off; with `default` among them, all others are as ever.',
    live: true,
  }),
  mailLog: setting({
    env: 'DOVETAIL_MAIL_LOG',
    kind: optional(folder),
    fallback: null,
    fallbackWords: 'none: bounces are not counted',
    words:
      "The log of this host's Postfix, and of no other: dovetail follows it to count whose mail comes back (docs/stolen-passwords.md). The daemon must be able to read it; whoever may write to it can have passwords suspended.",
  }),
  bounceShare: setting({
    env: 'DOVETAIL_BOUNCE_SHARE',
    kind: count(1, 100),
    fallback: 50,
    words:
      'A limit of bounces suspends a password only where they are at least this percentage of all recipients that were delivered to or bounced meanwhile.',
    live: true,
  }),
  policyInet: setting({
    env: 'DOVETAIL_POLICY_INET',
    kind: optional(hostPort),
    fallback: null,
    words: 'Also answer policy delegation on this TCP address. It has no authentication: loopback only.',
  }),
  greylistDelay: setting({
    env: 'DOVETAIL_GREYLIST_DELAY',
    kind: span,
    fallback: minutes(5),
    words:
      'How long the first mail of a stranger waits, where the rule `greylisting` is on (docs/greylisting.md). As postgrey; most senders come again after five minutes at the earliest.',
  }),
  greylistRetryWindow: setting({
    env: 'DOVETAIL_GREYLIST_RETRY_WINDOW',
    kind: span,
    fallback: hours(48),
    words: 'How long after the first time a stranger may come again; later he is new.',
  }),
  greylistKeepFor: setting({
    env: 'DOVETAIL_GREYLIST_KEEP_FOR',
    kind: span,
    fallback: hours(24 * 35),
    words:
      'How long it is remembered who has waited, and to whom our users wrote: longer than a month, for what comes monthly.',
  }),
  greylistKnownAfter: setting({
    env: 'DOVETAIL_GREYLIST_KNOWN_AFTER',
    kind: count(0, 1000),
    fallback: 5,
    words:
      'After how many mails that waited a network does not wait again with mail of that domain; 0: always.',
  }),
  greylistExempt: setting<readonly string[]>({
    env: 'DOVETAIL_GREYLIST_EXEMPT',
    kind: networks,
    fallback: ['127.0.0.0/8', '::1/128'],
    words: 'Networks whose mail never waits: your own, as `mynetworks` in main.cf.',
  }),
  groupTrustedNetworks: setting<readonly string[]>({
    env: 'DOVETAIL_GROUP_TRUSTED_NETWORKS',
    kind: networks,
    fallback: ['127.0.0.0/8', '::1/128'],
    words:
      'Networks whose clients need no login to write to a group that is not public: their envelope sender is believed (docs/policy.md).',
    live: true,
  }),
  quotaWarnings: setting<readonly number[]>({
    env: 'DOVETAIL_QUOTA_WARNINGS',
    kind: percentages,
    fallback: [80, 95],
    words:
      'At which percentages of a quota an event warns, once on the way up (docs/quotas.md). A user may have one of his own.',
    live: true,
  }),
  quotaGrace: setting({
    env: 'DOVETAIL_QUOTA_GRACE',
    kind: span,
    fallback: hours(0),
    words:
      'How long after it became full a mailbox answers `452` (come again) before it answers `552`; `0s`: `552` at once.',
    live: true,
  }),
  quotaSomeFull: setting<'pass' | 'wait' | 'refuse'>({
    env: 'DOVETAIL_QUOTA_SOME_FULL',
    kind: choice('pass', 'wait', 'refuse'),
    fallback: 'pass',
    words:
      'What becomes of mail to a group of which some mailboxes are full, and not all: `wait` answers 452, `refuse` 552.',
    live: true,
  }),
  preferredHashScheme: setting({
    env: 'DOVETAIL_PREFERRED_HASH_SCHEME',
    kind: choice('ARGON2ID', 'BLF-CRYPT', 'SHA512-CRYPT', 'SCRAM-SHA-256'),
    fallback: 'ARGON2ID',
    words: 'The hash scheme of new passwords, and the one that a login rehashes to.',
  }),
  rehashOnLogin: setting({
    env: 'DOVETAIL_REHASH_ON_LOGIN',
    kind: yesNo,
    fallback: true,
    words: 'Whether a login with the right password stores it under the preferred scheme.',
  }),
  keepHashSchemes: setting<readonly string[]>({
    env: 'DOVETAIL_KEEP_HASH_SCHEMES',
    kind: schemeNames,
    fallback: ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'CRAM-MD5', 'HMAC-MD5', 'DIGEST-MD5'],
    words:
      'Schemes that a login does not rehash, because a SASL mechanism needs them. Add `PLAIN` where such a mechanism is served from passwords in clear.',
  }),
  hashQueue: setting({
    env: 'DOVETAIL_HASH_QUEUE',
    kind: count(0, 100_000),
    fallback: 200,
    words:
      'How many logins may wait for their password to be hashed. More are told of a temporary failure at once, and so is who waits longer than the answer deadline.',
  }),
  hashMemory: setting({
    env: 'DOVETAIL_HASH_MEMORY',
    kind: sizeFrom(LEAST_HASH_MEMORY),
    fallback: () => standardHashMemory(),
    fallbackWords:
      "a quarter of the host's memory, or half of what the unit (`MemoryMax`) or the container may have, whichever is less; never less than `64M`",
    words:
      'How much memory the hashes under way may need together. One that needs more than there is now waits for it; one that needs more than there ever is fails temporarily, and the log says for whose password and what would be enough.',
  }),
  cacheEntries: setting({
    env: 'DOVETAIL_CACHE_ENTRIES',
    kind: count(100, 10_000_000),
    fallback: 30_000,
    words: 'How many facts of each kind are kept in memory.',
  }),
  trustFor: setting({
    env: 'DOVETAIL_TRUST_FOR',
    kind: span,
    fallback: minutes(10),
    words: 'How long a fact in memory is believed although no change of it was announced.',
    live: true,
  }),
  lastKnownFor: setting({
    env: 'DOVETAIL_LAST_KNOWN_FOR',
    kind: span,
    fallback: minutes(10),
    words: 'How long the last known answer is given while the database is away; `0s` turns it off.',
    live: true,
  }),
  queryDeadline: setting({
    env: 'DOVETAIL_QUERY_DEADLINE',
    kind: span,
    fallback: seconds(2),
    words: 'After this time a query counts as failed, and the peer is told to come again.',
  }),
  answerDeadline: setting({
    env: 'DOVETAIL_ANSWER_DEADLINE',
    kind: span,
    fallback: seconds(5),
    words: "After this time a request is answered with its protocol's temporary failure.",
    live: true,
  }),
  eventRetention: setting({
    env: 'DOVETAIL_EVENT_RETENTION',
    kind: optional(spanFrom(hours(24))),
    fallback: hours(24 * 90),
    words:
      'How long what happened to accounts is kept in `mailbox_events`, whether or not anybody has acted on it; `none`: for good.',
  }),
  drainTime: setting({
    env: 'DOVETAIL_DRAIN_TIME',
    kind: span,
    fallback: seconds(20),
    words: 'How long open requests may finish after SIGTERM.',
    live: true,
  }),
  maxConnections: setting({
    env: 'DOVETAIL_MAX_CONNECTIONS',
    kind: count(1, 1_000_000),
    fallback: 10_000,
    words: 'Connections a socket holds at once; further ones are closed. Postfix needs two a process.',
    live: true,
  }),
} as const;

type Value<S> = S extends Setting<infer V> ? V : never;
export type SettingName = keyof typeof settingsTable;
export type Settings = {
  readonly [N in SettingName]: Value<(typeof settingsTable)[N]>;
};

export const keyOf = (row: Pick<Setting<unknown>, 'env'>): string =>
  row.env.replace(/^DOVETAIL_/u, '').toLowerCase();

export const settingRows: readonly (readonly [SettingName, Setting<unknown>])[] = Object.entries(
  settingsTable,
) as never;
