import { expect } from 'vitest'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, enrolTotp, PHONE, phoneWorld } from '../support/people.js'
import { contents, copyOf, makeWorld } from '../support/world.js'
import { attacks, type Attack } from './attack.js'

const userId = 'ada'
const OWNER = '192.0.2.7'
const WRONG_RECOVERY_CODE = '0000-0000-0000-0000-0000-0000'

/** Where the flood comes from: one address, many, one network of IPv6, or nobody knows where. */
const sources: Readonly<Record<string, (count: number) => string | undefined>> = {
  'one address': () => '203.0.113.9',
  'many addresses': (count) => `203.0.${count >> 8}.${count & 255}`,
  'the address of the owner': () => OWNER,
  'nowhere in particular': () => undefined,
}

/** One turn of a flood by somebody who knows the password; `count` counts the turns. */
type Turn = (account: FullAccount, clientAddress: string | undefined, count: number) => Promise<unknown>

/** A begin, whatever the account answers; the token that it gives. */
async function beginAnyway(
  { world }: FullAccount,
  factorId: string,
  clientAddress: string | undefined,
): Promise<string> {
  const begun = await world.twoFactor.challenge.begin({ userId, factorId, clientAddress })
  return 'token' in begun ? (begun.token ?? '') : ''
}

const floods: Readonly<Record<string, Turn>> = {
  begins: (account, address) => beginAnyway(account, account.appFactorId, address),
  'begins that send texts, or have them refused': (account, address) =>
    beginAnyway(account, account.phoneFactorId, address),
  'wrong codes': async (account, address) => {
    const token = await beginAnyway(account, account.appFactorId, address)
    await account.world.twoFactor.challenge.verify({ token, code: '000000', clientAddress: address })
  },
  'wrong texted codes': async (account, address) => {
    const token = await beginAnyway(account, account.phoneFactorId, address)
    await account.world.twoFactor.challenge.verify({ token, code: '000000', clientAddress: address })
  },
  'wrong recovery codes': async (account, address) => {
    const token = await beginAnyway(account, account.appFactorId, address)
    const recoveryCode = WRONG_RECOVERY_CODE
    await account.world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode, clientAddress: address })
  },
  'forged responses of the passkey': async (account, address) => {
    const token = await beginAnyway(account, account.passkeyFactorId, address)
    const response = { ...account.passkeyResponse(), counter: 2 ** 32 - 1, signature: 'forged' }
    await account.world.twoFactor.challenge.verify({ token, response, clientAddress: address })
  },
  resends: async (account, address) => {
    const token = await beginAnyway(account, account.phoneFactorId, address)
    await account.world.twoFactor.challenge.resend({ token, clientAddress: address })
  },
  'challenges that are cancelled': async (account, address) => {
    const token = await beginAnyway(account, account.appFactorId, address)
    await account.world.twoFactor.challenge.cancel({ token })
  },
  'forged cookies': ({ world }, clientAddress, count) =>
    world.twoFactor.challenge.begin({ userId, trustedDeviceToken: `v1.k1.${count}.x`, clientAddress }),
  'forged proofs': ({ world, appFactorId: factorId }, _address, count) =>
    world.twoFactor.factors.remove({ userId, factorId, proof: `v2.k1.${count}.x` }),
}

/** Each of the ways in that no guess may shut, on a copy of the data: trying one changes the others. */
async function expectWaysIn(account: FullAccount): Promise<void> {
  const { world, trustedDeviceToken, recoveryCodes, accessPass, passkeyToken } = account
  const copied = async () => world.process({ store: await copyOf(world.data) })
  const trusted = await (await copied()).challenge.begin({ userId, trustedDeviceToken, clientAddress: OWNER })
  expect(trusted.status).toBe('trusted')
  for (const recoveryCode of [...recoveryCodes, accessPass]) {
    const { challenge } = await copied()
    const begun = await challenge.begin({ userId, clientAddress: OWNER })
    const token = 'token' in begun ? (begun.token ?? '') : ''
    expect(await challenge.redeemRecoveryCode({ token, recoveryCode })).toMatchObject({ status: 'approved' })
  }
  // The challenge that was open before the flood, too.
  const { challenge } = await copied()
  const response = account.passkeyResponse()
  expect(await challenge.verify({ token: passkeyToken, response })).toMatchObject({ status: 'approved' })
}

