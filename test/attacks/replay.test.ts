import { expect } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { at, processes } from '../support/interleaving.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, passkeyWorld, phoneWorld, trustedBrowser } from '../support/people.js'
import { makeWorld } from '../support/world.js'
import { attacks, type Weakness } from './attack.js'

const approvals = (answers: readonly { readonly status: string }[]): number =>
  answers.filter(({ status }) => status === 'approved').length

attacks("replaying an app's code", {
  'to the challenge that it settled': [
    'CVE-2015-7225',
    async () => {
      const { world, ada } = await appWorld()
      const { token } = await begin(world, 'ada')
      const code = ada.code()
      must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
      expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'settled' })
    },
  ],
  'to a new challenge within the same half minute': [
    'CVE-2022-25838',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const code = ada.code()
      must(await challenge.verify({ token: (await begin(world, 'ada')).token, code }), 'approved')
      const { token } = await begin(world, 'ada')
      expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'already-used', attemptsRemaining: 4 })
    },
  ],
  'in the interval after its own, in which drift would still allow it': [
    'CVE-2021-43177',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const code = ada.code()
      must(await challenge.verify({ token: (await begin(world, 'ada')).token, code }), 'approved')
      world.clock.advanceSeconds(30)
      const { token } = await begin(world, 'ada')
      expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'already-used' })
    },
  ],
  'of an earlier interval once a later one was accepted, though it was never used': [
    'RFC 6238, section 5.2',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const [earlier, later] = [ada.code(), ada.code()]
      must(await challenge.verify({ token: (await begin(world, 'ada')).token, code: later }), 'approved')
      const { token } = await begin(world, 'ada')
      expect(await challenge.verify({ token, code: earlier })).toMatchObject({ reason: 'already-used' })
    },
  ],
  'that confirmed the enrolment to sign in with it': [
    'NIST SP 800-63B-4, section 3.1.4.2',
    async () => {
      const world = makeWorld()
      const { challenge } = world.twoFactor
      const ada = await enrolTotp(world)
      const code = ada.app.code(world.clock.now() - 30_000)
      const { token } = await begin(world, 'ada')
      expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'already-used' })
    },
  ],
  'of a sign-in to a step-up': [
    'ASVS 5.0, 6.5.1',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const code = ada.code()
      must(await challenge.verify({ token: (await begin(world, 'ada')).token, code }), 'approved')
      const { token } = await begin(world, 'ada', { purpose: 'step-up', binding: 'EUR 1000 to Mallory' })
      expect(await challenge.verify({ token, code, binding: 'EUR 1000 to Mallory' })).toMatchObject({
        reason: 'already-used',
      })
    },
  ],
  'in other digits and with marks in between': [
    'CWE-294',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const code = ada.code()
      must(await challenge.verify({ token: (await begin(world, 'ada')).token, code }), 'approved')
      const { token } = await begin(world, 'ada')
      const fullWidth = code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
      for (const spelled of [` ${code}`, `${code.slice(0, 3)}-${code.slice(3)}`, fullWidth, `\u200b${code}`])
        expect(await challenge.verify({ token, code: spelled })).toMatchObject({ reason: 'already-used' })
    },
  ],
  'after the same app was removed and imported again': [
    'CWE-294',
    async () => {
      const { world, ada } = await appWorld()
      const { admin, challenge } = world.twoFactor
      const code = ada.code()
      must(await challenge.verify({ token: (await begin(world, 'ada')).token, code }), 'approved')
      await admin.reset({ userId: 'ada', actor: 'staff' })
      const value = new URL(ada.uri).searchParams.get('secret') ?? ''
      const secret = { encoding: 'base32', value } as const
      must(await admin.importTotp({ userId: 'ada', actor: 'staff', secret }), 'imported')
      const { token } = await begin(world, 'ada')
      expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'already-used' })
    },
  ],
})

