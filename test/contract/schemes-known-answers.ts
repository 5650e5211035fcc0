/** Hashes that other programs made: `made by` is the command, so that anybody can make them again. */

export const PASSWORDS = {
  plain: 'test',
  'UTF-8': 'pä$swörd🔑',
  '70 characters': '0123456789'.repeat(7),
} as const;

export interface KnownAnswer {
  readonly madeBy: string;
  readonly password: string;
  readonly hash: string;
}

const doveadm = (scheme: string, hashes: readonly [string, string, string]): KnownAnswer[] =>
  Object.values(PASSWORDS).map((password, index) => ({
    madeBy: `doveadm pw -s ${scheme} (2.3.19)`,
    password,
    hash: `{${scheme}}${hashes[index]}`,
  }));

export const knownAnswers: readonly KnownAnswer[] = [
  ...doveadm('ARGON2ID', [
    '$argon2id$v=19$m=65536,t=3,p=1$lk5Cz4fjC7pEefBPx7w+XQ$mg3DYbJoopszdVLbvyrYoSKcGhKAlX6xUiZ+jM8ZyMw',
    '$argon2id$v=19$m=65536,t=3,p=1$vdGAV5YfzrpsVG/2axa13g$/0vw5Sff8w4f/xTrrp/H+vHTqF8Q8/hyq/FOmZsRFeg',
    '$argon2id$v=19$m=65536,t=3,p=1$rjzYwIT2XnClFgNpmazOeQ$s1G5rJTusPz4alSYqKHZpA5yxjibb95JP6gz2vQiRmk',
  ]),
  ...doveadm('BLF-CRYPT', [
    '$2y$05$lzeAz1ss95buPnfyZgtMAuHoGMh64XelFVTDRtGUh.AuA8OADg1sG',
    '$2y$05$ka41QdMapQ.21kMBmRpxIufEzeHWj15mZC2t9pl33Y7iYuKztnSD2',
    '$2y$05$RZd0J4CZTufjjw.rBYF3/OObJvK0/6GDi/BXC17l/FifCXNLch.zK',
  ]),
  ...doveadm('SHA512-CRYPT', [
    '$6$AdhoFuL5lZNOTlq2$o5r7asH60CpR6u/M4dY0pTB8u.xRNj4vLY1RRmu0Z2ZrQSgrVqfvvid4qKr32qTU0GlOjO7HKoA4JQnR9YQNf0',
    '$6$1NscmzoQIciR/hF4$yuzonWcXsoYA0jrvmZJR9q35dp1/ig8H2nXBJzF9fhlZILnfzTKPBUtYuFVlJiUECDF1d1ITryz.xVGeIlqJc0',
    '$6$ez6uVyzcL4cB4LF0$1PIrqrwFQ/Fs57ASSjmoOsB.d/rOUuTV90t3HoY0GykiEv0UdTqeXeh0URasMK6O7YeU5ZdrTJHVoc8X6vhEm1',
  ]),
  ...doveadm('SSHA512', [
    'Gkb9YI+7lJyDvX8eOClL+l7dL7T6pctWN5QMfLx7zWY/sC5rxPNdc5TZCC7Uq4ngYUFHIMt7nNFHREEsQGL2w75Jwis=',
    'tXpHwAADn2elpUOrqorp5IVNd4tRscMxi26Onz5250phM5ywd59pzpeGYgkiPWeD4XpUltCHA61iqdtbJ5dTiAW1+eA=',
    'SI/EwehVVSVQrLnsnGeNGxp/hPNTq6uneNp5c+hXAhPZAMW3w7E0Fwuz8ET8YWwn0qbYlVxcytgaFYX5wpqw8HPtYv4=',
  ]),
  ...doveadm('SSHA256', [
    '50NCRaTDc02hlOL3trIp17rVTmZQFxC+j2VkNMTOlypbIGzg',
    '/8mcaVqK6rbkXkqNf+rEuvNoPfEsR2rITbPUHK4Zv5PaoQkl',
    'jO3CvO3+Rkv0+jOUE0oE6HJmc7l+9MELGWuMPfhk7obvaNHX',
  ]),
  ...doveadm('SSHA512.HEX', [
    '2850b344c21705f884daec51f2d5fb2bc640b8f3b41700c59e956b25294e85ff65b22d23b8a690b704522bfa2c0ba79af7a4d5faa8a06584626356d33ac025479099462d',
    'a497e298f29a02490b1bb8d63f8a650bf3706e451d95542ca7d448f32e4a4c15de667b34a2feae1095a9e8d4e8798fc04afd78ccf24334b14384fa3714b5bc4e7e3c3fa4',
    'c2ff0df58f89400923ba4ecdbbb9d569401cada399e8280497fc7a600f4a4fef8746a76912e84e36162385b9d8c7de1bc9725fcf0ac42ac641deeb3b402236a96506388a',
  ]),
  ...doveadm('SSHA256.B64', [
    'rArhwKVdjjwOtT8K7NdKxZU6zu1pzuTxthHEWWDUgSZ0hUOu',
    'mXPKifA3kHkAtLi0Qo1kkC4kwxeUtt6dJCqrxIZcH41lfrIB',
    'Pqv/jdXW90oVah6fuCytKf7lZ+EoOsmwiPulJHgSCmHGPasv',
  ]),
  ...doveadm('SHA512-CRYPT.B64', [
    'JDYkdEtneUk5eFBRSGQ1a1hvMyQycGQzSkJnZ2w2WHd6U2RmYkVST2hoM2xnazI4bnc5NU1xUzUwL2g3Vkszd0lRZVE5aGFsNHVvVFB6ZUxOZzFFd2t1TDF0UXJ0ZnQycWMyMHhSMkVwLw==',
    'JDYkd3dsbGlVNlpDQzJtMk0xYiQ5NFFHUlpUMGhGU1ZWWFVMR0VDeTJUbGZpbXZ5M0RGbDRkRGxZSm12WmkxLkZHYXNWNTdGTmN6bVdtaDdLeDNlai9HN3B6MDJCSzhaWHAvY3NvbWg2Lg==',
    'JDYkNlcvWVVjaFM3VXQvcmpHQiRTandIZlZ4V3RBazhsNFdwV0ZyMHZyOGlNalMwU0JYMHpBM2dVLmd2elV5d3d1OE8zZGM1YlNydnRlaVhtbi84YkpxQTRlc1pDajdlOEc2L1BGanJRMA==',
  ]),
  {
    madeBy: 'doveadm pw -s SHA512-CRYPT -r 2000 (2.3.19)',
    password: 'test',
    hash: '{SHA512-CRYPT}$6$rounds=2000$jn3mTkC6aQpmR1ar$UzRzBbuufxOpDXNGu9ESd0U9Kxi1xjab4Hxu0HSECQ0vA/0bHvTotJlO8zWiHuagkn6Yzfk7A3AMn4njFCvHS/',
  },
  {
    madeBy: 'openssl passwd -6 -salt saltsalt',
    password: 'test',
    hash: '{SHA512-CRYPT}$6$saltsalt$JcVDtuB6d1BHhCd5RPBh8g8xX/1CbY8EU2PN0MTaj2/Mypw4P./C6dN4j0HALhzBDTocyW1Jm.gYaTPjFGCV40',
  },
  {
    madeBy: "crypt(3) of libxcrypt 4.4 with '$2b$06$'",
    password: 'test',
    hash: '{BLF-CRYPT}$2b$06$abcdefghijklmnopqrstuuMZ2IeznShESUmvU3FH1GXOlkjZ7PqSy',
  },
  {
    madeBy: 'doveadm pw -s SSHA512 with an empty password (2.3.19)',
    password: '',
    hash: '{SSHA512}cyNbGIwhy+lp9oYC2oa0DgORWYYemQSbuueA7AaFEMFldvodVpikRqeiS94EtUZFfwqo5E2C7XygXOSQ6TITv9WvFe0=',
  },
];
