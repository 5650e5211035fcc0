/** passlib — hashes of passlib 1.7.4, which Mailu uses: `hash(password)` of the class that is named. */

import { type KnownAnswer, PASSWORDS } from './known-answer.ts';

const passlib = (scheme: string, name: string, hashes: readonly [string, string, string]): KnownAnswer[] =>
  Object.values(PASSWORDS).map((password, index) => ({
    madeBy: name,
    password,
    hash: `{${scheme}}${hashes[index]}`,
  }));

export const fromPasslib: readonly KnownAnswer[] = [
  ...passlib('NTLM', 'passlib.hash.nthash', [
    '0cb6948805f797bf2a82807973b89537',
    'e2f479028bf684e1f494e1d43aaf00af',
    'd4bc9a81fc7951ad9c3994c1aa4e5ad9',
  ]),
  { madeBy: 'passlib.hash.lmhash', password: 'test', hash: '{LANMAN}01fc5a6be7bc6929aad3b435b51404ee' },
  {
    madeBy: 'passlib.hash.lmhash',
    password: 'Pass word-14chr',
    hash: '{LANMAN}048adc2c7965c60f69407ec48d5d9b90',
  },
  ...passlib('BSDI-CRYPT', 'passlib.hash.bsdi_crypt.using(rounds=725)', [
    '_J9..qpFrRqcoStfZgQU',
    '_J9..i61mB3icukV1svI',
    '_J9..VBgai4uhigsdlDU',
  ]),
  ...passlib('SHA1-CRYPT', 'passlib.hash.sha1_crypt.using(rounds=1000)', [
    '$sha1$1000$A1Yg78.G$hKnc7asW8m3FSCM3DE0e9vD2XuuR',
    '$sha1$1000$fYp7yCaf$BKb9CDeV0hREeBkMwpOZdN5uiwUI',
    '$sha1$1000$pfumQtSC$HfwKrn27/ZnfHEjx6a7IaKdoP3te',
  ]),
  ...passlib('BCRYPT-SHA256', 'passlib.hash.bcrypt_sha256.using(rounds=5)', [
    '$bcrypt-sha256$v=2,t=2b,r=5$AGLsoOjEjtenNGbIJrvhAu$TFFyAdJ1HYbhWPnE.a4pSQJtxjr2pYG',
    '$bcrypt-sha256$v=2,t=2b,r=5$EaxuAA03vhOI1HlsBT97Ke$SVbOzsBN7yYhKoXJaA2EEK7IIiCDPDG',
    '$bcrypt-sha256$v=2,t=2b,r=5$KrraeI2hGro3UIWF09COxu$lScb3xFeTiwMajrPt6vjs4G.dEj7Ozy',
  ]),
  ...passlib('BCRYPT-SHA256', 'passlib.hash.bcrypt_sha256.using(rounds=5, version=1)', [
    '$bcrypt-sha256$2b,5$kp6x/ucQlkYbGgq1IR.GXu$kkDwGiL0RliTN8TY1AKCT4n4mh.1/1e',
    '$bcrypt-sha256$2b,5$KiW0WbSTr7rojp10aE/McO$encV1uP5ZIBAACM2HcG3EEX5KEiZQ4G',
    '$bcrypt-sha256$2b,5$oIzF.IqysN8JVBCdQq28We$ROu/iXCsL0I7FRpeF/YaE/XH9mtk0vy',
  ]),
  ...passlib('PBKDF2', 'passlib.hash.pbkdf2_sha1.using(rounds=1000)', [
    '$pbkdf2$1000$tZYSYkyJ8V4rxXhPiTEmxA$PfvBoC4.XT781mPffSvvGPkN2MQ',
    '$pbkdf2$1000$6H1PCaGUcs75/5/T.r/X.g$1/tWxAca5Ner11RXYewwzndxOus',
    '$pbkdf2$1000$0tr7n3MO4RxDKIXw3nvvHQ$Jdvg1CwukCVfldo3./TWQsSB3Bk',
  ]),
  ...passlib('PBKDF2', 'passlib.hash.pbkdf2_sha256.using(rounds=1000)', [
    '$pbkdf2-sha256$1000$tNaak1KKUWrt/T.H8P5fiw$.ysdO4X.IWNKm/Q7qluEsiaJPwiQ0agSygYtWUlfJc4',
    '$pbkdf2-sha256$1000$N.YcY6xV6j0nRMg5x1ir9Q$JN/z7DFIuPy7/bja5Ub.wdDOD3wBNzbLlfmkcGupBF8',
    '$pbkdf2-sha256$1000$qdUag1BKCQFAyJlz7r1Xqg$lN4L6njUyLkQ4yBNGxFeKLb0UGH7Ljlb4h.oO7zgpig',
  ]),
  ...passlib('PBKDF2', 'passlib.hash.pbkdf2_sha512.using(rounds=1000)', [
    '$pbkdf2-sha512$1000$MoZw7t1bSwnB2FsrpdRa6w$9nnjBz74Nopm9aGn4OKZu6ESOWzzyGlNIisStndv5bUn.gRbR1yKL2RxV//wV8IKYvCSxsOAlENHHHw0/bw6Uw',
    '$pbkdf2-sha512$1000$EULoHWPM.R9DyHnvfe.dMw$u/F78/VA6qAN885OEqNKdl/DSMg9RKoRpRwIvKqzYGRMx4RWrL1WZ3U.37hnQLMfbKkVRftHwcDdV8avkVkKQA',
    '$pbkdf2-sha512$1000$OIewtjYmJGSslXKOce59rw$bm9g0D65oSo24TlZlL0eCui.0bLjbYReYsg25Mv.nwSoM2y1vGRaFbiOBPNQi/IIivjuAejTtzYRV6vtiiebiQ',
  ]),
  ...passlib('PBKDF2-SHA1', 'passlib.hash.ldap_pbkdf2_sha1.using(rounds=1000)', [
    '1000$SEmJEQLgXKv13hsDoJRyjg$w/rOPQPWL/EBMLECGPfv1lsNVbQ',
    '1000$yxnDeO99LwWAUCrFmBNCiA$d4elN1o4gFDZD10eQqIbiS.Ti7M',
    '1000$nrMW4vwfA4Bw7n2vVWoNoQ$HNNQWNZq33DDgD8ESgNttgnxX6g',
  ]),
  ...passlib('PBKDF2-SHA256', 'passlib.hash.ldap_pbkdf2_sha256.using(rounds=1000)', [
    '1000$MuY8J4SQEkJIibH2fs.5Vw$azUKQ4BdojQ9dDLaSAXiOouATgL1TnohOlopKHeUdJU',
    '1000$PWfs/f.fMwagFALAWGttDQ$s74/CCeF15myGr7fgtpn/EBcxrW37KIq.ctd5XFrRdw',
    '1000$cs55DwHAeA9B6J1TSgmhdA$GpnnsaYlDTVbDmzBDkHXYHlOim.wHQh/c1002hn.YNI',
  ]),
  ...passlib('PBKDF2-SHA512', 'passlib.hash.ldap_pbkdf2_sha512.using(rounds=1000)', [
    '1000$EWJsjVFK6b035nzPOUeIEQ$Nlw1QpgesPSAz7VXv8lbf4yy26r6jQrUWax9UFhlaK/JCT/fxYj1DpugmSyHVJDLvp2DQvqbt768Z2xO5N9KPg',
    '1000$Rei9NwZASElp7X2vlXIOoQ$KhoTc6M5FUi6iIN1uN5GUefuoxqxt.0qOGBXs8fu2xaQdFzxjNEfpy/v6IO0T6baE/1127M8.n/2x2IMPCYHXw',
    '1000$S6lVau19j3GOsVaq1RrjHA$BEM5X7Sc6GaP6880yOYRlX1o134VyBXdKzr5s/vj3LwlO2n3907jNASsPgh446XJZlxbSM2LGHibYKDOPctTZQ',
  ]),
  ...passlib('SCRYPT', 'passlib.hash.scrypt.using(rounds=8, parallelism=2)', [
    '$scrypt$ln=8,r=8,p=2$kJJyrvUeI8Q4p/Q+h1AqxQ$3DDLO3NTYi8yZiPz5f8cIgppCzXq3y1LqNQrfelw7gM',
    '$scrypt$ln=8,r=8,p=2$d87537sXglAKYeyd0zqntA$JHefES4onD+Rm8xiVhzlDpe5iVQgbdGQBFjhFv7/KVQ',
    '$scrypt$ln=8,r=8,p=2$cu69l9K6l/J+b43xXusdow$o+QdAexrJi7gxATr3ocrzBIaXgMGTnO3vhsW0v+Uch8',
  ]),
  ...passlib('ARGON2D', "passlib.hash.argon2.using(type='D', rounds=2, memory_cost=512, parallelism=2)", [
    '$argon2d$v=19$m=512,t=2,p=2$RygFwDjn3Lt3DuFcSwnhnA$qrfVyIvmEL9pHJRaAnt9LoTq2apvIDHimsOHnDL+MZA',
    '$argon2d$v=19$m=512,t=2,p=2$wZjz3lvrXau19v6/1zrHmA$4KQ3wNlFmjvi3u4Sbz8/cLPWBcoDQh6Z4vssjykcHIk',
    '$argon2d$v=19$m=512,t=2,p=2$7F3L+R+jtFaKsTamNMY4xw$KS8phwWksz+H3pBaJ/O3UtsSK0nU7689QQvcZbYzSHU',
  ]),
  ...passlib('ARGON2', "passlib.hash.argon2.using(type='ID', rounds=1, memory_cost=512)", [
    '$argon2id$v=19$m=512,t=1,p=1$qjUm5NybU4qR0loLYaxVqg$+fo9JZVTy2a7ti1l1oNEeO0BoCaeJk3BoKcMmhSKRgg',
    '$argon2id$v=19$m=512,t=1,p=1$nBNCaE3Judd6r5WyFuJ8Tw$BMd0OcGV4zrslUDmP2r0u8yv223pX5cXkbNQ4twg6ng',
    '$argon2id$v=19$m=512,t=1,p=1$nTMmROidkxJCaC0l5BxDqA$NM/3jf58BqFoiadkNYj60irWdL8HWSQSURY+H/XrWEg',
  ]),
];
