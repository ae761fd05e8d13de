import { expect } from 'vitest'
import { fakePasskey } from '../support/fake-passkeys.js'
import { makeFullAccount, OTHER_PHONE, type FullAccount } from '../support/full-account.js'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolPasskey,
  enrolTotp,
  PHONE,
  phoneWorld,
  proofOf,
  trustedBrowser,
} from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'
import { authenticator } from 'countersign/testing'
import { attacks, type Attack } from './attack.js'

const userId = 'ada'
const accountName = 'mallory'

/** Begins an enrolment of each kind on Ada's account, with whatever `proof` there is. */
const beginnings: Readonly<
  Record<string, (account: FullAccount, proof?: string) => Promise<{ readonly status: string }>>
> = {
  'an app': ({ world }, proof) => world.twoFactor.enrolment.beginTotp({ userId, accountName, proof }),
  'a phone': ({ world }, proof) => world.twoFactor.enrolment.beginSms({ userId, phoneNumber: '+14155550666', proof }),
  'a passkey': ({ world }, proof) => world.twoFactor.enrolment.beginPasskey({ userId, accountName, proof }),
  'an app in place of the old one': ({ world, appFactorId: replaces }, proof) =>
    world.twoFactor.enrolment.beginTotp({ userId, accountName, proof, replaces }),
  'a phone in place of the old one': ({ world, phoneFactorId: replaces }, proof) =>
    world.twoFactor.enrolment.beginSms({ userId, phoneNumber: '+14155550666', proof, replaces }),
  'an app in place of the passkey': ({ world, passkeyFactorId: replaces }, proof) =>
    world.twoFactor.enrolment.beginTotp({ userId, accountName, proof, replaces }),
}

/** What somebody who has the password, or an old session, might hold in place of a fresh proof. */
const notProofs: Readonly<Record<string, (account: FullAccount) => string | Promise<string>>> = {
  nothing: () => '',
  'something made up': () => 'v2.k1.AAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'an open challenge': ({ token }) => token,
  'a trusted device': ({ trustedDeviceToken }) => trustedDeviceToken,
  'a recovery code that was not redeemed': ({ recoveryCodes }) => recoveryCodes[0] ?? '',
  'an access pass that was not redeemed': ({ accessPass }) => accessPass,
  'the code that the app shows': ({ appCode }) => appCode(),
  'a proof that is too old': ({ world, proof }) => {
    world.clock.advanceSeconds(600)
    return proof
  },
  'a proof of before the password was changed': async ({ world, proof }) => {
    await world.twoFactor.account.passwordChanged({ userId })
    return proof
  },
  'a proof of their own account': async ({ world }) => (await enrolTotp(world, 'mallory')).proof,
  'a proof for something else': async ({ world, app, token }) => {
    await world.twoFactor.challenge.cancel({ token })
    const begun = await begin(world, userId, { purpose: 'step-up', binding: 'EUR 1 to Mallory' })
    const code = app.code(world.clock)
    const { challenge } = world.twoFactor
    return must(await challenge.verify({ token: begun.token, code, binding: 'EUR 1 to Mallory' }), 'approved').proof
  },
}

for (const [holding, proofOfSorts] of Object.entries(notProofs)) {
  attacks(
    `enrolling, with ${holding} for a proof`,
    Object.fromEntries(
      Object.entries(beginnings).map(([what, beginning]): [string, Attack] => [
        what,
        [
          'ASVS 5.0, 7.5.1',
          async () => {
            const account = await makeFullAccount()
            const proof = await proofOfSorts(account)
            const before = await contents(account.world.data)
            const sent = account.world.inbox.attempts
            expect(await beginning(account, proof)).toEqual({
              status: 'refused',
              reason: proof === '' ? 'proof-required' : 'proof-invalid',
              retryAt: null,
            })
            expect(await contents(account.world.data)).toEqual(before)
            expect(account.world.inbox.attempts).toBe(sent)
          },
        ],
      ]),
    ),
  )
}

