import { expect } from 'vitest'
import { fakePasskey } from '../support/fake-passkeys.js'
import { makeFullAccount } from '../support/full-account.js'
import { expectCode, must, smuggle } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolPasskey,
  enrolSms,
  enrolTotp,
  pass,
  passByPasskey,
  phoneWorld,
  trustedBrowser,
} from '../support/people.js'
import { makeWorld, type WorldOptions } from '../support/world.js'
import { memoryStore, type MinimumAssurance } from 'countersign'
import { attacks, type Attack } from './attack.js'

const least = (assurance: MinimumAssurance): WorldOptions => ({
  policy: { minimumAssurance: { 'sign-in': assurance, 'step-up': assurance } },
})

/** Ada with one of everything, in a world that wants at least so much. */
async function account(assurance: MinimumAssurance) {
  const full = await makeFullAccount(least(assurance))
  const { world, appFactorId, phoneFactorId, passkeyFactorId } = full
  return { ...full, challenge: world.twoFactor.challenge, appFactorId, phoneFactorId, passkeyFactorId }
}

/** What is worth less than a purpose wants, presented for it. */
const weaker: readonly (readonly [
  what: string,
  wanted: MinimumAssurance,
  given: 'app' | 'text' | 'recoveryCode' | 'accessPass',
])[] = [
  ['an access pass where a recovery code is the least', 'recovery', 'accessPass'],
  ['an access pass where a second factor is the least', 'second-factor', 'accessPass'],
  ['a recovery code where a second factor is the least', 'second-factor', 'recoveryCode'],
  ['a recovery code where texts are not enough', 'unrestricted', 'recoveryCode'],
  ['a texted code where texts are not enough', 'unrestricted', 'text'],
  ['an access pass where only passkeys are enough', 'phishing-resistant', 'accessPass'],
  ['a recovery code where only passkeys are enough', 'phishing-resistant', 'recoveryCode'],
  ['a texted code where only passkeys are enough', 'phishing-resistant', 'text'],
  ["an app's code where only passkeys are enough", 'phishing-resistant', 'app'],
]

attacks(
  'getting by with',
  Object.fromEntries(
    weaker.map(([what, wanted, given]): [string, Attack] => [
      what,
      [
        'ASVS 5.0, 6.3.4',
        async () => {
          const full = await account(wanted)
          const { challenge, token, textToken, recoveryCodes, accessPass } = full
          const tried = {
            app: () => challenge.verify({ token, code: full.appCode() }),
            text: () => challenge.verify({ token: textToken, code: full.textCode }),
            recoveryCode: () => challenge.redeemRecoveryCode({ token, recoveryCode: recoveryCodes[0] ?? '' }),
            accessPass: () => challenge.redeemRecoveryCode({ token, recoveryCode: accessPass }),
          }
          // The challenges were begun before the policy was: the stricter one holds.
          expect(await tried[given]()).toMatchObject({ reason: 'assurance-too-low' })
          const { recoveryCodesRemaining } = await full.world.twoFactor.account.status({ userId: 'ada' })
          expect(recoveryCodesRemaining).toBe(10)
        },
      ],
    ]),
  ),
)

