/** values — what people may enter as the value of a map: what Postfix would take.
 *
 * source   postfix transport(5), canonical(5), access(5), postconf(5) smtp_tls_policy_maps */

import { parseAddress, parseCatchAll } from '../base/address.ts';

export interface ValueForm {
  /** Completes "a value of this map is …". */
  readonly words: string;
  /** Undefined for what Postfix would stumble over. */
  read(text: string): string | undefined;
}

const MAX_VALUE = 10_000;

const matching = (words: string, pattern: RegExp): ValueForm => ({
  words,
  read: (text) => (pattern.test(text) && Buffer.byteLength(text) <= MAX_VALUE ? text : undefined),
});

export const anyText = matching('a text without control characters', /^[^\p{Cc}\ufffd]+$/u);
export const oneAddress: ValueForm = { words: 'one address', read: parseAddress };
export const newAddress: ValueForm = {
  words: 'one address, or @domain for the same name there',
  read: (text) => parseCatchAll(text) ?? parseAddress(text),
};
export const transport = matching(
  'a transport such as smtp:[10.0.0.7]:25 or error:5.1.1 gone',
  /^(?!:$)[\w-]*:[^\p{Cc}\ufffd]*$/u,
);
export const relayhost = matching('a host such as [mx.example.org]:587, or DUNNO', /^[^\s\p{Cc}\ufffd]+$/u);
export const userAndPassword = matching('user:password', /^[^:\p{Cc}\ufffd]+:[^\p{Cc}\ufffd]+$/u);
export const tlsPolicy = matching(
  'a security level, such as encrypt or secure match=example.org',
  /^(?:none|may|encrypt|dane|dane-only|fingerprint|verify|secure)(?: [^\p{Cc}\ufffd]+)?$/u,
);
export const action = matching(
  'an action of access(5), such as OK or REJECT go away',
  /^(?:\d+|[A-Za-z]\w*)(?: [^\p{Cc}\ufffd]+)?$/u,
);