attacks("taking over somebody's pending enrolment", {
  'with the code of an app of their own': [
    'CWE-287',
    async () => {
      const { world, pendingAppId: enrolmentId } = await makeFullAccount()
      const mallory = authenticator('otpauth://totp/Acme:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme')
      const code = mallory.code(world.clock)
      expect(await world.twoFactor.enrolment.confirm({ userId, enrolmentId, code })).toMatchObject({
        reason: 'wrong-code',
      })
    },
  ],
  'from their own account, by its id': [
    'CWE-639',
    async () => {
      const account = await makeFullAccount()
      const { world, pendingAppId: enrolmentId, pendingApp } = account
      await enrolTotp(world, 'mallory')
      const { enrolment } = world.twoFactor
      const before = await contents(world.data)
      const code = pendingApp.code(world.clock)
      expect(await enrolment.confirm({ userId: 'mallory', enrolmentId, code })).toMatchObject({
        reason: 'unknown-enrolment',
      })
      expect(await enrolment.resume({ userId: 'mallory', enrolmentId })).toMatchObject({ reason: 'unknown-enrolment' })
      await enrolment.cancel({ userId: 'mallory', enrolmentId })
      expect(await contents(world.data)).toEqual(before)
    },
  ],
  'by signing in with the app that is only pending': [
    'ASVS 5.0, 6.3.4',
    async () => {
      const { world, token, pendingApp } = await makeFullAccount()
      const code = pendingApp.code(world.clock)
      expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'wrong-code' })
    },
  ],
  'by asking a challenge for the factor that is only pending': [
    'ASVS 5.0, 6.3.4',
    async () => {
      const { world, token, pendingAppId, pendingPhoneId, appFactorId } = await makeFullAccount()
      const { challenge } = world.twoFactor
      for (const factorId of [pendingAppId, pendingPhoneId]) {
        expect(await challenge.switchFactor({ token, factorId })).toMatchObject({ reason: 'unknown-factor' })
        expect((await begin(world, userId, { factorId })).factor.id).toBe(appFactorId)
      }
    },
  ],
  'by having its text go to another number': [
    'NIST SP 800-63B-4, section 3.1.3.3',
    async () => {
      const { world, proof, pendingPhoneId: enrolmentId, pendingPhoneCode: code } = await makeFullAccount()
      const { enrolment } = world.twoFactor
      const next = must(await enrolment.beginSms({ userId, phoneNumber: '+14155550666', proof }), 'started')
      expect(await enrolment.confirm({ userId, enrolmentId, code })).toMatchObject({ reason: 'unknown-enrolment' })
      expect(await enrolment.confirm({ userId, enrolmentId: next.enrolmentId, code })).toMatchObject({
        reason: 'wrong-code',
      })
    },
  ],
  'with a response that another passkey gave to another enrolment': [
    'WebAuthn, section 7.1',
    async () => {
      const { world, pendingPasskeyId: enrolmentId } = await makeFullAccount({ pending: 'passkey' })
      const { enrolment } = world.twoFactor
      const theirs = must(await enrolment.beginPasskey({ userId: 'mallory', accountName }), 'started')
      const response = fakePasskey('of mallory').create(theirs.options)
      expect(await enrolment.confirm({ userId, enrolmentId, response })).toMatchObject({ reason: 'wrong-response' })
    },
  ],
  'after the owner had it cancelled, the password changed, or the account reset': [
    'ASVS 5.0, 7.4.1',
    async () => {
      for (const end of ['cancel', 'password', 'reset'] as const) {
        const { world, pendingAppId: enrolmentId, pendingApp } = await makeFullAccount()
        const { account, admin, enrolment } = world.twoFactor
        if (end === 'cancel') await enrolment.cancel({ userId, enrolmentId })
        if (end === 'password') await account.passwordChanged({ userId })
        if (end === 'reset') await admin.reset({ userId, actor: 'staff' })
        const code = pendingApp.code(world.clock)
        expect(await enrolment.confirm({ userId, enrolmentId, code })).toMatchObject({ reason: 'unknown-enrolment' })
      }
    },
  ],
  'that was begun before the first factor, once there is one': [
    'CWE-841',
    async () => {
      const world = makeWorld()
      const { enrolment } = world.twoFactor
      const theirs = must(await enrolment.beginPasskey({ userId, accountName }), 'started')
      await enrolTotp(world)
      const response = fakePasskey('of mallory').create(theirs.options)
      expect(await enrolment.confirm({ userId, enrolmentId: theirs.enrolmentId, response })).toMatchObject({
        reason: 'unknown-enrolment',
      })
    },
  ],
})

