import { describe, expect, it } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, phoneWorld, type Person } from '../support/people.js'
import { contents, makeWorld, START, type World } from '../support/world.js'

/** Locks Ada out by five wrong codes in one challenge. */
async function lock({ twoFactor }: World, ada: Person, token: string): Promise<void> {
  for (let guess = 0; guess < 5; guess++) await twoFactor.challenge.verify({ token, code: ada.wrongCode() })
}

/** Expects every answer to be the same, to name the lock, and to leave every record as it was. */
async function expectSilence(
  world: World,
  answers: readonly (() => Promise<unknown>)[],
  retryAt: number,
): Promise<void> {
  const before = await contents(world.data)
  const given = []
  for (const answer of answers) given.push(JSON.stringify(await answer()))
  expect(new Set(given).size).toBe(1)
  expect(JSON.parse(given[0] ?? '')).toEqual({ status: 'rejected', reason: 'locked', attemptsRemaining: 0, retryAt })
  expect(await contents(world.data)).toEqual(before)
}

describe('invariant 4: an answer while locked says nothing of the code', () => {
  it('is the same for a right, a wrong and a used code of an app, and nothing is counted', async () => {
    const { world, ada } = await appWorld()
    const [first, second] = [await begin(world, 'ada'), await begin(world, 'ada')]
    const right = ada.code()
    await lock(world, ada, first.token)
    const codes = [right, ada.wrongCode(), ada.app.code(START - 30_000)]
    const verify = (code: string) => () => world.twoFactor.challenge.verify({ token: second.token, code })
    await expectSilence(world, codes.map(verify), world.clock.now() + 60_000)
  })

  it('is the same for a right and a wrong code of a text', async () => {
    const { world, ada } = await phoneWorld()
    const [first, second] = [await begin(world, 'ada'), await begin(world, 'ada')]
    const codes = [ada.code(), ada.wrongCode()]
    await lock(world, ada, first.token)
    const verify = (code: string) => () => world.twoFactor.challenge.verify({ token: second.token, code })
    await expectSilence(world, codes.map(verify), world.clock.now() + 60_000)
  })

  it('is the same for a right and a wrong code of an enrolment', async () => {
    const { world, token, wrongAppCode, pendingApp, pendingAppId: enrolmentId } = await makeFullAccount()
    const { challenge, enrolment } = world.twoFactor
    for (let guess = 0; guess < 5; guess++) await challenge.verify({ token, code: wrongAppCode() })
    const confirm = (code: string) => () => enrolment.confirm({ userId: 'ada', enrolmentId, code })
    await expectSilence(world, [pendingApp.code(world.clock), '000000'].map(confirm), world.clock.now() + 60_000)
  })

  it('is the same for a right, a wrong and a used recovery code that could be guessed', async () => {
    const world = makeWorld()
    const { admin, challenge } = world.twoFactor
    const secret = { encoding: 'raw', value: new Uint8Array(20).fill(7) } as const
    const recoveryCodes = ['0123456789', '9876543210']
    must(await admin.importTotp({ userId: 'ada', actor: 'staff', secret, recoveryCodes }), 'imported')
    const used = await begin(world, 'ada')
    must(await challenge.redeemRecoveryCode({ token: used.token, recoveryCode: '9876543210' }), 'approved')
    const { token } = await begin(world, 'ada')
    for (let guess = 0; guess < 5; guess++) await challenge.verify({ token, code: '000000' })
    const redeem = (recoveryCode: string) => () => challenge.redeemRecoveryCode({ token, recoveryCode })
    await expectSilence(world, ['0123456789', '1111111111', '9876543210'].map(redeem), world.clock.now() + 60_000)
  })

  it('is the same while suspended', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10, firstLockSeconds: 10 } })
    const { token } = await begin(world, 'ada')
    await lock(world, ada, token)
    world.clock.advanceSeconds(10)
    await lock(world, ada, token)
    const answers = []
    for (const code of [ada.code(), ada.wrongCode()])
      answers.push(await world.twoFactor.challenge.verify({ token, code }))
    expect(answers[0]).toEqual({ status: 'rejected', reason: 'suspended', attemptsRemaining: 0, retryAt: null })
    expect(answers[1]).toEqual(answers[0])
  })
})