attacks('choosing a weaker factor', {
  'by asking for it at begin': [
    'CWE-757',
    async () => {
      const { challenge, appFactorId, phoneFactorId, passkeyFactorId } = await account('phishing-resistant')
      for (const factorId of [appFactorId, phoneFactorId]) {
        const begun = must(await challenge.begin({ userId: 'ada', factorId }), 'challenged')
        expect(begun.factor.id).toBe(passkeyFactorId)
        expect(begun.factors.map(({ kind }) => kind)).toEqual(['passkey'])
      }
    },
  ],
  'by switching to it': [
    'CWE-757',
    async () => {
      const { challenge, appFactorId, phoneFactorId, passkeyToken: token } = await account('phishing-resistant')
      for (const factorId of [appFactorId, phoneFactorId])
        expect(await challenge.switchFactor({ token, factorId })).toMatchObject({ reason: 'unknown-factor' })
    },
  ],
  'by sending a code to a challenge that asked for a passkey': [
    'CWE-757',
    async () => {
      const full = await account('phishing-resistant')
      const { challenge, passkeyToken: token } = full
      for (const code of [full.appCode(), full.textCode])
        expect(await challenge.verify({ token, code })).toMatchObject({ status: 'rejected' })
    },
  ],
  'by a code and a forged response together': [
    'CWE-757',
    async () => {
      const full = await account('phishing-resistant')
      const { challenge, passkeyToken: token } = full
      const response = { ...full.passkeyResponse(), signature: 'forged' }
      expect(await challenge.verify({ token, code: full.appCode(), response })).toMatchObject({ status: 'rejected' })
    },
  ],
  'by removing the stronger one: what is left signs nobody in': [
    'ASVS 5.0, 6.3.4',
    async () => {
      const { world, proof, passkeyFactorId: factorId } = await account('phishing-resistant')
      must(await world.twoFactor.factors.remove({ userId: 'ada', factorId, proof }), 'removed')
      expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'enrolment-required' })
    },
  ],
  'by a host whose passkeys are not configured: nobody is let in instead': [
    'CWE-636',
    async () => {
      const world = makeWorld()
      const key = await enrolPasskey(world)
      const without = world.process({ passkeys: undefined })
      const begun = await without.challenge.begin({ userId: 'ada' })
      expect(['not-required', 'trusted', 'approved']).not.toContain(begun.status)
      must(await world.twoFactor.challenge.begin({ userId: 'ada', factorId: key.factor.id }), 'challenged')
    },
  ],
})

attacks('signing in without a second factor that is required', {
  'by having none': [
    'ASVS 5.0, 6.3.3',
    async () => {
      const { twoFactor } = makeWorld()
      expect(await twoFactor.challenge.begin({ userId: 'ada', required: true })).toEqual({
        status: 'enrolment-required',
        graceEndsAt: null,
        token: null,
      })
    },
  ],
  'by waiting for the grace to end': [
    'ASVS 5.0, 6.3.3',
    async () => {
      const { twoFactor, clock } = makeWorld()
      const from = clock.now() + 1000
      const ask = () => twoFactor.challenge.begin({ userId: 'ada', required: { from } })
      expect(await ask()).toMatchObject({ status: 'enrolment-required', graceEndsAt: from })
      clock.set(from)
      expect(await ask()).toMatchObject({ status: 'enrolment-required', graceEndsAt: null })
    },
  ],
  'by removing the last one, or switching everything off': [
    'ASVS 5.0, 6.3.3',
    async () => {
      const { world, ada } = await appWorld()
      const { account: accounts, factors } = world.twoFactor
      const input = { userId: 'ada', proof: ada.proof, required: true }
      expect(await factors.remove({ ...input, factorId: ada.factor.id })).toMatchObject({
        reason: 'last-factor-required',
      })
      expect(await accounts.disable(input)).toMatchObject({ reason: 'last-factor-required' })
    },
  ],
  'by a value that only looks true': [
    'CWE-1287',
    async () => {
      const { twoFactor } = makeWorld()
      for (const required of ['true', 1, 'yes', {}, [], 'false', 0, ''])
        await expectCode(
          twoFactor.challenge.begin({ userId: 'ada', required: smuggle(required) }),
          'ERR_REQUIRED_INVALID',
        )
    },
  ],
})