for (const [what, turn] of Object.entries(floods)) {
  attacks(
    `a flood of ${what}`,
    Object.fromEntries(
      Object.entries(sources).map(([source, address]): [string, Attack] => [
        `from ${source} keeps the owner out of nothing that is no guess`,
        [
          'invariant 13',
          async () => {
            const account = await makeFullAccount()
            for (let count = 0; count < 60; count++) {
              await turn(account, address(count), count)
              if (count % 20 === 0) account.world.clock.advanceSeconds(20)
            }
            await expectWaysIn(account)
            for (const [, value] of await contents(account.world.data))
              expect(Buffer.byteLength(value)).toBeLessThanOrEqual(16_384)
          },
        ],
      ]),
    ),
  )
}

attacks('a flood against somebody', {
  'of begins leaves the code of a challenge that is open good': [
    'ASVS 5.0, 6.3.1',
    async () => {
      const account = await makeFullAccount()
      const { world, token, textToken, textCode } = account
      for (let count = 0; count < 500; count++)
        await beginAnyway(account, account.phoneFactorId, `203.0.113.${count % 250}`)
      must(await world.twoFactor.challenge.verify({ token: textToken, code: textCode }), 'approved')
      must(await world.twoFactor.challenge.verify({ token, code: account.appCode() }), 'approved')
    },
  ],
  'of wrong codes costs the owner of an app one lock of a minute, not of a day': [
    'ASVS 5.0, 6.1.1',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      const { token } = await begin(world, 'ada')
      for (let count = 0; count < 1000; count++) await challenge.verify({ token, code: '000000' })
      const { retryAt } = must(await challenge.begin({ userId: 'ada' }), 'locked')
      expect(retryAt).toBe(world.clock.now() + 60_000)
      world.clock.set(retryAt)
      must(await challenge.verify({ token: (await begin(world, 'ada')).token, code: ada.code() }), 'approved')
    },
  ],
  'of wrong codes does not take the guesses of somebody else': [
    'CWE-645',
    async () => {
      const { world, ada } = await appWorld()
      const bob = await enrolTotp(world, 'bob')
      const { token } = await begin(world, 'ada')
      for (let count = 0; count < 50; count++)
        await world.twoFactor.challenge.verify({ token, code: ada.wrongCode(), clientAddress: OWNER })
      const begun = await begin(world, 'bob', { clientAddress: OWNER })
      must(await world.twoFactor.challenge.verify({ token: begun.token, code: bob.code() }), 'approved')
    },
  ],
  'of refused texts from an address leaves the texts of everybody behind it': [
    'CWE-770',
    async () => {
      const { world } = await phoneWorld()
      const bob = await enrolSms(world, 'bob', '+14155550177')
      for (let count = 0; count < 300; count++)
        await world.twoFactor.challenge.begin({ userId: 'ada', clientAddress: OWNER, binding: String(count) })
      const { token, delivery } = await begin(world, 'bob', { clientAddress: OWNER })
      expect(delivery).toMatchObject({ status: 'sent' })
      must(await world.twoFactor.challenge.verify({ token, code: bob.code() }), 'approved')
    },
  ],
  'of texts is over for the owner within the hour': [
    'ASVS 5.0, 6.3.1',
    async () => {
      const { world, ada } = await phoneWorld()
      for (let count = 0; count < 300; count++)
        await world.twoFactor.challenge.begin({ userId: 'ada', clientAddress: `203.0.113.${count % 250}` })
      world.clock.advanceSeconds(3600)
      const { token, delivery } = await begin(world, 'ada', { clientAddress: OWNER })
      expect(delivery).toMatchObject({ status: 'sent' })
      must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
    },
  ],
  'of enrolments of their number uses up nothing of their sign-ins': [
    'CWE-770',
    async () => {
      const { world, ada } = await phoneWorld()
      for (let count = 0; count < 60; count++)
        await world.twoFactor.enrolment.beginSms({ userId: `mallory ${count}`, phoneNumber: PHONE })
      const { token, delivery } = await begin(world, 'ada', { clientAddress: OWNER })
      expect(delivery).toMatchObject({ status: 'sent' })
      must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
    },
  ],
  'of enrolments that nobody confirms shuts their region for enrolments, and for no sign-in': [
    'CWE-770',
    async () => {
      const { world, ada } = await phoneWorld()
      for (let count = 0; count < 40; count++)
        await world.twoFactor.enrolment.beginSms({
          userId: `mallory ${count}`,
          phoneNumber: `+1415555${String(2000 + count)}`,
        })
      expect(
        await world.twoFactor.enrolment.beginSms({ userId: 'mallory', phoneNumber: '+14155559999' }),
      ).toMatchObject({ reason: 'sms-unavailable' })
      const { token, delivery } = await begin(world, 'ada')
      expect(delivery).toMatchObject({ status: 'sent' })
      must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
    },
  ],
})

