import { describe, expect, it } from 'vitest'
import type { BeginChallengeInput } from '../../src/interfaces/challenge.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, pass, PHONE, phoneWorld } from '../support/people.js'
import { START } from '../support/world.js'

type Asked = Omit<BeginChallengeInput, 'userId'>

const clientAddress = '192.0.2.1'

describe('a begin repeated at once from the same client address', () => {
  it('joins the challenge that is open: one text, one code, and the first token to be used settles both', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const first = await begin(world, 'ada', { clientAddress })
    world.clock.advanceSeconds(2)
    const second = await begin(world, 'ada', { clientAddress })
    expect(world.inbox.messages).toHaveLength(1)
    expect(second.delivery).toEqual(first.delivery)
    expect(second.delivery).toMatchObject({ status: 'sent', channel: 'sms', sentAt: START, resendAt: START + 30_000 })
    expect(second.expiresAt).toBe(START + 600_000)
    must(await challenge.verify({ token: second.token, code: ada.code() }), 'approved')
    expect(await challenge.verify({ token: first.token, code: ada.code() })).toMatchObject({ reason: 'settled' })
  })

  it('joins at the same instant: the form was submitted twice in two requests', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const begun = await Promise.all([1, 2, 3].map(() => begin(world, 'ada', { clientAddress })))
    expect(world.inbox.messages).toHaveLength(1)
    const code = ada.code()
    const statuses = []
    for (const { token } of begun) statuses.push((await challenge.verify({ token, code })).status)
    expect(statuses.sort()).toEqual(['approved', 'rejected', 'rejected'])
  })

  it('joins across processes', async () => {
    const { world } = await phoneWorld()
    await begin(world, 'ada', { clientAddress })
    const joined = await world.process().challenge.begin({ userId: 'ada', clientAddress })
    expect(must(joined, 'challenged').delivery).toMatchObject({ status: 'sent', channel: 'sms', sentAt: START })
    expect(world.inbox.messages).toHaveLength(1)
  })

  it('joins by the phone that it asks for, though another was asked for a moment before', async () => {
    const { world, ada } = await phoneWorld()
    const other = await enrolSms(world, 'ada', '+447400123456', { proof: ada.proof })
    world.inbox.clear()
    await begin(world, 'ada', { clientAddress, factorId: ada.factor.id })
    await begin(world, 'ada', { clientAddress, factorId: other.factor.id })
    await begin(world, 'ada', { clientAddress, factorId: other.factor.id })
    expect(world.inbox.messages.map(({ to }) => to)).toEqual([PHONE, '+447400123456'])
  })

  it('is told in events as one challenge', async () => {
    const { world } = await phoneWorld()
    await begin(world, 'ada', { clientAddress })
    await begin(world, 'ada', { clientAddress })
    const [one, other] = world.heard('challenge-begun')
    expect([one?.joined, other?.joined]).toEqual([false, true])
    expect(other?.challengeId).toBe(one?.challengeId)
    expect(world.heard('text-sent')).toHaveLength(1)
  })

  it('has one budget of wrong codes, whichever token they come with', async () => {
    const { world, ada } = await phoneWorld({ policy: { wrongCodesPerLock: 10 } })
    const { challenge } = world.twoFactor
    const [first, second] = [await begin(world, 'ada', { clientAddress }), await begin(world, 'ada', { clientAddress })]
    const left: (number | null)[] = []
    for (const { token } of [first, second, first, second, first])
      left.push(must(await challenge.verify({ token, code: ada.wrongCode() }), 'rejected').attemptsRemaining)
    expect(left).toEqual([4, 3, 2, 1, 0])
    expect(await challenge.verify({ token: second.token, code: ada.code() })).toMatchObject({ reason: 'exhausted' })
  })

  it('has one series of texts', async () => {
    const { world } = await phoneWorld()
    const { challenge } = world.twoFactor
    const [first, second] = [await begin(world, 'ada', { clientAddress }), await begin(world, 'ada', { clientAddress })]
    world.clock.set(START + 30_000)
    must(await challenge.resend({ token: first.token }), 'sent')
    expect(await challenge.resend({ token: second.token })).toMatchObject({ reason: 'too-soon' })
    expect(world.inbox.messages).toHaveLength(2)
  })

  it('joins a step-up for the same binding and summary, and its proof is bound to it', async () => {
    const { world, ada } = await phoneWorld()
    const asked = { clientAddress, purpose: 'step-up', binding: 'transfer 7', summary: 'EUR 100 to Bob' } as const
    await begin(world, 'ada', asked)
    const { token } = await begin(world, 'ada', asked)
    expect(world.inbox.messages).toHaveLength(1)
    const { challenge } = world.twoFactor
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'unknown-challenge' })
    must(await challenge.verify({ token, code: ada.code(), binding: 'transfer 7' }), 'approved')
  })
})

