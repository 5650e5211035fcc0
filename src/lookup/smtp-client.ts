/** smtp-client — to where smtp(8) sends mail for a destination, and what it asks of the maps on the way: how the
 * connection is encrypted, and whether there is a password.
 *
 * source   postfix trivial-rewrite/resolve.c (resolve_addr), smtp/smtp_tls_policy.c (tls_policy_lookup),
 *          smtp/smtp_sasl_glue.c (smtp_sasl_passwd_lookup)
 * security of a password only whether there is one (way.ts)
 * limits   of the transports only `smtp` and `relay` are known to be smtp(8). A host that an MX record names is not known
 *          here: by its name Postfix looks for a password too */

import { type Address, domainOf } from '../base/address.ts';
import type { Target } from './expand.ts';
import type { AskMap, Question } from './way.ts';

/** What was answered about a destination; undefined where it was not asked. */
export interface Resolved {
  readonly target: Target;
  readonly transport: Question;
  readonly defaultTransport: Question | undefined;
  readonly relayhost: Question | undefined;
}

/** `example.org`, `[mx.example.org]:587`; undefined where it is not smtp(8) that delivers, or nobody knows. */
export function nexthopOf({ target, transport, defaultTransport, relayhost }: Resolved): string | undefined {
  const asked = [transport, defaultTransport, relayhost];
  if (asked.some((question) => question?.answer.kind === 'later')) return undefined;
  const [own, usual, relay] = asked.map(saidIn);
  const domain = domainOf(target.address);
  if (own !== undefined) {
    const { name, nexthop } = read(own);
    const usesSmtp = name === '' ? target.kind === 'elsewhere' : isSmtp(name);
    return usesSmtp ? nexthop || domain : undefined;
  }
  if (target.kind === 'mailbox') return undefined;
  const { name, nexthop } = read(usual ?? '');
  if (name !== '' && !isSmtp(name)) return undefined;
  const [host] = relay === undefined || relay === 'DUNNO' ? [] : relay.split(',');
  return nexthop || host || domain;
}

const isSmtp = (transport: string): boolean => transport === 'smtp' || transport === 'relay';

const saidIn = (question: Question | undefined): string | undefined =>
  question?.answer.kind === 'found' ? question.answer.value : undefined;

/** `smtp:[mx.example.org]:587` */
function read(transport: string): { readonly name: string; readonly nexthop: string } {
  const at = transport.indexOf(':');
  return at < 0
    ? { name: transport, nexthop: '' }
    : { name: transport.slice(0, at), nexthop: transport.slice(at + 1) };
}

/** `sender` null is the null sender. */
export const askToSend = async (
  ask: AskMap,
  nexthop: string,
  sender: Address | null,
): Promise<readonly Question[]> => [
  ...(await askUntilFound(ask, 'smtp_tls_policy_maps', [nexthop, ...parentsOf(nexthop)])),
  ...(await askUntilFound(ask, 'smtp_sasl_password_maps', [
    ...(sender === null ? [] : [sender]),
    ...hostIn(nexthop),
    nexthop,
  ])),
];

async function askUntilFound(ask: AskMap, map: string, keys: readonly string[]): Promise<Question[]> {
  const questions: Question[] = [];
  for (const key of keys) {
    const question = await ask('sent', map, key);
    questions.push(question);
    if (question.answer.kind !== 'absent') break;
  }
  return questions;
}

/** `a.b.example` → `.b.example`, `.example`; of a host with brackets or a port there are none. */
function parentsOf(nexthop: string): readonly string[] {
  if (/[^\w.-]/u.test(nexthop)) return [];
  const labels = nexthop.split('.');
  return labels.slice(1).map((_, n) => `.${labels.slice(n + 1).join('.')}`);
}

/** In brackets it is the host itself, whose name is asked for without them. */
function hostIn(nexthop: string): readonly string[] {
  const host = /^\[(?:ipv6:)?(?<name>[^\]]+)\]/iu.exec(nexthop)?.groups?.name;
  return host === undefined ? [] : [host];
}
