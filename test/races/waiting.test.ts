import { describe, expect, it } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { fakePasskeyVerifier } from '../support/fake-passkeys.js'
import { must } from '../support/outcome.js'
import { begin, phoneWorld } from '../support/people.js'
import { makeWorld } from '../support/world.js'

const userId = 'ada'

/** Something that is asked and answers when a test says so. */
function answeringLate<Answer>() {
  let arrive = (): void => undefined
  let give: (answer: Answer) => void = () => undefined
  const asked = new Promise<void>((resolve) => (arrive = resolve))
  const answer = new Promise<Answer>((resolve) => (give = resolve))
  return {
    asked,
    give: (value: Answer) => {
      give(value)
    },
    ask: () => (arrive(), answer),
  }
}

describe('an operation that waits for the outside world', () => {
  it("holds up nobody while the host's screen takes its time, and goes by what was written meanwhile", async () => {
    const screen = answeringLate<'send'>()
    const { world } = await phoneWorld({ texts: { screen: screen.ask } })
    const slow = world.twoFactor.challenge.begin({ userId })
    await screen.asked
    expect(await world.twoFactor.account.passwordChanged({ userId })).toEqual({ status: 'recorded' })
    screen.give('send')
    const begun = must(await slow, 'challenged')
    expect(begun.delivery).toMatchObject({ status: 'sent' })
    expect(world.inbox.messages.filter(({ purpose }) => purpose === 'sign-in')).toHaveLength(1)
    const code = world.inbox.lastCode()
    expect(await world.twoFactor.challenge.verify({ token: begun.token, code })).toMatchObject({ status: 'approved' })
  })

  it('approves nothing that was revoked while a passkey was checked', async () => {
    const check = answeringLate<{ status: 'verified'; counter: number; backedUp: boolean; userVerified: boolean }>()
    const {
      world,
      passkeyToken: token,
      passkeyResponse,
    } = await makeFullAccount({
      passkeys: { ...fakePasskeyVerifier(), verifyAssertion: check.ask },
    })
    const slow = world.twoFactor.challenge.verify({ token, response: passkeyResponse() })
    await check.asked
    await world.twoFactor.account.passwordChanged({ userId })
    check.give({ status: 'verified', counter: 1, backedUp: false, userVerified: false })
    expect(await slow).toMatchObject({ status: 'rejected', reason: 'revoked' })
  })

  it('checks a passkey once, however often its swap is lost', async () => {
    let checks = 0
    const verifier = fakePasskeyVerifier()
    const {
      world,
      passkeyToken: token,
      passkeyResponse,
    } = await makeFullAccount({
      passkeys: { ...verifier, verifyAssertion: (request) => (checks++, verifier.verifyAssertion(request)) },
    })
    world.store.reset()
    world.store.loseSwapAt(2)
    world.store.loseSwapAt(4)
    expect(await world.twoFactor.challenge.verify({ token, response: passkeyResponse() })).toMatchObject({
      status: 'approved',
    })
    expect(checks).toBe(1)
  })

  it('counts guesses at codes that are slowly hashed one by one, in one process and in two', async () => {
    const world = makeWorld()
    const secret = { encoding: 'raw', value: new Uint8Array(20).fill(7) } as const
    const recoveryCodes = ['0123456789']
    must(await world.twoFactor.admin.importTotp({ userId, actor: 'staff', secret, recoveryCodes }), 'imported')
    const { token } = await begin(world, userId)
    const both = [world.twoFactor, world.process()]
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        both[index % 2]!.challenge.redeemRecoveryCode({ token, recoveryCode: `11111111${10 + index}` }),
      ),
    )
    const reasons = answers.map((answer) => (answer.status === 'rejected' ? answer.reason : 'approved'))
    expect(reasons.filter((reason) => reason === 'wrong-code')).toHaveLength(5)
    expect(reasons.filter((reason) => reason === 'locked')).toHaveLength(7)
  })
})