attacks('filling the store', {
  'with begins for people who do not exist writes nothing': [
    'CWE-770',
    async () => {
      const world = makeWorld()
      for (let count = 0; count < 500; count++)
        await world.twoFactor.challenge.begin({ userId: `nobody ${count}`, clientAddress: `203.0.113.${count % 250}` })
      expect(await contents(world.data)).toEqual(new Map())
    },
  ],
  'with every operation that takes an id for people who do not exist writes nothing': [
    'CWE-770',
    async () => {
      const world = makeWorld()
      const { account, admin, challenge, enrolment, factors, recoveryCodes, trustedDevices } = world.twoFactor
      const [nobody, id] = ['nobody', 'AAAAAAAAAAAAAAAA']
      await challenge.begin({ userId: nobody, trustedDeviceToken: id, factorId: id })
      await challenge.checkProof({ userId: nobody, proof: id })
      await enrolment.confirm({ userId: nobody, enrolmentId: id, code: '000000' })
      await enrolment.resend({ userId: nobody, enrolmentId: id })
      await enrolment.resume({ userId: nobody, enrolmentId: id })
      await enrolment.cancel({ userId: nobody, enrolmentId: id })
      await factors.rename({ userId: nobody, factorId: id, name: 'x' })
      await factors.remove({ userId: nobody, factorId: id, proof: id })
      await recoveryCodes.regenerate({ userId: nobody, proof: id })
      await recoveryCodes.acknowledge({ userId: nobody })
      await trustedDevices.revoke({ userId: nobody, deviceId: id })
      await trustedDevices.revokeAll({ userId: nobody })
      await account.disable({ userId: nobody, proof: id })
      await account.passwordChanged({ userId: nobody })
      await admin.unlock({ userId: nobody, actor: 'staff' })
      expect(await contents(world.data)).toEqual(new Map())
    },
  ],
  'with enrolments that are begun again and again keeps one record of bounded size': [
    'CWE-770',
    async () => {
      const world = makeWorld()
      const accountName = 'x'.repeat(100)
      for (let count = 0; count < 200; count++) {
        await world.twoFactor.enrolment.beginTotp({ userId: 'mallory', accountName, name: '🙂'.repeat(40) })
        await world.twoFactor.enrolment.beginPasskey({ userId: 'mallory', accountName, name: '🙂'.repeat(40) })
      }
      const values = await contents(world.data)
      expect([...values.keys()]).toEqual(['user:default:mallory'])
      for (const [, value] of values) expect(value.length).toBeLessThan(2048)
    },
  ],
  'with names, details, bindings and addresses as long as they may be keeps a record within 16 KiB': [
    'CWE-400',
    async () => {
      const { world, ada } = await appWorld()
      const { challenge } = world.twoFactor
      for (let count = 0; count < 40; count++) {
        const binding = `${count}${'é'.repeat(500)}`
        const { token } = await begin(world, 'ada', { binding })
        const trustDevice = { name: '🙂'.repeat(1000), details: '🙂'.repeat(1000) }
        const clientAddress = '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'
        const code = ada.code()
        must(await challenge.verify({ token, code, binding, trustDevice, clientAddress }), 'approved')
      }
      const value = (await contents(world.data)).get('user:default:ada') ?? ''
      expect(value.length).toBeLessThanOrEqual(16_384)
    },
  ],
  'with a million characters in every field that a request fills costs no store call': [
    'CWE-400',
    async () => {
      const { world } = await appWorld()
      const { challenge } = world.twoFactor
      const long = '1'.repeat(1_000_000)
      const { token } = await begin(world, 'ada')
      const calls = await world.storeCalls(async () => {
        expect(await challenge.verify({ token, code: long })).toMatchObject({ reason: 'malformed-code' })
        expect(await challenge.verify({ token: long, code: '123456' })).toMatchObject({ reason: 'unknown-challenge' })
        expect(await challenge.redeemRecoveryCode({ token, recoveryCode: long })).toMatchObject({
          reason: 'malformed-code',
        })
        expect(await challenge.resend({ token: long })).toMatchObject({ reason: 'unknown-challenge' })
      })
      expect(calls).toBe(0)
    },
  ],
})
