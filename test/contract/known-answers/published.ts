/** published — hashes that standards print, and hashes of other programs, by hand. */

import type { KnownAnswer } from './known-answer.ts';

export const published: readonly KnownAnswer[] = [
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
  {
    madeBy: 'RFC 2289 appendix C',
    password: 'This is a test.',
    hash: '{OTP}md5 99 TeSt 50FE1962C4965880',
  },
  {
    madeBy: 'RFC 2289 appendix C',
    password: 'AbCdEfGhIjK',
    hash: '{OTP}md5 1 alpha1 7CD34C1040ADD14B',
  },
  {
    madeBy: 'RFC 2289 appendix C',
    password: 'This is a test.',
    hash: '{OTP}sha1 99 test 87FEC7768B73CCF9',
  },
  {
    madeBy: 'RFC 2289 appendix C',
    password: 'This is a test.',
    hash: '{OTP}md4 0 TeSt D1854218EBBB0B51',
  },
  {
    madeBy: 'RFC 2289 appendix C',
    password: 'AbCdEfGhIjK',
    hash: '{SKEY}md4 0 alpha1 50076F47EB1ADE4E',
  },
  {
    madeBy: 'RFC 1320 A.5',
    password: 'message digest',
    hash: '{PLAIN-MD4}d9130a8164549fe818874806e1c7014b',
  },
  {
    madeBy: 'RFC 1320 A.5',
    password: '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    hash: '{PLAIN-MD4}e33b4ddc9c38f2199c3e7b164fcc0536',
  },
  {
    madeBy: 'MS-NLMP 4.2.2.1.2',
    password: 'Password',
    hash: '{NTLM}a4f49c406510bdcab6824ee7c30fd852',
  },
  {
    madeBy: 'MS-NLMP 4.2.2.1.1',
    password: 'Password',
    hash: '{LANMAN}e52cac67419a9a224a3b108f3fa6cb6d',
  },
  {
    madeBy: 'RFC 6070',
    password: 'password',
    hash: '{PBKDF2}$1$salt$4096$4b007901b765489abead49d926f721d065a429c1',
  },
  {
    madeBy: 'RFC 7914 12',
    password: 'password',
    hash: '{SCRYPT}$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA',
  },
  {
    madeBy: 'RFC 5802 5, whose exchange proves these keys',
    password: 'pencil',
    hash: '{SCRAM-SHA-1}4096,QSXCR+Q6sek8bf92,6dlGYMOdZcOPutkcNY8U2g7vK9Y=,D+CSWLOshSulAsxiupA+qs2/fTE=',
  },
  {
    madeBy: 'RFC 7677 3, whose exchange proves these keys',
    password: 'pencil',
    hash: '{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  },
  {
    madeBy: 'openssl passwd -5 -salt saltstring',
    password: 'Hello world!',
    hash: '{SHA256-CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5',
  },
  {
    madeBy: 'openssl passwd -6 -salt saltstring',
    password: 'Hello world!',
    hash: '{SHA512-CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha1', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: 'test',
    hash: '{PBKDF2}$pbkdf2-sha1$i=1000$c2l4dGVlbiBieXRlcyAhIQ$Phem7HQQOm+ds0CkJ5WQ8u/aoyw',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha256', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: 'test',
    hash: '{PBKDF2}$pbkdf2-sha256$i=1000$c2l4dGVlbiBieXRlcyAhIQ$0Y0W/bCWTRHQpHp2JxkdOHnYTb8eWHp5wDrs2rNIN/o',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha512', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: 'test',
    hash: '{PBKDF2}$pbkdf2-sha512$i=1000$c2l4dGVlbiBieXRlcyAhIQ$7s1xhmOYtXTUBx1liS7RRlsQBR7NesTHhGwgggREBlTUtHSb1m2vEFsDgqGbaJ/7drvS/qRCooigEjkQkMkJ/g',
  },
  {
    madeBy: 'the same, as Stalwart writes it',
    password: 'test',
    hash: '{PBKDF2}$pbkdf2-sha256$i=1000,l=32$c2l4dGVlbiBieXRlcyAhIQ$0Y0W/bCWTRHQpHp2JxkdOHnYTb8eWHp5wDrs2rNIN/o',
  },
  {
    madeBy: 'the same, as FreeIPA and mailcow write it',
    password: 'test',
    hash: '{PBKDF2-SHA512}1000$c2l4dGVlbiBieXRlcyAhIQ==$7s1xhmOYtXTUBx1liS7RRlsQBR7NesTHhGwgggREBlTUtHSb1m2vEFsDgqGbaJ/7drvS/qRCooigEjkQkMkJ/g==',
  },
  {
    madeBy: 'md5sum of the bytes, each after a NUL',
    password: 'test',
    hash: '{RPA}f89cb77d46507afe985d80822b6b6c39',
  },
  {
    madeBy: 'python: base64 of md5, hex of it, behind the one name',
    password: 'test',
    hash: '{MD5}CY9rzUYh03PK3k6DJie09g==',
  },
  {
    madeBy: 'python: base64 of md5, hex of it, behind the one name',
    password: 'test',
    hash: '{MD5}098f6bcd4621d373cade4e832627b4f6',
  },
  {
    madeBy: 'python: hex without .HEX',
    password: 'test',
    hash: '{SHA512}ee26b0dd4af7e749aa1a8ee3c10ae9923f618980772e473f8819a5d4940e0db27ac185f8a0e1d5f84f88bc887fd67b143732c304cc5fa9ad8e6f57f50028a8ff',
  },
  {
    madeBy: 'Dovecot password-scheme.c plain_trunc_verify: a text that was not cut',
    password: 'test',
    hash: '{PLAIN-TRUNC}99-test',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha1', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: 'pä$swörd🔑',
    hash: '{PBKDF2}$pbkdf2-sha1$i=1000$c2l4dGVlbiBieXRlcyAhIQ$HMbYb2aitg0GOiXARpbT4+ODLeY',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha256', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: 'pä$swörd🔑',
    hash: '{PBKDF2}$pbkdf2-sha256$i=1000$c2l4dGVlbiBieXRlcyAhIQ$kL/2dX6Zuae0Dnb8W0KJfJpQK4X8UFaJvSD9kQa9jcI',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha512', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: 'pä$swörd🔑',
    hash: '{PBKDF2}$pbkdf2-sha512$i=1000$c2l4dGVlbiBieXRlcyAhIQ$UQoK1ixyEok0DXPwC2jNDiB8q33MfulIR/k9IMqeKFKSHfMzl95m5ooZfbuoIMN+wnAQK4g/SuWO5rNB10aXZg',
  },
  {
    madeBy: 'the same, as Stalwart writes it',
    password: 'pä$swörd🔑',
    hash: '{PBKDF2}$pbkdf2-sha256$i=1000,l=32$c2l4dGVlbiBieXRlcyAhIQ$kL/2dX6Zuae0Dnb8W0KJfJpQK4X8UFaJvSD9kQa9jcI',
  },
  {
    madeBy: 'the same, as FreeIPA and mailcow write it',
    password: 'pä$swörd🔑',
    hash: '{PBKDF2-SHA512}1000$c2l4dGVlbiBieXRlcyAhIQ==$UQoK1ixyEok0DXPwC2jNDiB8q33MfulIR/k9IMqeKFKSHfMzl95m5ooZfbuoIMN+wnAQK4g/SuWO5rNB10aXZg==',
  },
  {
    madeBy: 'md5sum of the bytes, each after a NUL',
    password: 'pä$swörd🔑',
    hash: '{RPA}c932d876b3ceb97efe058813484b648a',
  },
  {
    madeBy: 'python: base64 of md5, hex of it, behind the one name',
    password: 'pä$swörd🔑',
    hash: '{MD5}D0GSCBbT0F+3WQUlDgg+6A==',
  },
  {
    madeBy: 'python: base64 of md5, hex of it, behind the one name',
    password: 'pä$swörd🔑',
    hash: '{MD5}0f41920816d3d05fb75905250e083ee8',
  },
  {
    madeBy: 'python: hex without .HEX',
    password: 'pä$swörd🔑',
    hash: '{SHA512}175d3706f61dcf16bbbb6ec73761d4b34d13d599206bec23b4c04870a913a0b5fedff686075241887d83a3649124f5cccdf07e598eacbc47979b85aa36c513da',
  },
  {
    madeBy: 'Dovecot password-scheme.c plain_trunc_verify: a text that was not cut',
    password: 'pä$swörd🔑',
    hash: '{PLAIN-TRUNC}99-pä$swörd🔑',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha1', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{PBKDF2}$pbkdf2-sha1$i=1000$c2l4dGVlbiBieXRlcyAhIQ$IGvSDBaNKWZMPPXLIt3w39X7aIY',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha256', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{PBKDF2}$pbkdf2-sha256$i=1000$c2l4dGVlbiBieXRlcyAhIQ$V0oJAsTh+UJ5FGgwj1YP6Ggk5P1EeJ7hOxPJvDbaexs',
  },
  {
    madeBy: "hashlib.pbkdf2_hmac('sha512', password, b'sixteen bytes !!', 1000), as @phc/pbkdf2 writes it",
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{PBKDF2}$pbkdf2-sha512$i=1000$c2l4dGVlbiBieXRlcyAhIQ$ddhv+WkUjd8VyqJMwwDq585sUG468JgA/DWgdoxfl7vEXm/21aGT4HJMzeNZHfHDvPBouiRB806yyeEJ+h6aAA',
  },
  {
    madeBy: 'the same, as Stalwart writes it',
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{PBKDF2}$pbkdf2-sha256$i=1000,l=32$c2l4dGVlbiBieXRlcyAhIQ$V0oJAsTh+UJ5FGgwj1YP6Ggk5P1EeJ7hOxPJvDbaexs',
  },
  {
    madeBy: 'the same, as FreeIPA and mailcow write it',
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{PBKDF2-SHA512}1000$c2l4dGVlbiBieXRlcyAhIQ==$ddhv+WkUjd8VyqJMwwDq585sUG468JgA/DWgdoxfl7vEXm/21aGT4HJMzeNZHfHDvPBouiRB806yyeEJ+h6aAA==',
  },
  {
    madeBy: 'md5sum of the bytes, each after a NUL',
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{RPA}6e2641f37f4229199dfafe20553c655c',
  },
  {
    madeBy: 'python: base64 of md5, hex of it, behind the one name',
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{MD5}EJ6xLBDEXZTdrI7Ke4GL7Q==',
  },
  {
    madeBy: 'python: base64 of md5, hex of it, behind the one name',
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{MD5}109eb12c10c45d94ddac8eca7b818bed',
  },
  {
    madeBy: 'python: hex without .HEX',
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{SHA512}bbb6610a951a5c7879961b47cf20052d155b88e05e4acd9490e77496ecf8784f8f0a42707b10d743c06d5879f296047d6372ea344029e0830ff849202258815b',
  },
  {
    madeBy: 'Dovecot password-scheme.c plain_trunc_verify: a text that was not cut',
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{PLAIN-TRUNC}99-0123456789012345678901234567890123456789012345678901234567890123456789',
  },
  {
    madeBy: 'python: RFC 2289',
    password: 'test',
    hash: '{SKEY}sha1 40 seed ea4a0a6e12a017a2',
  },
  {
    madeBy: 'python: RFC 2289',
    password: 'pä$swörd🔑',
    hash: '{SKEY}sha1 40 seed a380436e05a859cb',
  },
  {
    madeBy: 'python: RFC 2289',
    password: '0123456789012345678901234567890123456789012345678901234567890123456789',
    hash: '{SKEY}sha1 40 seed 09cfdb6696a1a9d6',
  },
  {
    madeBy: "python: hashlib.new('md4') of bytes widened as Dovecot's ntlm-encrypt.c does",
    password: 'pä',
    hash: '{NTLM}a58717eb6a7996f62f37ef5799bc1d22',
  },
];
