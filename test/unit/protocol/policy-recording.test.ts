import { expect, test } from 'vitest';
import { createPolicyRecording } from '../../../src/protocol/policy-recording.ts';

const read = (text: string) => {
  const recording = createPolicyRecording();
  const recorded = text.split('\n').flatMap((line) => recording.take(line));
  return {
    recipients: [...recorded, ...recording.end()].map(({ request }) => request.recipient),
    skipped: Object.fromEntries(recording.skipped),
  };
};
const block = (recipient: string) =>
  `request=smtpd_access_policy\nprotocol_state=RCPT\nrecipient=${recipient}\n`;

test('one request behind the other, the last without an end', () => {
  expect(read(`\n${block('a@x.test')}\n${block('b@x.test')}\n\n${block('c@x.test')}`)).toEqual({
    recipients: ['a@x.test', 'b@x.test', 'c@x.test'],
    skipped: {},
  });
});

test('what is no request is left out, and said why', () => {
  expect(read(`${block('a@x.test')}\nnonsense\n\nprotocol_state=RCPT\n\n${block('b@x.test')}`)).toEqual({
    recipients: ['a@x.test', 'b@x.test'],
    skipped: { 'a line that is no attribute': 1, 'no request=smtpd_access_policy': 1 },
  });
});

test('a file without an empty line is not kept whole', () => {
  const endless = `x=${'y'.repeat(100)}\n`.repeat(100_000);
  expect(read(`${endless}\n${block('b@x.test')}`)).toEqual({
    recipients: ['b@x.test'],
    skipped: { 'no request=smtpd_access_policy': 1 },
  });
});
