/** oauthbearer — OAUTHBEARER: `n,a=user,^Ahost=…^Aport=…^Aauth=Bearer token^A^A`.
 *
 * source   RFC 7628 3.1; the name stands in a GS2 header, in which `=2C` is a comma and `=3D` an equals sign */

import { bearer, type Presented } from './bearer.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: it separates the fields
const MESSAGE = /^[ny],(?:a=(?<user>[^,\x01]*))?,\x01(?<pairs>(?:[^\x01]+\x01)+)\x01$/s;

export const oauthbearer = bearer('OAUTHBEARER', (text): Presented | undefined => {
  const { user = '', pairs = '' } = MESSAGE.exec(text)?.groups ?? {};
  const token = tokenOf(pairs);
  const name = user.replaceAll('=2C', ',').replaceAll('=3D', '=');
  return token === undefined ? undefined : { user: name, token };
});

export function tokenOf(pairs: string): string | undefined {
  const auth = pairs.split('\x01').find((pair) => /^auth=bearer /i.test(pair));
  return auth?.slice('auth=bearer '.length).trim() || undefined;
}