attacks('passing off a trusted browser as a second factor', {
  'in a step-up': [
    'NIST SP 800-63B-4, section 5.1',
    async () => {
      const { world, ada } = await appWorld()
      const trustedDeviceToken = await trustedBrowser(world, ada)
      must(
        await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken, purpose: 'step-up' }),
        'challenged',
      )
    },
  ],
  'in what the session is told: it is a single factor': [
    'NIST SP 800-63B-4, section 5.1',
    async () => {
      const { world, ada } = await appWorld()
      const trustedDeviceToken = await trustedBrowser(world, ada)
      const trusted = must(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken }), 'trusted')
      expect(trusted).toMatchObject({ assurance: 'single-factor', amr: [] })
      expect(trusted).not.toHaveProperty('proof')
    },
  ],
  'by having it trusted with a recovery code or an access pass': [
    'NIST SP 800-63B-4, section 5.1',
    async () => {
      const { world, token, recoveryCodes } = await makeFullAccount()
      const input = { token, recoveryCode: recoveryCodes[0] ?? '', trustDevice: { name: 'Firefox' } }
      expect(await world.twoFactor.challenge.redeemRecoveryCode(input)).toMatchObject({
        status: 'approved',
        trustedDevice: null,
      })
      expect((await world.twoFactor.account.status({ userId: 'ada' })).trustedDevices).toEqual([])
    },
  ],
  'by having it trusted in a step-up': [
    'ASVS 5.0, 6.3.4',
    async () => {
      const { world, ada } = await appWorld()
      const approved = await pass(world, ada, { purpose: 'step-up', trustDevice: { name: 'Firefox' } })
      expect(approved.trustedDevice).toBeNull()
    },
  ],
  'where only passkeys are enough, by one that was trusted with an app': [
    'ASVS 5.0, 6.3.4',
    async () => {
      const { world, ada } = await appWorld()
      await enrolPasskey(world, 'ada', { proof: ada.proof })
      const trustedDeviceToken = await trustedBrowser(world, ada)
      const strict = world.process(least('phishing-resistant'))
      expect((await strict.challenge.begin({ userId: 'ada', trustedDeviceToken, purpose: 'step-up' })).status).toBe(
        'challenged',
      )
    },
  ],
})

attacks('passing off a proof as more than it is:', {
  'a sign-in as a step-up': [
    'ASVS 5.0, 9.2.2',
    async () => {
      const { world, ada } = await appWorld()
      const { proof } = await pass(world, ada)
      expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof, purpose: 'step-up' })).toEqual({
        status: 'invalid',
      })
    },
  ],
  'a code as a passkey': [
    'NIST SP 800-63B-4, section 3.2.5',
    async () => {
      const { world, ada } = await appWorld()
      const { proof, amr, assurance } = await pass(world, ada)
      expect({ amr, assurance }).toEqual({ amr: ['otp', 'mfa'], assurance: 'second-factor' })
      expect(
        await world.twoFactor.challenge.checkProof({ userId: 'ada', proof, assurance: 'phishing-resistant' }),
      ).toEqual({ status: 'invalid' })
    },
  ],
  'a passkey that is synced as one that is bound to hardware': [
    'CWE-290',
    async () => {
      const world = makeWorld()
      const passkey = fakePasskey('synced', { synced: true })
      const ada = await enrolPasskey(world, 'ada', { passkey })
      expect((await passByPasskey(world, ada)).amr).toEqual(['swk', 'mfa'])
    },
  ],
  'an old proof as a fresh one': [
    'CWE-613',
    async () => {
      const { world, ada } = await appWorld()
      const { proof } = await pass(world, ada)
      const { challenge } = world.twoFactor
      world.clock.advanceSeconds(60)
      expect(await challenge.checkProof({ userId: 'ada', proof, maxAgeSeconds: 60 })).toEqual({ status: 'invalid' })
      expect(await challenge.checkProof({ userId: 'ada', proof, maxAgeSeconds: 61 })).toMatchObject({ status: 'valid' })
    },
  ],
  'a recovery code as a factor': [
    'NIST SP 800-63B-4, section 4.2.2.2',
    async () => {
      const { world, token, recoveryCodes } = await makeFullAccount()
      const { challenge } = world.twoFactor
      const recoveryCode = recoveryCodes[0] ?? ''
      const approved = must(await challenge.redeemRecoveryCode({ token, recoveryCode }), 'approved')
      expect(approved).toMatchObject({ method: 'recovery-code', assurance: 'recovery', factor: null })
      const { proof } = approved
      expect(await challenge.checkProof({ userId: 'ada', proof, assurance: 'second-factor' })).toEqual({
        status: 'invalid',
      })
    },
  ],
})