attacks('enrolling first', {
  'after a reset, while an access pass is what staff want to see': [
    'NIST SP 800-63B-4, section 4.2.2.2',
    async () => {
      const { world, proof } = await makeFullAccount()
      const { admin, enrolment } = world.twoFactor
      await admin.reset({ userId, actor: 'staff' })
      must(await admin.issueAccessPass({ userId, actor: 'staff' }), 'issued')
      expect(await enrolment.beginTotp({ userId, accountName })).toMatchObject({ reason: 'proof-required' })
      expect(await enrolment.beginTotp({ userId, accountName, proof })).toMatchObject({ reason: 'proof-invalid' })
    },
  ],
  'after the pass expired unused': [
    'CWE-636',
    async () => {
      const { world } = await makeFullAccount()
      const { admin, enrolment } = world.twoFactor
      await admin.reset({ userId, actor: 'staff' })
      must(await admin.issueAccessPass({ userId, actor: 'staff', lifetimeSeconds: 900 }), 'issued')
      world.clock.advanceSeconds(30 * 86_400)
      expect(await enrolment.beginTotp({ userId, accountName })).toMatchObject({ reason: 'proof-required' })
    },
  ],
  'with an enrolment that was pending when the pass was issued': [
    'CWE-841',
    async () => {
      const world = makeWorld()
      const { admin, enrolment } = world.twoFactor
      const { enrolmentId, uri } = must(await enrolment.beginTotp({ userId, accountName }), 'started')
      must(await admin.issueAccessPass({ userId, actor: 'staff' }), 'issued')
      const code = authenticator(uri).code(world.clock)
      expect(await enrolment.confirm({ userId, enrolmentId, code })).toMatchObject({ reason: 'unknown-enrolment' })
    },
  ],
  'with the pass that was replaced by a newer one': [
    'CWE-613',
    async () => {
      const world = makeWorld()
      const { admin, challenge } = world.twoFactor
      const older = must(await admin.issueAccessPass({ userId, actor: 'staff' }), 'issued')
      must(await admin.issueAccessPass({ userId, actor: 'staff' }), 'issued')
      const begun = must(await challenge.begin({ userId }), 'enrolment-required')
      expect(await challenge.redeemRecoveryCode({ token: begun.token ?? '', recoveryCode: older.pass })).toMatchObject({
        reason: 'wrong-code',
      })
    },
  ],
  'with the pass of somebody else': [
    'CWE-639',
    async () => {
      const world = makeWorld()
      const { admin, challenge } = world.twoFactor
      const theirs = must(await admin.issueAccessPass({ userId: 'mallory', actor: 'staff' }), 'issued')
      must(await admin.issueAccessPass({ userId, actor: 'staff' }), 'issued')
      const begun = must(await challenge.begin({ userId }), 'enrolment-required')
      expect(await challenge.redeemRecoveryCode({ token: begun.token ?? '', recoveryCode: theirs.pass })).toMatchObject(
        { reason: 'wrong-code' },
      )
    },
  ],
})

/** What changes an account, tried by somebody with an old session and no fresh proof. */
const changes: Readonly<Record<string, (account: FullAccount, proof: string) => Promise<{ readonly status: string }>>> =
  {
    'removing the app': ({ world, appFactorId: factorId }, proof) =>
      world.twoFactor.factors.remove({ userId, factorId, proof }),
    'preferring texts, which can be intercepted': ({ world, phoneFactorId: factorId }, proof) =>
      world.twoFactor.factors.prefer({ userId, factorId, proof }),
    'making new recovery codes': ({ world }, proof) => world.twoFactor.recoveryCodes.regenerate({ userId, proof }),
    'switching everything off': ({ world }, proof) => world.twoFactor.account.disable({ userId, proof }),
  }

attacks(
  'changing an account without a fresh proof:',
  Object.fromEntries(
    Object.entries(changes).map(([what, change]): [string, Attack] => [
      what,
      [
        'ASVS 5.0, 7.5.1',
        async () => {
          for (const proofOfSorts of Object.values(notProofs)) {
            const account = await makeFullAccount()
            const proof = await proofOfSorts(account)
            const before = await contents(account.world.data)
            expect(await change(account, proof)).toMatchObject({ status: 'refused' })
            expect(await contents(account.world.data)).toEqual(before)
          }
        },
      ],
    ]),
  ),
)

attacks('keeping a foot in the door:', {
  'a device that was trusted goes when the factor goes': [
    'ASVS 5.0, 7.4.3',
    async () => {
      const { world, ada } = await appWorld()
      const trustedDeviceToken = await trustedBrowser(world, ada)
      const passkey = await enrolPasskey(world, userId, { proof: await proofOf(world, ada) })
      const { factors, challenge } = world.twoFactor
      must(await factors.remove({ userId, factorId: ada.factor.id, proof: passkey.proof }), 'removed')
      must(await challenge.begin({ userId, trustedDeviceToken }), 'challenged')
    },
  ],
  'a number that is replaced hears of it': [
    'NIST SP 800-63B-4, section 4.6',
    async () => {
      const { world, ada } = await phoneWorld()
      const { enrolment } = world.twoFactor
      const begun = must(
        await enrolment.beginSms({ userId, phoneNumber: OTHER_PHONE, proof: ada.proof, replaces: ada.factor.id }),
        'started',
      )
      const code = world.inbox.lastCode(OTHER_PHONE)
      must(await enrolment.confirm({ userId, enrolmentId: begun.enrolmentId, code }), 'confirmed')
      expect(world.inbox.last(PHONE)).toMatchObject({ purpose: 'notice', code: null })
    },
  ],
  'every change leaves its trace in the account, in the same write': [
    'NIST SP 800-63B-4, section 4.1',
    async () => {
      const { world, ada } = await appWorld()
      const proof = await proofOf(world, ada)
      await enrolPasskey(world, userId, { proof })
      must(await world.twoFactor.recoveryCodes.regenerate({ userId, proof }), 'regenerated')
      const { activity } = await world.twoFactor.account.activity({ userId })
      expect(activity.map(({ type }) => type)).toEqual([
        'recovery-codes-issued',
        'factor-added',
        'challenge-approved',
        'recovery-codes-issued',
        'factor-added',
      ])
    },
  ],
})
