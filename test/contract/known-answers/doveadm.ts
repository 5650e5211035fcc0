/** doveadm — hashes of `doveadm pw`, Dovecot 2.3.19, with `-u ann@example.org`. */

import { type KnownAnswer, PASSWORDS } from './known-answer.ts';

const doveadm = (scheme: string, hashes: readonly [string, string, string]): KnownAnswer[] =>
  Object.values(PASSWORDS).map((password, index) => ({
    madeBy: `doveadm pw -s ${scheme} (2.3.19)`,
    password,
    hash: `{${scheme}}${hashes[index]}`,
  }));

export const fromDoveadm: readonly KnownAnswer[] = [
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
  ...doveadm('PLAIN', [
    'test',
    'pä$swörd🔑',
    '0123456789012345678901234567890123456789012345678901234567890123456789',
  ]),
  ...doveadm('CLEAR', [
    'test',
    'pä$swörd🔑',
    '0123456789012345678901234567890123456789012345678901234567890123456789',
  ]),
  ...doveadm('CLEARTEXT', [
    'test',
    'pä$swörd🔑',
    '0123456789012345678901234567890123456789012345678901234567890123456789',
  ]),
  ...doveadm('PLAIN-MD4', [
    'db346d691d7acc4dc2625db19f9e3f52',
    '6138c97b7efc050761f5be4b075e20f1',
    'c8d1c8b3b47f0768af73134e46dd55f8',
  ]),
  ...doveadm('PLAIN-MD5', [
    '098f6bcd4621d373cade4e832627b4f6',
    '0f41920816d3d05fb75905250e083ee8',
    '109eb12c10c45d94ddac8eca7b818bed',
  ]),
  ...doveadm('LDAP-MD5', [
    'CY9rzUYh03PK3k6DJie09g==',
    'D0GSCBbT0F+3WQUlDgg+6A==',
    'EJ6xLBDEXZTdrI7Ke4GL7Q==',
  ]),
  ...doveadm('SHA', [
    'qUqP5cyxm6YcTAhz05Hph5gvu9M=',
    'hqDn5EDa60OsMNUp8wGzMjuKADY=',
    'GUUisr2x8YOKLS0kokggIAGsaDg=',
  ]),
  ...doveadm('SHA1', [
    'qUqP5cyxm6YcTAhz05Hph5gvu9M=',
    'hqDn5EDa60OsMNUp8wGzMjuKADY=',
    'GUUisr2x8YOKLS0kokggIAGsaDg=',
  ]),
  ...doveadm('SHA256', [
    'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=',
    'vpg091YEGGZ04W5Cq2I585PuLPjwAe9AIv0MI1Jge+o=',
    'V0RfpAsIxgzcunyjnHVt5hTRFILj8VqSX1SGiMGeWPQ=',
  ]),
  ...doveadm('SHA512', [
    '7iaw3Ur350mqGo7jwQrpkj9hiYB3Lkc/iBml1JQODbJ6wYX4oOHV+E+IvIh/1nsUNzLDBMxfqa2Ob1f1ACio/w==',
    'F103BvYdzxa7u27HN2HUs00T1Zkga+wjtMBIcKkToLX+3/aGB1JBiH2Do2SRJPXMzfB+WY6svEeXm4WqNsUT2g==',
    'u7ZhCpUaXHh5lhtHzyAFLRVbiOBeSs2UkOd0luz4eE+PCkJwexDXQ8BtWHnylgR9Y3LqNEAp4IMP+EkgIliBWw==',
  ]),
  ...doveadm('SMD5', [
    '0xWvKsBpgLxWfc7sr6r0wqZQNF0=',
    '2nZP6bJCPK1lsDZTK6D7UUMdKAE=',
    'XmfNLCUgUudSIxtZQcD2MfKyLMQ=',
  ]),
  ...doveadm('SSHA', [
    'AgsGy8HLDSFzaEM72Gr8/0tabZlZqf1A',
    'vn4RqpGCnYW0sRKAvxWLhlAnKoqw6L29',
    'UZYvtNzsPGAGuiM+yXbrO3O3JTOuK9mH',
  ]),
  ...doveadm('CRAM-MD5', [
    'e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6',
    '8280e609a4e28491ef2bd9ad45951a4788e37cedc92d7f42d7747be22901ba4a',
    '8b1bc35b306097d1c4c7e7dd6f8526d4d28c031cf20e817116d646a2fa93c0da',
  ]),
  ...doveadm('HMAC-MD5', [
    'e02d374fde0dc75a17a557039a3a5338c7743304777dccd376f332bee68d2cf6',
    '8280e609a4e28491ef2bd9ad45951a4788e37cedc92d7f42d7747be22901ba4a',
    '8b1bc35b306097d1c4c7e7dd6f8526d4d28c031cf20e817116d646a2fa93c0da',
  ]),
  ...doveadm('DIGEST-MD5', [
    '0fc99fc45aa07aef230f93c284166f0b',
    '49f28c8ff02659cfae5fbd84986eff7f',
    'e3d575297eeea0b1a9369bbe1a2a275d',
  ]),
  ...doveadm('SCRAM-SHA-1', [
    '4096,ekRggYig4Yjgp/yHmu3dmQ==,ZLqJt8VLKJNWo54yeOZI3+4G3I8=,jmqrNSf5oWSRAVZp3ys7/C64Gqk=',
    '4096,Wd68IIlt1Dns/4cgfIISog==,c9CuD+CJ75zrq0akCKrdicVS2as=,pUr5K0q3BRWUad1zFtyaioFdEnU=',
    '4096,5ZwNN5br7QV0cfLDkB9ocw==,JDpEFXub+EsPTwllNka9z75QWmw=,TL0IubYZ0N0CyN0NQcbt89dKsbI=',
  ]),
  ...doveadm('SCRAM-SHA-256', [
    '4096,PfF/qc4w49AvZnP7kJhUsA==,bPNUtX/6J5i2/cJWHhOYkCUc5JCImBm9lfs5ox5Hc+c=,c8z2Pd83GBuPHbGK+5GU/geIFUdUjQdmjx8WLUMrTWM=',
    '4096,q5qmIsqz+CLQXLcsWdgu8Q==,oUcYiC3KnWaB/m8uYtVixda5YhRIt6+dNMpEDsXmzMw=,bv5ReVtA+DlsGZXM8HiObQGOz5uEzfzGyR+fFxAgkXA=',
    '4096,N4EPlUx9Sc6K078Mv9gwGQ==,nJns8YdasmGkhL/lIZTmWSp59rsOq+/YSebn4c54gX4=,S7amMW/tlKv9O+R673YRzDbcJAN8U/8wQ6gZ32UfENE=',
  ]),
  ...doveadm('OTP', [
    'sha1 1024 e60eee381f6f9d31 7f4c68e9d8ed46a8',
    'sha1 1024 4356af1b85847038 b1c50276723edd69',
    'sha1 1024 f24cce9ab34bcf92 0eb112ef9e360083',
  ]),
  ...doveadm('DES-CRYPT', ['Kq62kb6.Hdp/o', 'qn5bzKKIsqwGM', '9LFT4MCADjbk.']),
  ...doveadm('MD5', [
    '$1$ESKnoVlB$3W.jQKeiaGao6BET9WN3K/',
    '$1$CC6S9NDQ$g4TdroeNdoEwf.IHV3Iew0',
    '$1$hUUlhFyX$.pI6b.1g/8J1wcAUGLgET/',
  ]),
  ...doveadm('MD5-CRYPT', [
    '$1$Eqkh84i1$J0CeZmxYSwsdhjqFjrOcJ0',
    '$1$J60xv6JQ$7dZAobsZaKcFp29jh.Eg9.',
    '$1$YDI5HrMT$ppoygGKltWWJAouuAiCdY.',
  ]),
  ...doveadm('SHA256-CRYPT', [
    '$5$.XJSBvTXjYnnOSmw$D1QBUvHwkyaDkC6/NBacysxkDtG16umOCZn.bCeRzFA',
    '$5$/uyCqDbYgSNbamYF$Oe7K..axMgADQZkdbo8gEtYdiFra8dHIgObrcSlqNc2',
    '$5$iDir1U6WL9QuJHWE$diJS.iHE8dbwf9U3VZpPgiv9i89blB/z11ysVMXQMo0',
  ]),
  ...doveadm('CRYPT', [
    '$2y$05$gGhUREw4Ieg168XmRlN/9uqvElXVLhk3XOhvwGHYbcZz1cIMrp3Nu',
    '$2y$05$En.vFtXz8OVvr4MESVA07u7Z.e4Hjl/TFOXK1ftHpsmMXi2H180ou',
    '$2y$05$8ucYF2o52r3B8JG20mIY2OhbyEisQBIPelrCn0v3iWUDI6NWWmKLe',
  ]),
  ...doveadm('PBKDF2', [
    '$1$oSrrrMdXwCzFk.7B$5000$e82a73c6bf57989619b268694f8c6f70dc10e94d',
    '$1$XqGhLqFKLvCsoiNw$5000$a93bd9f2089aba779843355537279a1966219835',
    '$1$HumaUGgNmuIadMyO$5000$989f6b512cec2a97f67aac1fae30810b2d68e08a',
  ]),
  ...doveadm('ARGON2I', [
    '$argon2i$v=19$m=32768,t=4,p=1$AYt/rF/H77PBwWM1J0HPFQ$TJdqpD138Nr4UZRPO74ctIN+KBlJsy5PS/CkrRJuLn8',
    '$argon2i$v=19$m=32768,t=4,p=1$NrtK/y0et8mDveZCL1tttA$XTAYrCIfqdk7Yui5Z+bD5vcwGx08IrOhgUhK1By277A',
    '$argon2i$v=19$m=32768,t=4,p=1$L/XKGeIvbKhh4Ygl/vLqJA$dd5Qvgs8f6J/DV22jVh1tHrGqVlZLmUB8jabaUOs6C4',
  ]),
  ...doveadm('SHA1.HEX', [
    'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3',
    '86a0e7e440daeb43ac30d529f301b3323b8a0036',
    '194522b2bdb1f1838a2d2d24a248202001ac6838',
  ]),
  ...doveadm('SSHA.B64', [
    'MIgEH+VUaI+8VEGD1tJPOIODqfOOHsOU',
    'sAYLvMyr6MUAm0ZERRiPBWVEearltsPQ',
    'O821b1bYMdHvO65/WsPO+v5Lb9J3b4hF',
  ]),
  ...doveadm('SMD5.HEX', [
    '8cf31853aa933405a8a07e6e4594ca1c70e2732f',
    '517903b0ffcd5b2340fd6522a43a9f54dc7ba688',
    'aead97e4e517c36779e9bc5c8807f531856b48ea',
  ]),
  ...doveadm('PLAIN-MD5.B64', [
    'CY9rzUYh03PK3k6DJie09g==',
    'D0GSCBbT0F+3WQUlDgg+6A==',
    'EJ6xLBDEXZTdrI7Ke4GL7Q==',
  ]),
  ...doveadm('CRAM-MD5.B64', [
    '4C03T94Nx1oXpVcDmjpTOMd0MwR3fczTdvMyvuaNLPY=',
    'goDmCaTihJHvK9mtRZUaR4jjfO3JLX9C13R74ikBuko=',
    'ixvDWzBgl9HEx+fdb4Um1NKMAxzyDoFxFtZGovqTwNo=',
  ]),
  ...doveadm('DIGEST-MD5.BASE64', [
    'D8mfxFqgeu8jD5PChBZvCw==',
    'SfKMj/AmWc+uX72EmG7/fw==',
    '49V1KX7uoLGpNpu+GionXQ==',
  ]),
  ...doveadm('PLAIN.HEX', [
    '74657374',
    '70c3a4247377c3b67264f09f9491',
    '30313233343536373839303132333435363738393031323334353637383930313233343536373839303132333435363738393031323334353637383930313233343536373839',
  ]),
  ...doveadm('SCRAM-SHA-1.B64', [
    'NDA5NixvQ1I4dWcvUWJEb09UV21LVjhDY05BPT0sNVJvc29MT1J4OFlvVHJrdGNRVkJGUG14NkNNPSxkVzlEaityTVB1SmcrVnhiSXV3N0VPcmk5SDg9',
    'NDA5Nix5dXNLNVFsR2V6SjBmMkthek1PRTdBPT0scnI2bE1sOE5KQklWa1pGb2JhMTF0dmMvbm1jPSxrZnNnSk1XeUJKNU0wTFJuUUtNYmhwSFdxblE9',
    'NDA5NixERnByQlBIYVVTdEdEblB5N0hjbCtBPT0saHA5Y2pQTlF0OGJ4ZlhTcmxSZFNicEdjUWlNPSw0eHZvVFdMVEY4b1haaS9LMjhaa082c2QyaTg9',
  ]),
  ...doveadm('MD5-CRYPT.HEX', [
    '2431244b6a664a45756d5324523365317a4830697137534b4e397637585571364e30',
    '2431245276726b563164702478316d343458562e624a323265746b54556a3971342f',
    '243124643550664c71344524456e5a74624c59774f7063462f78316a7a67504c7231',
  ]),
  ...doveadm('PBKDF2.B64', [
    'JDEkWFdrV1JVTmtVSnU0ZGxPNiQ1MDAwJGZjNWU0ZDUzZGUxN2U0YWMzZGJlZjc3ZDY5MTNlYzJkNDJjNjE4YTQ=',
    'JDEkZGNXTUdUMDhrSXljcy9ETCQ1MDAwJDgxYjVmZGY1OTkzNGNiZGMzOTJjYjg1NmU3ZWRmZjZlZmNjMjZhNzk=',
    'JDEkLkhUc3hoRTRXQXFlSngvcCQ1MDAwJGMyMTc2YTdkYjBlOWJmYjVlODczMjg0YzExOTlkZWRjZWQyMmViNzU=',
  ]),
  ...doveadm('ARGON2I.HEX', [
    '246172676f6e326924763d3139246d3d33323736382c743d342c703d31246155585844574c7150737979694b75373231736e497724392f30766d4a6135724e6b4f484e2f5472793665416a6d754f4c67584c2b2b6c3968392b55304b2f384955',
    '246172676f6e326924763d3139246d3d33323736382c743d342c703d3124474c4143304272756c7271314e4f4a6972334930537724654c78727a456f483567345467727a7954744f422b4f2f6246683936347857475169664664565961314230',
    '246172676f6e326924763d3139246d3d33323736382c743d342c703d31247a476a674a314a376a3934736c4d5448566745386867244d66795851734455536e673346376e794952595836747632692f6d4541464e2f4349555141575577704d55',
  ]),
];
