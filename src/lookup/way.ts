/** way — what Postfix asks of the maps about one message, in the order in which it asks.
 *
 * cleanup(8) rewrites the address (recipient_canonical_maps, then canonical_maps, each again until nothing
 * comes of it), expands it and makes copies; then trivial-rewrite(8) is asked by the queue manager how each
 * destination is reached, and the smtp client how it is encrypted and with which password. Which of the maps are in main.cf is not known here: all are asked, as with
 * `config generate --with` all of them.
 *
 * source   postfix cleanup_addr.c (cleanup_addr_sender, cleanup_addr_recipient), cleanup_map11.c (MAX_RECURSION),
 *          trivial-rewrite/resolve.c (resolve_addr); docs/srs.md for the way of forwarded mail
 * security of what a secret map says only that it says something */

import { type Address, domainOf, parseAddress } from '../base/address.ts';
import { type Answer, found } from '../base/answer.ts';
import type { Book } from './book.ts';
import { rewrittenTo } from './canonical.ts';
import type { Target } from './expand.ts';
import type { Rules } from './resolve.ts';
import { askToSend, nexthopOf } from './smtp-client.ts';
import { tables } from './tables/index.ts';

export type Stage = 'login' | 'rewritten' | 'expanded' | 'copied' | 'sent';

export interface Question {
  readonly stage: Stage;
  readonly map: string;
  readonly key: string;
  readonly answer: Answer<string>;
}

export interface Way {
  /** What the address is when it has been rewritten. */
  readonly rewritten: Address;
  readonly questions: readonly Question[];
}

/** One question; never rejects for want of a database. */
export type AskMap = (stage: Stage, map: string, key: string) => Promise<Question>;

const MAX_REWRITES = 10;

export function mapAsker(book: Book, rules: Rules): AskMap {
  return async (stage, map, key) => {
    const table = tables.find(({ name }) => name === map);
    if (!table) throw new Error(`no such map: ${map}`);
    const answer = await book.answer(table.answer(key, rules));
    return { stage, map, key, answer: table.isSecret && answer.kind === 'found' ? NOT_SHOWN : answer };
  };
}

const NOT_SHOWN = found('(not shown: dovetail lookup --show-secret)');

/** What a recipient is rewritten to. */
export const rewriteRecipient = (ask: AskMap, address: Address): Promise<Way> =>
  rewrite(ask, address, [['srs_recipient', 'recipient_canonical_maps'], ['canonical_maps']]);

const rewriteSender = (ask: AskMap, address: Address): Promise<Way> =>
  rewrite(ask, address, [['sender_canonical_maps'], ['canonical_maps']]);

/** Each list of maps again and again, until it leaves the address as it is. */
async function rewrite(ask: AskMap, address: Address, lists: readonly (readonly string[])[]): Promise<Way> {
  const questions: Question[] = [];
  let rewritten = address;
  for (const maps of lists) {
    for (let round = 0; round < MAX_REWRITES; round += 1) {
      const next = await rewriteOnce(ask, rewritten, maps, questions);
      if (next === undefined || next === rewritten) break;
      rewritten = next;
    }
  }
  return { rewritten, questions };
}

/** The first map of the list that has an answer decides. */
async function rewriteOnce(
  ask: AskMap,
  address: Address,
  maps: readonly string[],
  questions: Question[],
): Promise<Address | undefined> {
  for (const map of maps) {
    const question = await ask('rewritten', map, address);
    questions.push(question);
    if (question.answer.kind === 'found') return rewrittenTo(question.answer.value, address);
    if (question.answer.kind === 'later') return undefined;
  }
  return undefined;
}

/** From the rewritten recipient on, to where its aliases end. `sender` null is the null sender, for whom nothing is asked. */
export async function deliver(
  ask: AskMap,
  { recipient, targets, sender }: { recipient: Address; targets: readonly Target[]; sender: Address | null },
): Promise<readonly Question[]> {
  const from = sender && (await rewriteSender(ask, sender)).rewritten;
  const sent = await Promise.all(targets.map((target) => send(ask, target, from)));
  return firstOfEach([
    await ask('expanded', 'virtual_alias_maps', recipient),
    await ask('copied', 'recipient_bcc_maps', recipient),
    ...sent.flat(),
  ]);
}

async function send(ask: AskMap, target: Target, sender: Address | null): Promise<Question[]> {
  const { address, kind } = target;
  const where = await classOf(ask, address);
  const isOutside = kind === 'elsewhere' && where.every(({ answer }) => answer.kind === 'absent');
  const bySender = kind === 'elsewhere' && sender ? await leave(ask, sender, isOutside) : [];
  const transport = await ask('sent', 'transport_maps', address);
  const rewritten = addressIn(bySender.find(({ map }) => map === 'srs_sender'));
  // A transport of its own goes before the step in which the sender is rewritten.
  const isStepped = rewritten !== undefined && transport.answer.kind === 'absent';
  const again = isStepped ? await leave(ask, rewritten) : [];
  const relocated = await ask('sent', 'relocated_maps', address);
  const leaves = isStepped ? again : bySender;
  const about = (map: string) => leaves.find((question) => question.map === map);
  const nexthop = nexthopOf({
    ...{ target, transport },
    defaultTransport: about('sender_dependent_default_transport_maps'),
    relayhost: about('sender_dependent_relayhost_maps'),
  });
  const client = nexthop === undefined ? [] : await askToSend(ask, nexthop, isStepped ? rewritten : sender);
  return [
    ...[...where, ...bySender, transport, relocated],
    ...again.filter(({ map }) => map !== 'srs_sender'),
    ...client,
  ];
}

/** Whose domain it is, and whether there is such a recipient in it. */
async function classOf(ask: AskMap, address: Address): Promise<Question[]> {
  const asked: Question[] = [];
  for (const [domains, recipients] of [
    ['virtual_mailbox_domains', 'virtual_mailbox_maps'],
    ['relay_domains', 'relay_recipient_maps'],
  ] as const) {
    const domain = await ask('sent', domains, domainOf(address));
    asked.push(domain);
    if (domain.answer.kind === 'absent') continue;
    return [...asked, await ask('sent', recipients, address)];
  }
  return asked;
}

/** By which host mail of a sender leaves, and as whose it does where it is forwarded; to a domain that we relay for it leaves as it is. */
const leave = (ask: AskMap, sender: Address, isOutside = true): Promise<Question[]> =>
  Promise.all(
    [
      ...(isOutside ? ['srs_sender', 'sender_dependent_default_transport_maps'] : []),
      'sender_dependent_relayhost_maps',
    ].map((map) => ask('sent', map, sender)),
  );

/** Who may use a sender, what becomes of it, and how its mail leaves. */
export async function followSender(ask: AskMap, sender: Address): Promise<Way> {
  const logins = await ask('login', 'smtpd_sender_login_maps', sender);
  const { rewritten, questions } = await rewriteSender(ask, sender);
  const copied = await ask('copied', 'sender_bcc_maps', rewritten);
  return { rewritten, questions: [logins, ...questions, copied, ...(await leave(ask, rewritten))] };
}

const addressIn = (question: Question | undefined): Address | undefined =>
  question?.answer.kind === 'found' ? parseAddress(question.answer.value) : undefined;

/** Destinations in one domain share questions. */
function firstOfEach(questions: readonly Question[]): readonly Question[] {
  const byKey = new Map<string, Question>();
  for (const question of questions) {
    const key = `${question.map} ${question.key}`;
    if (!byKey.has(key)) byKey.set(key, question);
  }
  return [...byKey.values()];
}