attacks('replaying a texted code', {
  'to another challenge of the same person': [
    'ASVS 5.0, 6.6.2',
    async () => {
      const { world, ada } = await phoneWorld()
      const { challenge } = world.twoFactor
      const first = await begin(world, 'ada')
      const code = ada.code()
      const second = await begin(world, 'ada')
      expect(await challenge.verify({ token: second.token, code })).toMatchObject({ reason: 'wrong-code' })
      must(await challenge.verify({ token: first.token, code }), 'approved')
    },
  ],
  'to the challenge that it settled, while it would still be good': [
    'NIST SP 800-63B-4, section 3.1.3.2',
    async () => {
      const { world, ada } = await phoneWorld()
      const { challenge } = world.twoFactor
      const { token } = await begin(world, 'ada')
      const code = ada.code()
      must(await challenge.verify({ token, code }), 'approved')
      for (const seconds of [0, 60, 200]) {
        world.clock.advanceSeconds(seconds)
        expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'settled' })
      }
    },
  ],
  'after its life is over': [
    'GHSA-xmmm-jw76-q7vg',
    async () => {
      const { world, ada } = await phoneWorld()
      const { challenge } = world.twoFactor
      const { token } = await begin(world, 'ada')
      const code = ada.code()
      world.clock.advanceSeconds(299)
      await challenge.resend({ token })
      world.clock.advanceSeconds(1)
      expect(await challenge.verify({ token, code })).toMatchObject({ status: 'rejected' })
    },
  ],
  'after having it sent again and again, which lengthens no life': [
    'CWE-613',
    async () => {
      const { world, ada } = await phoneWorld()
      const { challenge } = world.twoFactor
      const { token } = await begin(world, 'ada')
      const code = ada.code()
      for (let each = 0; each < 5; each++) {
        world.clock.advanceSeconds(60)
        await challenge.resend({ token })
      }
      expect(await challenge.verify({ token, code })).toMatchObject({ status: 'rejected' })
    },
  ],
  'that confirmed a number, to sign in with it': [
    'ASVS 5.0, 6.6.2',
    async () => {
      const { world, ada } = await phoneWorld()
      const { proof } = ada
      const { enrolment, challenge } = world.twoFactor
      const begun = must(await enrolment.beginSms({ userId: 'ada', phoneNumber: '+447400123456', proof }), 'started')
      const code = world.inbox.lastCode('+447400123456')
      const { factor } = must(
        await enrolment.confirm({ userId: 'ada', enrolmentId: begun.enrolmentId, code }),
        'confirmed',
      )
      const { token } = await begin(world, 'ada', { factorId: factor.id })
      expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'wrong-code' })
    },
  ],
  'of a sign-in to confirm a number': [
    'CWE-294',
    async () => {
      const { world, textCode, pendingPhoneId: enrolmentId } = await makeFullAccount()
      expect(await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code: textCode })).toMatchObject({
        reason: 'wrong-code',
      })
    },
  ],
  'to a challenge that was cancelled': [
    'CWE-613',
    async () => {
      const { world, textToken: token, textCode: code } = await makeFullAccount()
      await world.twoFactor.challenge.cancel({ token })
      expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'settled' })
    },
  ],
})

attacks('replaying an enrolment', {
  'by confirming it twice': [
    'CWE-294',
    async () => {
      const { world, pendingApp, pendingAppId: enrolmentId } = await makeFullAccount()
      const { enrolment } = world.twoFactor
      const code = pendingApp.code(world.clock)
      must(await enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'confirmed')
      expect(await enrolment.confirm({ userId: 'ada', enrolmentId, code })).toMatchObject({
        reason: 'settled',
      })
    },
  ],
  'by reading its secret again once it is confirmed': [
    'NIST SP 800-63B-4, section 3.1.4.2',
    async () => {
      const { world, pendingApp, pendingAppId: enrolmentId } = await makeFullAccount()
      const { enrolment } = world.twoFactor
      const code = pendingApp.code(world.clock)
      must(await enrolment.confirm({ userId: 'ada', enrolmentId, code }), 'confirmed')
      expect(await enrolment.resume({ userId: 'ada', enrolmentId })).toMatchObject({ reason: 'unknown-enrolment' })
    },
  ],
  'that was cancelled': [
    'CWE-613',
    async () => {
      const { world, pendingApp, pendingAppId: enrolmentId } = await makeFullAccount()
      const { enrolment } = world.twoFactor
      await enrolment.cancel({ userId: 'ada', enrolmentId })
      const code = pendingApp.code(world.clock)
      expect(await enrolment.confirm({ userId: 'ada', enrolmentId, code })).toMatchObject({
        reason: 'unknown-enrolment',
      })
    },
  ],
  'that expired': [
    'NIST SP 800-63B-4, section 4.1.2.2',
    async () => {
      const { world, pendingApp, pendingAppId: enrolmentId } = await makeFullAccount()
      world.clock.advanceSeconds(600)
      const code = pendingApp.code(world.clock)
      expect(await world.twoFactor.enrolment.confirm({ userId: 'ada', enrolmentId, code })).toMatchObject({
        status: 'rejected',
      })
    },
  ],
  'of a passkey, with the very response that confirmed it': [
    'WebAuthn, section 7.1',
    async () => {
      const account = await makeFullAccount({ pending: 'passkey' })
      const { pendingPasskeyId: enrolmentId, pendingPasskeyResponse: response } = account
      const { enrolment } = account.world.twoFactor
      must(await enrolment.confirm({ userId: 'ada', enrolmentId, response }), 'confirmed')
      expect(await enrolment.confirm({ userId: 'ada', enrolmentId, response })).toMatchObject({
        reason: 'settled',
      })
      const again = must(
        await enrolment.beginPasskey({ userId: 'ada', accountName: 'ada', proof: account.proof }),
        'started',
      )
      expect(await enrolment.confirm({ userId: 'ada', enrolmentId: again.enrolmentId, response })).toMatchObject({
        reason: 'wrong-response',
      })
    },
  ],
})

