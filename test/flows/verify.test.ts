import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, pass, phoneWorld, typeWrongCodes } from '../support/people.js'
import { makeWorld, NEW_KEY, START } from '../support/world.js'

/** A code in the digits of another script, whose zero is `zero`. */
function inScript(code: string, zero: string): string {
  return code.replace(/\d/g, (digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)))
}

describe('verifying a code', () => {
  it('approves once, with all that a host needs', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const approved = must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
    expect(approved).toEqual({
      status: 'approved',
      userId: 'ada',
      purpose: 'sign-in',
      factor: { ...ada.factor, lastUsedAt: START + 30_000 },
      method: 'totp',
      amr: ['otp', 'mfa'],
      assurance: 'second-factor',
      at: START + 30_000,
      proof: approved.proof,
      trustedDevice: null,
      recoveryCodesRemaining: 10,
      enrolmentRequired: false,
      failuresBefore: 0,
    })
    const { challengeId } = world.heard('challenge-begun')[0]!
    expect(world.heard('challenge-approved')).toEqual([
      {
        type: 'challenge-approved',
        userId: 'ada',
        at: START + 30_000,
        clientAddress: null,
        purpose: 'sign-in',
        challengeId,
        factorId: ada.factor.id,
        method: 'totp',
        assurance: 'second-factor',
        failuresBefore: 0,
      },
    ])
  })

  it('approves a texted code, and says so', async () => {
    const { world, ada } = await phoneWorld()
    expect(await pass(world, ada)).toMatchObject({
      method: 'sms',
      amr: ['sms', 'mfa'],
      assurance: 'second-factor',
      factor: { ...ada.factor, lastUsedAt: START },
    })
    const { challengeId: subjectId } = world.heard('challenge-begun')[0]!
    expect(world.heard('text-verified')).toMatchObject([
      { purpose: 'sign-in', country: 'US', subjectId, factorId: ada.factor.id },
    ])
  })

  it.each<[string, (code: string) => string]>([
    ['spaces and dashes', (code) => code.replace(/(...)(...)/, ' $1 - $2\n')],
    ['a zero-width space', (code) => `\u200b${code}`],
    ['direction marks', (code) => `\u2068${code}\u2069`],
    ['full-width digits', (code) => inScript(code, '０')],
    ['Arabic-Indic digits', (code) => inScript(code, '٠')],
    ['digits of two scripts', (code) => code.slice(0, 3) + inScript(code.slice(3), '०')],
  ])('reads a code typed with %s', async (_what, typed) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    must(await world.twoFactor.challenge.verify({ token, code: typed(ada.code()) }), 'approved')
  })

  it('tells how many wrong codes in a row came before the right one', async () => {
    const { world, ada } = await appWorld()
    await typeWrongCodes(world, ada, 3)
    expect(await pass(world, ada)).toMatchObject({ failuresBefore: 3 })
    expect(world.heard('challenge-approved')).toMatchObject([{ failuresBefore: 3 }])
    expect(await pass(world, ada)).toMatchObject({ failuresBefore: 0 })
  })

  it.each([
    [-1, 'approved'],
    [0, 'approved'],
    [1, 'approved'],
    [-2, 'rejected'],
    [2, 'rejected'],
  ] as const)('of an app, takes step %i: %s', async (steps, status) => {
    const { world, ada } = await appWorld()
    world.clock.advanceSeconds(300)
    const { token } = await begin(world, 'ada')
    const code = ada.app.code(world.clock.now() + steps * 30_000)
    expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ status })
  })

  it('burns the matched step and every one before it', async () => {
    const { world, ada } = await appWorld()
    world.clock.advanceSeconds(300)
    const now = world.clock.now()
    const [first, second] = [await begin(world, 'ada'), await begin(world, 'ada')]
    must(await world.twoFactor.challenge.verify({ token: first.token, code: ada.app.code(now + 30_000) }), 'approved')
    for (const at of [now + 30_000, now, now - 30_000]) {
      const outcome = await world.twoFactor.challenge.verify({ token: second.token, code: ada.app.code(at) })
      expect(outcome).toMatchObject({ status: 'rejected', reason: 'already-used' })
    }
  })

  it('works beyond 32 bits of steps', async () => {
    const world = makeWorld({ at: 2 ** 33 * 30_000 })
    await pass(world, await enrolTotp(world))
  })
})

