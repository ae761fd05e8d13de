import { expect } from 'vitest'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, passkeyWorld, phoneWorld, proofOf } from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'
import { attacks, type Attack } from './attack.js'

const PAYMENT = 'EUR 10.00 to Bob'

/** Bindings that look like the one that was approved, and are not. */
const otherBindings: Readonly<Record<string, string>> = {
  'a larger amount': 'EUR 100.00 to Bob',
  'another payee': 'EUR 10.00 to Mallory',
  'another case': 'eur 10.00 to bob',
  'a space behind': 'EUR 10.00 to Bob ',
  'a space that looks alike': 'EUR\u00a010.00 to Bob',
  'a letter that looks alike': 'EUR 10.00 to Воb',
  'an invisible letter': 'EUR 10.00 to Bob\u200b',
  'a direction mark': '\u202eEUR 10.00 to Bob',
  'another normal form': 'EUR 10.00 to Bo\u0301b',
  'a null byte and more': 'EUR 10.00 to Bob\0Mallory',
  'less of it': 'EUR 10.00 to Bo',
}

for (const kind of ['app', 'text', 'passkey'] as const) {
  attacks(
    `a step-up by ${kind} for one payment, presented for another:`,
    Object.fromEntries(
      Object.entries({ ...otherBindings, 'none at all': undefined }).map(([name, binding]): [string, Attack] => [
        name,
        [
          'PSD2 RTS, article 5',
          async () => {
            const { token, answer, verify, checkProof } = await stepUp(kind)
            expect(await verify({ token, ...answer, binding })).toEqual({
              status: 'rejected',
              reason: 'unknown-challenge',
              attemptsRemaining: null,
              retryAt: null,
            })
            const { proof } = must(await verify({ token, ...answer, binding: PAYMENT }), 'approved')
            expect(await checkProof({ userId: 'ada', proof, binding })).toEqual({ status: 'invalid' })
            expect(await checkProof({ userId: 'ada', proof, binding: PAYMENT })).toMatchObject({ status: 'valid' })
          },
        ],
      ]),
    ),
  )
}

/** Ada's step-up for a payment, and what answers it. */
async function stepUp(kind: 'app' | 'text' | 'passkey') {
  const input = { purpose: 'step-up', binding: PAYMENT } as const
  if (kind === 'passkey') {
    const { world, ada } = await passkeyWorld()
    const { token, passkey } = await begin(world, 'ada', input)
    const { verify, checkProof } = world.twoFactor.challenge
    return { token, answer: { response: ada.passkey.get(passkey) }, verify, checkProof }
  }
  const { world, ada } = await (kind === 'app' ? appWorld() : phoneWorld())
  const { token } = await begin(world, 'ada', input)
  const { verify, checkProof } = world.twoFactor.challenge
  return { token, answer: { code: ada.code() }, verify, checkProof }
}