describe('a begin joins no challenge', () => {
  const one: Asked = { clientAddress }
  const stepUp: Asked = { clientAddress, purpose: 'step-up' }

  it.each<[string, Asked, Asked]>([
    ['without a client address', {}, {}],
    ['of another client address', one, { clientAddress: '192.0.2.2' }],
    ['begun without a client address', {}, one],
    ['when it has no client address itself', one, {}],
    ['with a blank client address', { clientAddress: '' }, { clientAddress: '' }],
    ['of another purpose', one, stepUp],
    ['of another binding', { ...one, binding: 'a' }, { ...one, binding: 'b' }],
    ['without a binding, when it has one', one, { ...one, binding: 'b' }],
    ['of another summary', { ...stepUp, summary: 'EUR 1' }, { ...stepUp, summary: 'EUR 2' }],
    ['without a summary, when it has one', stepUp, { ...stepUp, summary: 'EUR 2' }],
    ['whose binding is its summary', { ...stepUp, binding: 'EUR 1' }, { ...stepUp, summary: 'EUR 1' }],
  ])('%s: two texts, two codes', async (_what, before, after) => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const first = await begin(world, 'ada', before)
    const firstCode = ada.code()
    const second = await begin(world, 'ada', after)
    expect(world.inbox.messages).toHaveLength(2)
    expect(ada.code()).not.toBe(firstCode)
    must(await challenge.verify({ token: first.token, code: firstCode, binding: before.binding }), 'approved')
    must(await challenge.verify({ token: second.token, code: ada.code(), binding: after.binding }), 'approved')
  })

  it('once the wait for the next text is over', async () => {
    const { world } = await phoneWorld()
    await begin(world, 'ada', one)
    world.clock.set(START + 29_999)
    await begin(world, 'ada', one)
    expect(world.inbox.messages).toHaveLength(1)
    world.clock.set(START + 30_000)
    await begin(world, 'ada', one)
    expect(world.inbox.messages).toHaveLength(2)
  })

  it('whose text was sent again', async () => {
    const { world } = await phoneWorld()
    const { token } = await begin(world, 'ada', one)
    world.clock.set(START + 30_000)
    must(await world.twoFactor.challenge.resend({ token }), 'sent')
    world.clock.advanceSeconds(1)
    await begin(world, 'ada', one)
    expect(world.inbox.messages).toHaveLength(3)
  })

  it.each([
    ['was settled', 'settle'],
    ['was cancelled', 'cancel'],
    ['was revoked', 'revoke'],
    ['got a wrong code', 'wrong'],
  ] as const)('that %s', async (_what, how) => {
    const { world, ada } = await phoneWorld()
    const { account, challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', one)
    const ways = {
      settle: () => challenge.verify({ token, code: ada.code() }),
      cancel: () => challenge.cancel({ token }),
      revoke: () => account.passwordChanged({ userId: 'ada' }),
      wrong: () => challenge.verify({ token, code: ada.wrongCode() }),
    }
    await ways[how]()
    const again = await begin(world, 'ada', one)
    expect(world.inbox.messages).toHaveLength(2)
    must(await challenge.verify({ token: again.token, code: ada.code() }), 'approved')
  })

  it('of another phone', async () => {
    const { world, ada } = await phoneWorld()
    const other = await enrolSms(world, 'ada', '+447400123456', { proof: ada.proof })
    world.inbox.clear()
    await begin(world, 'ada', { ...one, factorId: ada.factor.id })
    await begin(world, 'ada', { ...one, factorId: other.factor.id })
    expect(world.inbox.messages.map(({ to }) => to)).toEqual([PHONE, '+447400123456'])
  })

  it('of somebody else behind the same address', async () => {
    const { world } = await phoneWorld()
    await enrolSms(world, 'bob', '+447400123456')
    world.inbox.clear()
    await begin(world, 'ada', one)
    await begin(world, 'bob', one)
    expect(world.inbox.messages.map(({ to }) => to)).toEqual([PHONE, '+447400123456'])
  })

  it('by app: nothing was sent, so each is its own', async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const [first, second] = [await begin(world, 'ada', one), await begin(world, 'ada', one)]
    must(await challenge.verify({ token: first.token, code: ada.code() }), 'approved')
    must(await challenge.verify({ token: second.token, code: ada.code() }), 'approved')
  })

  it('whose text was refused by a budget: the next begin tries again', async () => {
    const { world, ada } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 1 } })
    await pass(world, ada)
    expect((await begin(world, 'ada', one)).delivery).toMatchObject({ reason: 'budget-spent' })
    world.clock.advanceSeconds(600)
    expect((await begin(world, 'ada', one)).delivery).toMatchObject({ status: 'sent', channel: 'sms' })
  })
})