describe('a code is rejected', () => {
  it('as wrong-code, with the attempts that remain', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const outcome = await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })
    expect(outcome).toEqual({ status: 'rejected', reason: 'wrong-code', attemptsRemaining: 4, retryAt: null })
    const { challengeId } = world.heard('challenge-begun')[0]!
    expect(world.heard('challenge-rejected')).toEqual([
      {
        type: 'challenge-rejected',
        userId: 'ada',
        at: START,
        clientAddress: null,
        purpose: 'sign-in',
        challengeId,
        factorId: ada.factor.id,
        reason: 'wrong-code',
      },
    ])
  })

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５', '١٢٣٤٥٦٧', '1234.6', '+12345'])(
    'as malformed-code: %j, uncounted',
    async (code) => {
      const { world, ada } = await appWorld()
      const { token } = await begin(world, 'ada')
      expect(await world.twoFactor.challenge.verify({ token, code })).toEqual({
        status: 'rejected',
        reason: 'malformed-code',
        attemptsRemaining: null,
        retryAt: null,
      })
      expect(await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })).toMatchObject({
        attemptsRemaining: 4,
      })
    },
  )

  it('as already-used, and counted', async () => {
    const { world, ada } = await appWorld()
    await pass(world, ada)
    const { token } = await begin(world, 'ada')
    const used = ada.app.code(world.clock)
    expect(await world.twoFactor.challenge.verify({ token, code: used })).toEqual({
      status: 'rejected',
      reason: 'already-used',
      attemptsRemaining: 4,
      retryAt: null,
    })
  })

  it('as expired, ten minutes after begin, never later', async () => {
    const { world, ada } = await appWorld()
    const [first, second] = [await begin(world, 'ada'), await begin(world, 'ada')]
    world.clock.set(START + 599_999)
    must(await world.twoFactor.challenge.verify({ token: first.token, code: ada.app.code(world.clock) }), 'approved')
    world.clock.set(START + 600_000)
    expect(await world.twoFactor.challenge.verify({ token: second.token, code: ada.code() })).toEqual({
      status: 'rejected',
      reason: 'expired',
      attemptsRemaining: 0,
      retryAt: null,
    })
  })

  it('as locked, after five wrong ones of an app, whose challenge takes the right one once the lock is over', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const left: (number | null)[] = []
    for (let tries = 0; tries < 5; tries++) {
      left.push(
        must(await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() }), 'rejected').attemptsRemaining,
      )
    }
    expect(left).toEqual([4, 3, 2, 1, 0])
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toEqual({
      status: 'rejected',
      reason: 'locked',
      attemptsRemaining: 0,
      retryAt: START + 60_000,
    })
    world.clock.set(START + 60_000)
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
  })

  it('as exhausted, after five wrong ones of a text, though it is right and nothing is locked any more', async () => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    const left: (number | null)[] = []
    for (let tries = 0; tries < 5; tries++) {
      left.push(
        must(await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() }), 'rejected').attemptsRemaining,
      )
    }
    expect(left).toEqual([4, 3, 2, 1, 0])
    const exhausted = { status: 'rejected', reason: 'exhausted', attemptsRemaining: 0 }
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toEqual({
      ...exhausted,
      retryAt: START + 60_000,
    })
    world.clock.advanceSeconds(60)
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toEqual({ ...exhausted, retryAt: null })
    expect(await world.twoFactor.challenge.resend({ token })).toEqual({ ...exhausted, retryAt: null })
    const again = await begin(world, 'ada')
    must(await world.twoFactor.challenge.verify({ token: again.token, code: ada.code() }), 'approved')
  })

  it('as settled, once it was approved', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toEqual({
      status: 'rejected',
      reason: 'settled',
      attemptsRemaining: 0,
      retryAt: null,
    })
  })

  it('as settled, once it was cancelled', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.cancel({ token })).toEqual({ status: 'cancelled' })
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'settled' })
    expect(await world.twoFactor.challenge.cancel({ token })).toEqual({ status: 'cancelled' })
  })

  it('as revoked, after the password changed', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    await world.twoFactor.account.passwordChanged({ userId: 'ada' })
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toEqual({
      status: 'rejected',
      reason: 'revoked',
      attemptsRemaining: 0,
      retryAt: null,
    })
  })

  it('as locked, uncompared, on a challenge that had no wrong code', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    await typeWrongCodes(world, ada, 5)
    const locked = { status: 'rejected', reason: 'locked', attemptsRemaining: 0, retryAt: START + 60_000 }
    const right = ada.app.code(world.clock)
    expect(await world.twoFactor.challenge.verify({ token, code: right })).toEqual(locked)
    expect(await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })).toEqual(locked)
    world.clock.advanceSeconds(60)
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
  })

  it('as suspended, whatever it is', async () => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    await typeWrongCodes(world, ada, 9)
    world.clock.advanceSeconds(3600)
    const [first, second] = [await begin(world, 'ada'), await begin(world, 'ada')]
    await world.twoFactor.challenge.verify({ token: first.token, code: ada.wrongCode() })
    const suspended = { status: 'rejected', reason: 'suspended', attemptsRemaining: 0, retryAt: null }
    expect(await world.twoFactor.challenge.verify({ token: second.token, code: ada.code() })).toEqual(suspended)
  })

  it.each([
    ['nothing of ours', (token: string) => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['cut short', (token: string) => token.slice(0, -10)],
    ['with a tail', (token: string) => `${token}=`],
    ['in another case', (token: string) => token.toLowerCase()],
    ['empty', () => ''],
  ])('as unknown-challenge, when the token is %s', async (_what, change) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.verify({ token: change(token), code: ada.code() })).toEqual({
      status: 'rejected',
      reason: 'unknown-challenge',
      attemptsRemaining: null,
      retryAt: null,
    })
  })

  it('as unknown-challenge, when the binding is another, and uncounted', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada', { binding: 'EUR 100 to Bob' })
    for (const binding of [undefined, 'EUR 1000 to Bob', 'EUR 100 to Bob ']) {
      expect(await world.twoFactor.challenge.verify({ token, code: ada.code(), binding })).toMatchObject({
        reason: 'unknown-challenge',
      })
    }
    must(await world.twoFactor.challenge.verify({ token, code: ada.code(), binding: 'EUR 100 to Bob' }), 'approved')
  })

  it.each([
    ['namespace', { namespace: 'other' }],
    ['key ring', { keys: [NEW_KEY] }],
  ] as const)('as unknown-challenge, when the %s is another', async (_what, options) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    expect(await world.process(options).challenge.verify({ token, code: ada.code() })).toMatchObject({
      reason: 'unknown-challenge',
    })
  })

  it('as revoked, after the account was erased and an app enrolled again', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    await world.twoFactor.account.erase({ userId: 'ada' })
    await enrolTotp(world)
    expect(await world.twoFactor.challenge.verify({ token, code: ada.code() })).toMatchObject({ reason: 'revoked' })
  })
})