attacks('misleading whoever confirms', {
  'by a code of one summary for another': [
    'PSD2 RTS, article 5',
    async () => {
      const { world, ada } = await phoneWorld()
      const shown = await begin(world, 'ada', { purpose: 'step-up', binding: '1', summary: PAYMENT })
      const code = ada.code()
      const hidden = await begin(world, 'ada', { purpose: 'step-up', binding: '1', summary: 'EUR 9 to Mallory' })
      const { challenge } = world.twoFactor
      expect(await challenge.verify({ token: hidden.token, code, binding: '1' })).toMatchObject({
        reason: 'wrong-code',
      })
      must(await challenge.verify({ token: shown.token, code, binding: '1' }), 'approved')
    },
  ],
  'by a summary so long that the end would be cut off': [
    'CWE-451',
    async () => {
      const { world } = await phoneWorld()
      const before = world.inbox.attempts
      const summary = `EUR 1${'0'.repeat(160)} to Mallory`
      await expect(
        world.twoFactor.challenge.begin({ userId: 'ada', purpose: 'step-up', summary }),
      ).rejects.toMatchObject({ code: 'ERR_SUMMARY_INVALID' })
      expect(world.inbox.attempts).toBe(before)
    },
  ],
  'by a summary that brings lines, codes or domains of its own': [
    'CWE-93',
    async () => {
      const { world } = await phoneWorld({ texts: { origin: 'https://acme.example', segments: 3 } })
      const { challenge } = world.twoFactor
      const summaries = ['EUR 1\n@evil.example #123456', 'EUR 1\r\n\r\n@evil.example #1', 'EUR 1\u2028@evil.example #1']
      for (const summary of summaries) {
        must(await challenge.begin({ userId: 'ada', purpose: 'step-up', summary }), 'challenged')
        const { text, code } = world.inbox.last()
        const [shown, ...rest] = text.split(/[\n\r\u2028\u2029]+/)
        expect(rest).toEqual([`@acme.example #${code ?? ''}`])
        expect(shown).not.toMatch(/[@#]/)
      }
    },
  ],
  'by a summary whose letters turn round or hide': [
    'CWE-1007',
    async () => {
      const { world } = await phoneWorld({ texts: { alphabet: 'unicode', segments: 3 } })
      const { challenge } = world.twoFactor
      for (const mark of ['\u202e', '\u2066', '\u200b', '\u2060', '\u00ad', '\0', '\u{e0031}']) {
        const summary = `EUR 1${mark}00 to Bob`
        must(await challenge.begin({ userId: 'ada', purpose: 'step-up', summary }), 'challenged')
        expect(world.inbox.last().text).toMatch(/EUR 1 ?00 to Bob/)
        expect(world.inbox.last().text).not.toContain(mark)
        world.clock.advanceSeconds(600)
      }
    },
  ],
  'by a sign-in text for a payment': [
    'ASVS 5.0, 6.6.2',
    async () => {
      const { world, ada } = await phoneWorld()
      const { challenge } = world.twoFactor
      await begin(world, 'ada')
      const code = ada.code()
      const payment = await begin(world, 'ada', { purpose: 'step-up', binding: PAYMENT, summary: PAYMENT })
      expect(await challenge.verify({ token: payment.token, code, binding: PAYMENT })).toMatchObject({
        reason: 'wrong-code',
      })
    },
  ],
  'by joining a challenge for something else from the same address': [
    'ASVS 5.0, 6.6.2',
    async () => {
      const { world, ada } = await phoneWorld()
      const clientAddress = '192.0.2.7'
      const { challenge } = world.twoFactor
      const first = await begin(world, 'ada', { clientAddress })
      const code = ada.code()
      for (const input of [
        { binding: 'x' },
        { purpose: 'step-up' as const },
        { purpose: 'step-up' as const, summary: 'x' },
      ]) {
        const before = world.inbox.attempts
        const other = await begin(world, 'ada', { clientAddress, ...input })
        expect(world.inbox.attempts).toBe(before + 1)
        expect(await challenge.verify({ token: other.token, code, binding: input.binding })).toMatchObject({
          reason: 'wrong-code',
        })
      }
      must(await challenge.verify({ token: first.token, code }), 'approved')
    },
  ],
})

/** User ids that are not `ada`, however they read. */
const nearlyAda: Readonly<Record<string, string>> = {
  'in capitals': 'ADA',
  'with a space': 'ada ',
  'with a null byte': 'ada\0',
  'with a letter that looks alike': 'аda',
  'with a full-width letter': 'ａda',
  'with an invisible letter': 'ad\u200ba',
  'with a path': 'x/../ada',
  'with an encoded letter': '%61da',
  'with the separator of the keys': 'default:ada',
  'with a combining mark': 'ada\u0301',
  'with a quote': "ada' OR '1'='1",
}

attacks(
  'passing for somebody whose id reads',
  Object.fromEntries(
    Object.entries(nearlyAda).map(([name, userId]): [string, Attack] => [
      name,
      [
        name.includes('capitals') ? 'CWE-178' : 'CWE-290',
        async () => {
          const { world, ada } = await appWorld()
          const proof = await proofOf(world, ada)
          const { account, challenge, factors } = world.twoFactor
          expect(await challenge.begin({ userId })).toEqual({ status: 'not-required' })
          expect(await challenge.checkProof({ userId, proof })).toEqual({ status: 'invalid' })
          expect(await account.status({ userId })).toMatchObject({ enabled: false, userId })
          expect(await factors.list({ userId })).toEqual({ status: 'listed', factors: [] })
          await account.erase({ userId })
          must(await challenge.begin({ userId: 'ada' }), 'challenged')
        },
      ],
    ]),
  ),
)

/** What takes an id of something of Ada's, tried on the account of Mallory, whose proof is fresh. */
const withIdsOfAda: Readonly<
  Record<
    string,
    (account: FullAccount, proof: string) => Promise<{ readonly status: string; readonly reason?: string }>
  >
> = {
  'remove her factor': ({ world, appFactorId: factorId }, proof) =>
    world.twoFactor.factors.remove({ userId: 'mallory', factorId, proof }),
  'rename her factor': ({ world, appFactorId: factorId }) =>
    world.twoFactor.factors.rename({ userId: 'mallory', factorId, name: 'x' }),
  'prefer her factor': ({ world, phoneFactorId: factorId }, proof) =>
    world.twoFactor.factors.prefer({ userId: 'mallory', factorId, proof }),
  'have staff remove her factor': ({ world, appFactorId: factorId }) =>
    world.twoFactor.admin.removeFactor({ userId: 'mallory', actor: 'staff', factorId }),
  'replace her factor': ({ world, appFactorId: replaces }, proof) =>
    world.twoFactor.enrolment.beginTotp({ userId: 'mallory', accountName: 'mallory', proof, replaces }),
  'confirm her enrolment': ({ world, pendingAppId: enrolmentId, pendingApp }) =>
    world.twoFactor.enrolment.confirm({ userId: 'mallory', enrolmentId, code: pendingApp.code(world.clock) }),
  'read the secret of her enrolment': ({ world, pendingAppId: enrolmentId }) =>
    world.twoFactor.enrolment.resume({ userId: 'mallory', enrolmentId }),
  'have her text sent again': ({ world, pendingPhoneId: enrolmentId }) =>
    world.twoFactor.enrolment.resend({ userId: 'mallory', enrolmentId }),
  'cancel her enrolment': ({ world, pendingAppId: enrolmentId }) =>
    world.twoFactor.enrolment.cancel({ userId: 'mallory', enrolmentId }),
  'revoke her device': ({ world, deviceId }) => world.twoFactor.trustedDevices.revoke({ userId: 'mallory', deviceId }),
  'be asked for her factor': async ({ world, appFactorId: factorId }) => {
    const { factor } = await begin(world, 'mallory', { factorId })
    return { status: factor.id === factorId ? 'hers' : 'challenged' }
  },
  'switch to her factor': async ({ world, phoneFactorId: factorId }) => {
    const { token } = await begin(world, 'mallory')
    return world.twoFactor.challenge.switchFactor({ token, factorId })
  },
  'spend her recovery code': async ({ world, recoveryCodes }) => {
    const { token } = await begin(world, 'mallory')
    return world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: recoveryCodes[0] ?? '' })
  },
  'spend her access pass': async ({ world, accessPass: recoveryCode }) => {
    const { token } = await begin(world, 'mallory')
    return world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode })
  },
  'answer with the code of her app': async ({ world, appCode }) => {
    const { token } = await begin(world, 'mallory')
    return world.twoFactor.challenge.verify({ token, code: appCode() })
  },
  "answer with her passkey's response": async ({ world, passkeyResponse }) => {
    const { token } = await begin(world, 'mallory')
    return world.twoFactor.challenge.verify({ token, response: passkeyResponse() })
  },
}

