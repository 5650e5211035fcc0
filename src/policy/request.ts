/** request — what Postfix tells of a client, a sender and a recipient when it asks what to do.
 *
 * source   postfix SMTPD_POLICY_README; smtpd_check.c (check_policy_service)
 * security everything here is a stranger's word but the client's address and what Postfix verified:
 *          `sasl.username`, the certificate's fingerprint, `client.name` (which is `unknown` otherwise) */

/** Where in the SMTP conversation Postfix asks. With `smtpd_delay_reject` (the default) restrictions of
 * client, HELO and sender are evaluated at RCPT, and say so. */
export const states = [
  'CONNECT',
  'EHLO',
  'HELO',
  'MAIL',
  'RCPT',
  'DATA',
  'END-OF-MESSAGE',
  'VRFY',
  'ETRN',
] as const;
export type State = (typeof states)[number];

/** Text is empty and numbers are 0 where Postfix does not know. */
export interface PolicyRequest {
  readonly state: State;
  /** As written in the envelope, letter case and extension included; empty is the null sender. */
  readonly sender: string;
  /** Before any alias is followed. At DATA and END-OF-MESSAGE only if there is exactly one. */
  readonly recipient: string;
  /** Of the message: 0 before DATA. */
  readonly recipientCount: number;
  /** Octets: what MAIL FROM announced, at END-OF-MESSAGE what arrived. */
  readonly size: number;
  /** The same for all questions about one message, new for the next one. */
  readonly instance: string;
  /** Empty until the first recipient was accepted. */
  readonly queueId: string;
  readonly client: {
    readonly address: string;
    /** `unknown` where it is not verified. */
    readonly name: string;
    readonly reverseName: string;
  };
  readonly helo: string;
  readonly sasl: {
    /** The login name of who has logged in; empty for strangers. */
    readonly username: string;
    readonly method: string;
    readonly sender: string;
  };
  readonly tls: { readonly protocol: string; readonly fingerprint: string };
  /** `policy_context` of main.cf: whatever the administrator wrote there. */
  readonly context: string;
}

/** Who asks what is not known in full. */
export interface Asked {
  readonly sender?: string;
  readonly recipient?: string;
  readonly login?: string;
  readonly client?: string;
  readonly size?: number;
}

/** As Postfix asks at RCPT with generated configuration. It counts for no message. */
export function requestAtRcpt({
  sender = '',
  recipient = '',
  login = '',
  client = '',
  size = 0,
}: Asked): PolicyRequest {
  return {
    state: 'RCPT',
    sender,
    recipient,
    recipientCount: 0,
    size,
    instance: '',
    queueId: '',
    client: { address: client, name: 'unknown', reverseName: 'unknown' },
    helo: '',
    sasl: { username: login, method: login === '' ? '' : 'PLAIN', sender: '' },
    tls: { protocol: '', fingerprint: '' },
    context: login === '' ? 'mx' : 'submission',
  };
}