attacks('weakening what is enrolled', {
  'by importing a secret that is too short': [
    'CVE-2024-8796',
    async () => {
      const { twoFactor } = makeWorld()
      for (const length of [0, 1, 10, 15])
        await expectCode(
          twoFactor.admin.importTotp({
            userId: 'ada',
            actor: 'staff',
            secret: { encoding: 'raw', value: new Uint8Array(length) },
          }),
          'ERR_SECRET_INVALID',
        )
    },
  ],
  'in the length of a secret that is made here: 160 bits': [
    'CVE-2024-8796',
    async () => {
      const { twoFactor } = makeWorld()
      const { secret } = must(await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada' }), 'started')
      expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    },
  ],
  'by importing parameters that make codes easy': [
    'NIST SP 800-63B-4, section 3.1.4.1',
    async () => {
      const { twoFactor } = makeWorld()
      const right = { userId: 'ada', actor: 'staff', secret: { encoding: 'raw', value: new Uint8Array(20) } } as const
      for (const [wrong, code] of [
        [{ digits: 4 }, 'ERR_DIGITS_INVALID'],
        [{ digits: 5 }, 'ERR_DIGITS_INVALID'],
        [{ periodSeconds: 3600 }, 'ERR_PERIOD_SECONDS_INVALID'],
        [{ periodSeconds: 0 }, 'ERR_PERIOD_SECONDS_INVALID'],
        [{ algorithm: 'MD5' }, 'ERR_ALGORITHM_INVALID'],
        [{ algorithm: 'none' }, 'ERR_ALGORITHM_INVALID'],
      ] as const)
        await expectCode(twoFactor.admin.importTotp(smuggle({ ...right, ...wrong })), code)
    },
  ],
  'by importing recovery codes that could be guessed': [
    'ASVS 5.0, 6.5.4',
    async () => {
      const { twoFactor } = makeWorld()
      const right = { userId: 'ada', actor: 'staff', secret: { encoding: 'raw', value: new Uint8Array(20) } } as const
      for (const recoveryCodes of [['1234'], ['123456789'], ['0123456789', '0123456789']])
        await expectCode(twoFactor.admin.importTotp({ ...right, recoveryCodes }), 'ERR_RECOVERY_CODES_INVALID')
    },
  ],
  'by a policy that is none': [
    'CWE-1188',
    async () => {
      for (const policy of [
        { wrongCodesPerLock: 1000 },
        { wrongCodesUntilSuspended: 101 },
        { totpWindow: 3 },
        { smsCodeLifetimeSeconds: 601 },
        { challengeLifetimeSeconds: 86_400 },
        { firstLockSeconds: 0 },
        { wrongCodesUntilSuspended: Infinity },
        { minimumAssurance: { 'sign-in': 'none' } },
        { wrongCodesPerLok: 5 },
      ])
        expect(() => makeWorld({ policy: smuggle(policy) })).toThrow(
          expect.objectContaining({ code: 'ERR_POLICY_INVALID' }) as Error,
        )
    },
  ],
  'by keys that are short, empty, doubled or guessable': [
    'RFC 8725, section 3.5',
    async () => {
      const secret = new Uint8Array(32).fill(1)
      for (const keys of [
        [],
        [{ id: 'k1', secret: new Uint8Array(31) }],
        [{ id: 'k1', secret: '' }],
        [{ id: 'k1', secret: 'changeme' }],
        [{ id: '', secret }],
        [{ id: 'k1.', secret }],
        [
          { id: 'k1', secret },
          { id: 'k1', secret: new Uint8Array(32).fill(2) },
        ],
      ])
        expect(() => makeWorld({ keys: smuggle(keys), data: memoryStore() })).toThrow(
          expect.objectContaining({ code: 'ERR_KEYS_INVALID' }) as Error,
        )
    },
  ],
})

attacks('reaching for a text where there are stronger ways:', {
  'the listing says that it is restricted': [
    'NIST SP 800-63B-4, section 3.2.9',
    async () => {
      const { world } = await phoneWorld()
      const app = await enrolTotp(world, 'bob')
      await enrolSms(world, 'bob', '+14155550188', { proof: app.proof })
      const { factors } = await world.twoFactor.factors.list({ userId: 'bob' })
      expect(factors.map(({ kind, restricted }) => [kind, restricted])).toEqual([
        ['totp', false],
        ['sms', true],
      ])
    },
  ],
  'the app or the passkey is asked for first, whatever was enrolled first': [
    'ASVS 5.0, 6.6.1',
    async () => {
      const { world, ada } = await phoneWorld()
      await enrolTotp(world, 'ada', { proof: ada.proof })
      const before = world.inbox.attempts
      expect((await begin(world, 'ada')).factor.kind).toBe('totp')
      expect(world.inbox.attempts).toBe(before)
    },
  ],
})