attacks(
  'with the ids and codes of Ada on the account of Mallory,',
  Object.fromEntries(
    Object.entries(withIdsOfAda).map(([what, attack]): [string, Attack] => [
      what,
      [
        'CWE-639',
        async () => {
          const account = await makeFullAccount()
          const { world } = account
          const { proof } = await enrolTotp(world, 'mallory')
          const hers = (await contents(world.data)).get('user:default:ada')
          const sent = world.inbox.attempts
          const answer = await attack(account, proof)
          expect(['rejected', 'refused', 'cancelled', 'revoked', 'challenged']).toContain(answer.status)
          expect((await contents(world.data)).get('user:default:ada')).toBe(hers)
          expect(world.inbox.attempts).toBe(sent)
        },
      ],
    ]),
  ),
)

attacks('crossing tenants', {
  'with a namespace that is part of another, or escapes from it': [
    'CWE-639',
    async () => {
      const { world, ada } = await appWorld()
      const { userId } = ada
      for (const namespace of [
        'default:',
        'default:ada',
        'defaul',
        'DEFAULT',
        'default%3A',
        '../default',
        'default\u200b',
      ]) {
        const tenant = makeWorld({ data: world.data, namespace })
        expect(await tenant.twoFactor.challenge.begin({ userId })).toEqual({ status: 'not-required' })
      }
    },
  ],
  'with the records of one under the key of the other': [
    'CWE-345',
    async () => {
      const { world } = await appWorld()
      const value = await world.data.get('user:default:ada')
      await world.data.swap('user:other:ada', null, value, null)
      const tenant = world.process({ namespace: 'other' })
      await expect(tenant.challenge.begin({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_RECORD_UNREADABLE' })
    },
  ],
})