for (const [kind, synced] of [
  ['bound to a device', false],
  ['that is synced and counts nothing', true],
] as const) {
  attacks(`replaying the response of a passkey ${kind}`, {
    'to the challenge that it settled': [
      'WebAuthn, section 13.4.3',
      async () => {
        const { world, ada } = await passkeyWorld({ passkey: { synced } })
        const { token, passkey } = await begin(world, 'ada')
        const response = ada.passkey.get(passkey)
        must(await world.twoFactor.challenge.verify({ token, response }), 'approved')
        expect(await world.twoFactor.challenge.verify({ token, response })).toMatchObject({ reason: 'settled' })
      },
    ],
    'to another challenge': [
      'CWE-294',
      async () => {
        const { world, ada } = await passkeyWorld({ passkey: { synced } })
        const { token, passkey } = await begin(world, 'ada')
        const response = ada.passkey.get(passkey)
        must(await world.twoFactor.challenge.verify({ token, response }), 'approved')
        const { token: other } = await begin(world, 'ada')
        expect(await world.twoFactor.challenge.verify({ token: other, response })).toMatchObject({
          reason: 'wrong-response',
        })
      },
    ],
    'to a step-up for something else': [
      'PSD2 RTS, article 5',
      async () => {
        const { world, ada } = await passkeyWorld({ passkey: { synced } })
        const one = await begin(world, 'ada', { purpose: 'step-up', binding: 'EUR 10 to Bob' })
        const response = ada.passkey.get(one.passkey)
        const other = await begin(world, 'ada', { purpose: 'step-up', binding: 'EUR 1000 to Mallory' })
        expect(
          await world.twoFactor.challenge.verify({ token: other.token, response, binding: 'EUR 1000 to Mallory' }),
        ).toMatchObject({ reason: 'wrong-response' })
      },
    ],
    'through fifty processes at once': [
      'CWE-367',
      async () => {
        const { world, ada } = await passkeyWorld({ passkey: { synced } })
        const { token, passkey } = await begin(world, 'ada')
        const response = ada.passkey.get(passkey)
        const answers = await Promise.all(
          processes(world, 50, 7).map(({ challenge }) => challenge.verify({ token, response })),
        )
        expect(approvals(answers)).toBeLessThanOrEqual(1)
      },
    ],
  })
}

