import { describe, expect, it } from 'vitest'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import { begin, passkeyWorld, phoneWorld } from '../support/people.js'
import { makeWorld, type World } from '../support/world.js'

const userId = 'ada'

/** The calls that `work` makes of an account's store. */
async function callsOf(work: (account: FullAccount) => Promise<unknown>): Promise<readonly string[]> {
  const account = await makeFullAccount()
  const { store } = account.world
  store.reset()
  await work(account)
  return [...store.calls]
}

const read = ['get']
const write = ['get', 'swap']

/** What an operation costs: each get and swap may be a round trip to another machine. */
const costs: readonly [string, (account: FullAccount) => Promise<unknown>, readonly string[]][] = [
  ['begin by app', ({ world }) => world.twoFactor.challenge.begin({ userId }), read],
  [
    'begin by passkey',
    ({ world, passkeyFactorId: factorId }) => world.twoFactor.challenge.begin({ userId, factorId }),
    read,
  ],
  [
    'begin on a trusted browser',
    ({ world, trustedDeviceToken }) => world.twoFactor.challenge.begin({ userId, trustedDeviceToken }),
    read,
  ],
  [
    'begin by text, on the budget of the number',
    ({ world, phoneFactorId: factorId }) => world.twoFactor.challenge.begin({ userId, factorId }),
    ['get', 'get', 'swap', 'swap'],
  ],
  [
    'begin by text, on the budgets of number and address',
    ({ world, phoneFactorId: factorId }) =>
      world.twoFactor.challenge.begin({ userId, factorId, clientAddress: '192.0.2.1' }),
    ['get', 'get', 'get', 'swap', 'swap', 'swap'],
  ],
  [
    'verify a right code',
    ({ world, token, appCode }) => world.twoFactor.challenge.verify({ token, code: appCode() }),
    write,
  ],
  [
    'verify a wrong code',
    ({ world, token, wrongAppCode }) => world.twoFactor.challenge.verify({ token, code: wrongAppCode() }),
    write,
  ],
  [
    'verify a texted code',
    ({ world, textToken: token, textCode: code }) => world.twoFactor.challenge.verify({ token, code }),
    write,
  ],
  [
    "verify a passkey's response",
    ({ world, passkeyToken: token, passkeyResponse }) =>
      world.twoFactor.challenge.verify({ token, response: passkeyResponse() }),
    write,
  ],
  [
    "verify a passkey's wrong response",
    ({ world, passkeyToken: token, passkeyResponse }) =>
      world.twoFactor.challenge.verify({ token, response: { ...passkeyResponse(), id: 'nobody' } }),
    read,
  ],
  [
    'redeem a recovery code',
    ({ world, token, recoveryCodes }) =>
      world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: recoveryCodes[0] ?? '' }),
    write,
  ],
  [
    'redeem a wrong recovery code',
    ({ world, token }) =>
      world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: '0000-0000-0000-0000-0000-0000' }),
    read,
  ],
  [
    'redeem an access pass',
    ({ world, token, accessPass }) => world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: accessPass }),
    write,
  ],
  ['cancel', ({ world, token }) => world.twoFactor.challenge.cancel({ token }), write],
  ['check a proof', ({ world, proof }) => world.twoFactor.challenge.checkProof({ userId, proof }), read],
  [
    'confirm an app',
    ({ world, pendingApp, pendingAppId: enrolmentId }) =>
      world.twoFactor.enrolment.confirm({ userId, enrolmentId, code: pendingApp.code(world.clock) }),
    write,
  ],
  [
    'resume an enrolment',
    ({ world, pendingAppId: enrolmentId }) => world.twoFactor.enrolment.resume({ userId, enrolmentId }),
    read,
  ],
  ['status', ({ world }) => world.twoFactor.account.status({ userId }), read],
  ['activity', ({ world }) => world.twoFactor.account.activity({ userId }), read],
  ['list factors', ({ world }) => world.twoFactor.factors.list({ userId }), read],
  ['list trusted devices', ({ world }) => world.twoFactor.trustedDevices.list({ userId }), read],
  ['tell of the recovery codes', ({ world }) => world.twoFactor.recoveryCodes.status({ userId }), read],
  [
    'remove a factor',
    ({ world, proof, phoneFactorId: factorId }) => world.twoFactor.factors.remove({ userId, factorId, proof }),
    write,
  ],
  ['issue an access pass', ({ world }) => world.twoFactor.admin.issueAccessPass({ userId, actor: 'staff' }), write],
]

