/** crypt — hashes of crypt(3) in libxcrypt 4.4, of each prefix that crypt_gensalt(3) takes. */

import { type KnownAnswer, PASSWORDS } from './known-answer.ts';

const crypt = (scheme: string, prefix: string, hashes: readonly [string, string, string]): KnownAnswer[] =>
  Object.values(PASSWORDS).map((password, index) => ({
    madeBy: `crypt(3) with crypt_gensalt('${prefix}')`,
    password,
    hash: `{${scheme}}${hashes[index]}`,
  }));

export const fromCrypt: readonly KnownAnswer[] = [
  ...crypt('YESCRYPT', '$y$', [
    '$y$j75$1md3EweVjdbLoi5CsFIex.$XYzGWcZbFMw4lbgQQcE7eewiTPAcmRs0PaZNUwJ94U7',
    '$y$j75$FvRWRvv5O5YHDHzfmWr.31$PpQA/p/6AZGhNqO4zJdzY0m2MoPVH0nrpzwCE83XPHA',
    '$y$j75$lUQf.qGfPHiblcwI46wtq/$shwvMZG1mBn.ylCw26DjWLC8XAnu1h/Ev1Xzlk9jSpC',
  ]),
  ...crypt('CRYPT', '$y$', [
    '$y$j75$1md3EweVjdbLoi5CsFIex.$XYzGWcZbFMw4lbgQQcE7eewiTPAcmRs0PaZNUwJ94U7',
    '$y$j75$FvRWRvv5O5YHDHzfmWr.31$PpQA/p/6AZGhNqO4zJdzY0m2MoPVH0nrpzwCE83XPHA',
    '$y$j75$lUQf.qGfPHiblcwI46wtq/$shwvMZG1mBn.ylCw26DjWLC8XAnu1h/Ev1Xzlk9jSpC',
  ]),
  ...crypt('CRYPT', '$gy$', [
    '$gy$j75$GqPFX2T9jQ6v69GlPS5wD1$tcjV0xXNp9GFdP5cwhbN7XkYaW1ZagFO1QbEPcN2mo4',
    '$gy$j75$onq3izPvdmLlwi0qI9yLV/$mGJf9KVc6dIAfpsidCZ0irZ/2oTmqsAIzly7.dYolQ.',
    '$gy$j75$vLPfDHis7UjrdVyJOhgmG.$CKpyhyIBOeV6nUrqbA9DVMrxntJ0ke0YUn2H81bLz33',
  ]),
  ...crypt('CRYPT', '$7$', [
    '$7$BU..../....DUEWI3mbTQJPSojDrCUBd/$pEiC7kOoCYPcZk/G.IjLd3Ju7zOdO5XkWeJ9vHcQUa8',
    '$7$BU..../....QRLXpKTrNkkJTsUNqKelD0$LJvQ.nvxI68ZoSMdtrbz9ZTXevvFY40rDuhwZcV3D4/',
    '$7$BU..../....U7m/Ke9crYu5bMB/B60f71$vVnJzkGJl7Ik9KTKPuF6n66L004r01LtVK1ljsjkys5',
  ]),
  ...crypt('CRYPT', '$md5', [
    '$md5,rounds=51524$TAgKn3.j$$h0oKAJXs68cQliOCrRFoT.',
    '$md5,rounds=76971$VYLJvcTd$$r.mWnOu43yFMyDqUehtuI.',
    '$md5,rounds=62743$I6C3UIpT$$e5fKKvoEUzEVnDVJ6lbev0',
  ]),
  ...crypt('CRYPT', '$3$', [
    '$3$$0cb6948805f797bf2a82807973b89537',
    '$3$$b0da2770af370fb44d4c74b336d60676',
    '$3$$d4bc9a81fc7951ad9c3994c1aa4e5ad9',
  ]),
  ...crypt('BSDI-CRYPT', '_', ['_J9..XT5Qc0thtBWMJGM', '_J9..8Ls0naGibd4I2Yg', '_J9../ShTKvj50andJbA']),
  ...crypt('CRYPT', '_', ['_J9..XT5Qc0thtBWMJGM', '_J9..8Ls0naGibd4I2Yg', '_J9../ShTKvj50andJbA']),
  ...crypt('SHA1-CRYPT', '$sha1', [
    '$sha1$259197$r6AXEn5nl0pTOu75jmbg$VCdtpHfP/0kU0Qgf/.W6ENgxa56M',
    '$sha1$204172$YW1l8qPwHEWbjwDk7.Ia$9ShDnbwbaiZgT6tyEJnS37jHy.S6',
    '$sha1$205820$YGGKnC3a0SWqC1G7hM2A$DX8tumQf1b/7KHDNBtOw5tZlYTQs',
  ]),
  ...crypt('CRYPT', '$sha1', [
    '$sha1$259197$r6AXEn5nl0pTOu75jmbg$VCdtpHfP/0kU0Qgf/.W6ENgxa56M',
    '$sha1$204172$YW1l8qPwHEWbjwDk7.Ia$9ShDnbwbaiZgT6tyEJnS37jHy.S6',
    '$sha1$205820$YGGKnC3a0SWqC1G7hM2A$DX8tumQf1b/7KHDNBtOw5tZlYTQs',
  ]),
  ...crypt('DES-CRYPT', '', ['vwuZ7LlCEW4E2', 'ZBewKqiDEnRo6', 'MMfkGoL.f72pI']),
  ...crypt('CRYPT', '', ['vwuZ7LlCEW4E2', 'ZBewKqiDEnRo6', 'MMfkGoL.f72pI']),
  ...crypt('MD5-CRYPT', '$1$', [
    '$1$2sXVAjBs$E3MCB7kHl.8hC07afl0Sl1',
    '$1$xEqqnUIo$aS3APk1w29e4fM2HWI0ns.',
    '$1$8Xi3gu4D$tbKGB86LxIPnVK6fusEOl1',
  ]),
  ...crypt('CRYPT', '$1$', [
    '$1$2sXVAjBs$E3MCB7kHl.8hC07afl0Sl1',
    '$1$xEqqnUIo$aS3APk1w29e4fM2HWI0ns.',
    '$1$8Xi3gu4D$tbKGB86LxIPnVK6fusEOl1',
  ]),
  ...crypt('SHA256-CRYPT', '$5$', [
    '$5$/lDkgPAO2awXdouU$PnWcFT/m.x24MFxNezY4Vfe.n14mmX3jVJzVsfnTRGD',
    '$5$YFOOuh5YTO8rMwDY$fuovM8pJlJBlZAG/aeecyHYf50TNkL/2LlLBcNCRPW.',
    '$5$Wykkcws4NS5TH6t5$Af1QFPODRU/PICAT60EiRqZRB/2tYq9jednCBUa7M/9',
  ]),
  ...crypt('CRYPT', '$5$', [
    '$5$/lDkgPAO2awXdouU$PnWcFT/m.x24MFxNezY4Vfe.n14mmX3jVJzVsfnTRGD',
    '$5$YFOOuh5YTO8rMwDY$fuovM8pJlJBlZAG/aeecyHYf50TNkL/2LlLBcNCRPW.',
    '$5$Wykkcws4NS5TH6t5$Af1QFPODRU/PICAT60EiRqZRB/2tYq9jednCBUa7M/9',
  ]),
];
