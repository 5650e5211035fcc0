/** libcrypt — crypt(3) of the system's libxcrypt, called on libuv's threads.
 *
 * source   crypt_rn(3). glibc's own old libcrypt lacks it, and so does every library that may
 *          not know bcrypt: no crypt_rn, no libcrypt for us
 * security the work area, in which crypt leaves intermediate values, is wiped after each call */

import type { Crypt } from './crypt.ts';

const LIBRARIES = ['libcrypt.so.1', 'libcrypt.so.2', 'libcrypt.so'];
/** sizeof(struct crypt_data) in libxcrypt. */
const WORK_AREA = 32_768;

type Koffi = typeof import('koffi');
type CryptRn = ReturnType<ReturnType<Koffi['load']>['func']>;

/** Undefined where there is no libcrypt that will do. */
export async function openLibcrypt(): Promise<Crypt | undefined> {
  const koffi = await import('koffi').then(
    (module) => module.default as unknown as Koffi,
    () => undefined, // no koffi for this platform
  );
  for (const name of koffi ? LIBRARIES : []) {
    try {
      return callInThreads(
        koffi?.load(name).func('const char *crypt_rn(void *, void *, void *, int)') as CryptRn,
      );
    } catch {
      // not this one
    }
  }
  return undefined;
}

function callInThreads(cryptRn: CryptRn): Crypt {
  return (phrase, setting) =>
    new Promise((resolve, reject) => {
      const work = Buffer.alloc(WORK_AREA);
      const text = Buffer.concat([phrase, Buffer.alloc(1)]);
      const done = (error: Error | null, hash: string | null): void => {
        work.fill(0);
        text.fill(0);
        if (error) reject(error);
        else resolve(hash ?? undefined);
      };
      cryptRn.async(text, Buffer.from(`${setting}\0`, 'latin1'), work, WORK_AREA, done);
    });
}