describe('the store is called as often as the design allows', () => {
  it.each(costs)('to %s', async (_what, work, calls) => {
    expect(await callsOf(work)).toEqual(calls)
  })

  it('once by a begin for somebody without a factor', async () => {
    const world = makeWorld()
    expect(await world.storeCalls(() => world.twoFactor.challenge.begin({ userId }))).toBe(1)
  })

  it('once by a begin that joins a challenge', async () => {
    const { world } = await phoneWorld()
    const clientAddress = '192.0.2.1'
    await begin(world, 'ada', { clientAddress })
    expect(await world.storeCalls(() => begin(world, 'ada', { clientAddress }))).toBe(1)
  })

  it('once by a begin whose text the user may not have yet', async () => {
    const { world } = await phoneWorld({ policy: { textsPerUserHour: 1 } })
    expect(await world.storeCalls(() => begin(world, 'ada'))).toBe(1)
  })
})

describe('the store is not called at all', () => {
  /** What cannot be right whatever the record says. */
  const malformed: readonly [string, (account: FullAccount) => Promise<unknown>][] = [
    ['a code of five digits', ({ world, token }) => world.twoFactor.challenge.verify({ token, code: '12345' })],
    ['no code', ({ world, token }) => world.twoFactor.challenge.verify({ token })],
    [
      'a code for a passkey',
      ({ world, passkeyToken: token }) => world.twoFactor.challenge.verify({ token, code: '123456' }),
    ],
    [
      'a response for an app',
      ({ world, token, passkeyResponse }) => world.twoFactor.challenge.verify({ token, response: passkeyResponse() }),
    ],
    [
      'a response that names no credential',
      ({ world, passkeyToken: token }) => world.twoFactor.challenge.verify({ token, response: {} }),
    ],
    ['a forged token', ({ world, token }) => world.twoFactor.challenge.verify({ token: `${token}x`, code: '123456' })],
    [
      'a recovery code that is too short',
      ({ world, token }) => world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: '0000-0000' }),
    ],
    ['a forged token to be cancelled', ({ world, token }) => world.twoFactor.challenge.cancel({ token: `${token}x` })],
    ['a forged token to be resent', ({ world, token }) => world.twoFactor.challenge.resend({ token: `${token}x` })],
    [
      'a forged token to be switched',
      ({ world, token }) => world.twoFactor.challenge.switchFactor({ token: `${token}x`, factorId: 'x' }),
    ],
    ['a forged proof', ({ world, proof }) => world.twoFactor.challenge.checkProof({ userId, proof: `${proof}x` })],
    [
      'a code of five digits for an enrolment',
      ({ world, pendingAppId: enrolmentId }) =>
        world.twoFactor.enrolment.confirm({ userId, enrolmentId, code: '12345' }),
    ],
    [
      'a phone number that is none',
      ({ world, proof }) => world.twoFactor.enrolment.beginSms({ userId, phoneNumber: '12', proof }),
    ],
    ['nobody', ({ world }) => world.twoFactor.account.statuses({ userIds: [] })],
    ['the name of a cookie', async ({ world }) => world.twoFactor.trustedDevices.cookieName({ userId })],
  ]

  it.each(malformed)('for %s', async (_what, work) => {
    expect(await callsOf(work)).toEqual([])
  })

  it.each(['', '12345', '1234567', 'abcdef'])('for %j as a code of a locked account', async (code) => {
    const { world, token, wrongAppCode } = await makeFullAccount()
    for (let tries = 0; tries < 5; tries++) await world.twoFactor.challenge.verify({ token, code: wrongAppCode() })
    expect(await world.storeCalls(() => world.twoFactor.challenge.verify({ token, code }))).toBe(0)
  })
})

describe('a fact that only the outside world knows', () => {
  /** How often the text of a begin was screened, and its budget charged, when so many swaps of the record were lost. */
  async function screened(lost: readonly number[]): Promise<{ asked: number; calls: World['store']['calls'] }> {
    let asked = 0
    const screen = async (): Promise<'send'> => {
      asked += 1
      return 'send'
    }
    const { world } = await phoneWorld({ texts: { screen } })
    world.store.reset()
    for (const call of lost) world.store.loseSwapAt(call)
    await begin(world, 'ada')
    return { asked, calls: world.store.calls }
  }

  it('is fetched once, however often the swap is lost', async () => {
    expect(await screened([])).toEqual({ asked: 1, calls: ['get', 'get', 'swap', 'swap'] })
    expect(await screened([4, 6, 8])).toEqual({
      asked: 1,
      calls: ['get', 'get', 'swap', 'swap', 'get', 'swap', 'get', 'swap', 'get', 'swap'],
    })
  })

  it('is fetched while the record is free: others change it meanwhile', async () => {
    const { world, ada } = await passkeyWorld()
    const { token, passkey } = await begin(world, 'ada')
    const response = ada.passkey.get(passkey)
    const [verified, renamed] = await Promise.all([
      world.twoFactor.challenge.verify({ token, response }),
      world.twoFactor.factors.rename({ userId: 'ada', factorId: ada.factor.id, name: 'Key' }),
    ])
    expect([verified.status, renamed.status]).toEqual(['approved', 'renamed'])
    expect(await world.twoFactor.factors.list({ userId: 'ada' })).toMatchObject({ factors: [{ name: 'Key' }] })
  })
})