/** What is spent by being redeemed. */
for (const [what, which] of [
  ['a recovery code', 'recoveryCode'],
  ['an access pass', 'accessPass'],
] as const) {
  const weakness: Weakness = which === 'recoveryCode' ? 'CVE-2025-67507' : 'CWE-294'
  const make = async () => {
    const account = await makeFullAccount()
    const spent = which === 'accessPass' ? account.accessPass : (account.recoveryCodes[0] ?? '')
    return { ...account, spent }
  }
  attacks(`replaying ${what}`, {
    'on a new challenge': [
      weakness,
      async () => {
        const { world, token, spent: recoveryCode } = await make()
        const { challenge } = world.twoFactor
        must(await challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
        const { token: other } = await begin(world, 'ada')
        expect(await challenge.redeemRecoveryCode({ token: other, recoveryCode })).toMatchObject({ status: 'rejected' })
      },
    ],
    'in another spelling': [
      'CWE-178',
      async () => {
        const { world, token, spent } = await make()
        const { challenge } = world.twoFactor
        must(await challenge.redeemRecoveryCode({ token, recoveryCode: spent }), 'approved')
        const { token: other } = await begin(world, 'ada')
        const spellings = [spent.toLowerCase(), spent.replaceAll('-', ''), ` ${spent} `, spent.replaceAll('0', 'O')]
        for (const recoveryCode of spellings)
          expect(await challenge.redeemRecoveryCode({ token: other, recoveryCode })).toMatchObject({
            status: 'rejected',
          })
      },
    ],
    'on twelve challenges through six processes at once': [
      'CWE-367',
      async () => {
        const { world, spent: recoveryCode } = await make()
        const tokens: string[] = []
        for (let each = 0; each < 12; each++) tokens.push((await begin(world, 'ada')).token)
        const many = processes(world, 6, 3)
        const answers = await Promise.all(
          tokens.map((token, index) => at(many, index).challenge.redeemRecoveryCode({ token, recoveryCode })),
        )
        expect(approvals(answers)).toBe(1)
      },
    ],
    'after new ones were issued': [
      'ASVS 5.0, 6.5.1',
      async () => {
        const { world, spent: recoveryCode, proof, token } = await make()
        const { admin, challenge, recoveryCodes } = world.twoFactor
        must(await recoveryCodes.regenerate({ userId: 'ada', proof }), 'regenerated')
        must(await admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
        expect(await challenge.redeemRecoveryCode({ token, recoveryCode })).toMatchObject({ status: 'rejected' })
      },
    ],
    'as a typed code, or a proof': [
      'RFC 8725, section 2.8',
      async () => {
        const { world, spent, token } = await make()
        const { challenge } = world.twoFactor
        expect(await challenge.verify({ token, code: spent })).toMatchObject({ reason: 'malformed-code' })
        expect(await challenge.checkProof({ userId: 'ada', proof: spent })).toEqual({ status: 'invalid' })
      },
    ],
  })
}

/** What voids the tokens that were handed out. */
const ends: Readonly<Record<string, (account: Awaited<ReturnType<typeof makeFullAccount>>) => Promise<unknown>>> = {
  'the password was changed': ({ world }) => world.twoFactor.account.passwordChanged({ userId: 'ada' }),
  'the factor was removed': ({ world, proof, appFactorId: factorId }) =>
    world.twoFactor.factors.remove({ userId: 'ada', factorId, proof }),
  'staff removed the factor': ({ world, appFactorId: factorId }) =>
    world.twoFactor.admin.removeFactor({ userId: 'ada', actor: 'staff', factorId }),
  'it was disabled': ({ world, proof }) => world.twoFactor.account.disable({ userId: 'ada', proof }),
  'staff reset the account': ({ world }) => world.twoFactor.admin.reset({ userId: 'ada', actor: 'staff' }),
  'the account was erased': ({ world }) => world.twoFactor.account.erase({ userId: 'ada' }),
}

for (const [name, end] of Object.entries(ends)) {
  attacks(`replaying after ${name}`, {
    'a proof, a challenge and a trusted device': [
      'ASVS 5.0, 7.4.1',
      async () => {
        const account = await makeFullAccount()
        await end(account)
        const { world, proof, token, textToken, textCode, trustedDeviceToken } = account
        const { challenge } = world.twoFactor
        expect(await challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
        expect(await challenge.verify({ token, code: account.appCode() })).toMatchObject({ status: 'rejected' })
        expect(await challenge.verify({ token: textToken, code: textCode })).toMatchObject({ status: 'rejected' })
        expect((await challenge.begin({ userId: 'ada', trustedDeviceToken })).status).not.toBe('trusted')
      },
    ],
  })
}

attacks("replaying a trusted device's token", {
  'after it was revoked': [
    'ASVS 5.0, 7.4.1',
    async () => {
      const { world, deviceId, trustedDeviceToken } = await makeFullAccount()
      const { challenge, trustedDevices } = world.twoFactor
      must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'trusted')
      await trustedDevices.revoke({ userId: 'ada', deviceId })
      must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'challenged')
    },
  ],
  'after its absolute end, however often it was used': [
    'CWE-613',
    async () => {
      const { world, ada } = await appWorld()
      const trustedDeviceToken = await trustedBrowser(world, ada)
      const { challenge } = world.twoFactor
      for (let day = 0; day < 29; day++) {
        world.clock.advanceSeconds(86_400)
        must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'trusted')
      }
      world.clock.advanceSeconds(86_400)
      must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'challenged')
    },
  ],
  'to a process that has trusting switched off': [
    'ASVS 5.0, 6.3.4',
    async () => {
      const { world, trustedDeviceToken } = await makeFullAccount()
      const strict = world.process({ policy: { trustedDevices: 'off' } })
      must(await strict.challenge.begin({ userId: 'ada', trustedDeviceToken }), 'challenged')
    },
  ],
  'after a recovery code was redeemed': [
    'NIST SP 800-63B-4, section 4.2',
    async () => {
      const { world, token, recoveryCodes, trustedDeviceToken } = await makeFullAccount()
      const { challenge } = world.twoFactor
      must(await challenge.redeemRecoveryCode({ token, recoveryCode: recoveryCodes[0] ?? '' }), 'approved')
      must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'challenged')
    },
  ],
})
