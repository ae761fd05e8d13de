import { describe, expect, it } from 'vitest'
import { decodeRecord, encodeRecord } from '../../src/user/record-codec.js'
import type { UserRecord } from '../../src/user/record.js'
import { createKeyRing } from '../../src/crypto/keyring.js'
import { seal } from '../../src/crypto/seal.js'
import { plainName } from '../../src/user/name.js'
import { seededRandom } from '../../src/testing/index.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, pass, phoneWorld, PHONE, proofOf, trustedBrowser } from '../support/people.js'
import { contents, makeWorld, OLD_KEY, START } from '../support/world.js'

describe('invariant 4: an answer while locked says nothing of the code', () => {
  it('is the same for a right, a wrong and a used code, and nothing is counted', async () => {
    const { world, ada } = await appWorld()
    const first = await begin(world, 'ada')
    const second = await begin(world, 'ada')
    const code = ada.code()
    for (let guess = 0; guess < 5; guess++)
      await world.twoFactor.challenge.verify({ token: first.token, code: ada.wrongCode() })
    const before = await contents(world.data)
    const answers = []
    for (const each of [code, ada.wrongCode(), ada.app.code(START - 30_000)])
      answers.push(await world.twoFactor.challenge.verify({ token: second.token, code: each }))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0]).toMatchObject({ status: 'rejected', reason: 'locked', retryAt: world.clock.now() + 60_000 })
    expect(await contents(world.data)).toEqual(before)
  })
})

describe('invariant 5: a token works for its purpose, user, namespace, binding and epoch only', () => {
  it('a challenge token opens nothing elsewhere', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada', { binding: 'session 1' })
    const code = ada.code()
    const tenant = world.process({ namespace: 'other' })
    expect(await tenant.challenge.verify({ token, code, binding: 'session 1' })).toMatchObject({
      reason: 'unknown-challenge',
    })
    for (const binding of [undefined, 'session 2', 'session 1 ', 'Session 1']) {
      expect(await world.twoFactor.challenge.verify({ token, code, binding })).toMatchObject({
        reason: 'unknown-challenge',
      })
    }
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof: token })).toEqual({ status: 'invalid' })
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken: token })).toMatchObject({
      status: 'challenged',
    })
    expect(await world.twoFactor.challenge.verify({ token, code, binding: 'session 1' })).toMatchObject({
      status: 'approved',
    })
  })

  it('a proof proves for its user, binding and epoch alone', async () => {
    const { world, ada } = await appWorld()
    const proof = await proofOf(world, ada, 'EUR 10 to Bob')
    const { challenge, account } = world.twoFactor
    const ask = (input: { userId?: string; binding?: string; proof?: string }): Promise<unknown> =>
      challenge.checkProof({ userId: 'ada', binding: 'EUR 10 to Bob', proof, ...input })
    expect(await ask({})).toMatchObject({ status: 'valid', method: 'totp' })
    expect(await ask({ userId: 'bob' })).toEqual({ status: 'invalid' })
    expect(await ask({ binding: 'EUR 1000 to Bob' })).toEqual({ status: 'invalid' })
    expect(await challenge.verify({ token: proof, code: ada.code() })).toMatchObject({ reason: 'unknown-challenge' })
    expect(
      await world
        .process({ namespace: 'other' })
        .challenge.checkProof({ userId: 'ada', binding: 'EUR 10 to Bob', proof }),
    ).toEqual({ status: 'invalid' })
    await account.passwordChanged({ userId: 'ada' })
    expect(await ask({})).toEqual({ status: 'invalid' })
  })

  it('a trusted device is trusted for its user and namespace, and never for a step-up', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    await enrolTotp(world, 'bob')
    const { challenge } = world.twoFactor
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'trusted' })
    expect(await challenge.begin({ userId: 'bob', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken, purpose: 'step-up' })).toMatchObject({
      status: 'challenged',
    })
  })

  it('one changed character anywhere in a token voids it', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    for (let place = 0; place < token.length; place++) {
      const changed = token.slice(0, place) + (token[place] === 'A' ? 'B' : 'A') + token.slice(place + 1)
      expect(await world.twoFactor.challenge.verify({ token: changed, code })).toMatchObject({
        reason: 'unknown-challenge',
      })
    }
  })

  it('tokens of before an erasure are void after a new enrolment, were it in the same millisecond', async () => {
    const { world, ada } = await appWorld()
    const proof = ada.proof
    await world.twoFactor.account.erase({ userId: 'ada' })
    await enrolTotp(world, 'ada')
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
  })
})

describe('invariant 6: a user id is opaque and exact', () => {
  const ids = [
    '1',
    '01',
    ' 1',
    '1 ',
    '__proto__',
    'constructor',
    'toString',
    'a:b',
    'a%3Ab',
    'A:B',
    '\u00e9',
    'e\u0301',
    'user:default:1',
    '💚',
    '\0',
    '"'.repeat(255),
    '\0'.repeat(255),
  ]

  it.each(ids)('%j signs in as itself and as nobody else', async (userId) => {
    const world = makeWorld()
    const person = await enrolTotp(world, userId)
    for (const other of ids) {
      const status = await world.twoFactor.account.status({ userId: other })
      expect(status.enabled).toBe(other === userId)
    }
    expect((await pass(world, person)).userId).toBe(userId)
  })
})

describe('invariant 7: what is not exactly n ASCII digits is malformed, at no store call', () => {
  const malformed = [
    '',
    '12345',
    '1234567',
    '１２３４５６',
    '١٢٣٤٥٦',
    '12345a',
    '123456\0',
    '+12345',
    '1e5',
    '0x1234',
    '1'.repeat(1e6),
    null,
    undefined,
    123456,
    ['123456'],
    { toString: () => '123456' },
  ]

  it.each(malformed.map((code) => [code]))('%j', async (code) => {
    const { world } = await appWorld()
    const { token } = await begin(world, 'ada')
    const calls = await world.storeCalls(async () => {
      expect(await world.twoFactor.challenge.verify({ token, code: code as never })).toMatchObject({
        reason: 'malformed-code',
      })
    })
    expect(calls).toBe(0)
  })

  it.each(['  12 34-56 ', '123 456', '123\u2013456', '1\u00a02\u00a03\u00a04\u00a05\u00a06'])(
    '%j is a code, typed with spaces or dashes',
    async (code) => {
      const { world } = await appWorld()
      const { token } = await begin(world, 'ada')
      expect(await world.twoFactor.challenge.verify({ token, code })).toMatchObject({ reason: 'wrong-code' })
    },
  )
})

describe('invariant 8: no secret leaves by an event, an error, a listing or the store', () => {
  it('whatever happens in a life', async () => {
    const { world, ada } = await phoneWorld()
    const secrets: string[] = [
      PHONE.slice(1),
      ...ada.recoveryCodes,
      Buffer.from(OLD_KEY.secret as Uint8Array).toString('base64url'),
    ]
    const approved = await pass(world, ada, { trustDevice: { name: 'Firefox' } })
    const started = must(
      await world.twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof: approved.proof }),
      'started',
    )
    secrets.push(approved.proof, approved.trustedDevice!.token, started.secret)
    world.inbox.fail()
    const failed = await begin(world, 'ada')
    secrets.push(failed.token)
    world.inbox.work()
    const { token } = await begin(world, 'ada')
    secrets.push(token, ...world.inbox.messages.flatMap(({ code }) => (code === null ? [] : [code])))
    await world.twoFactor.challenge.redeemRecoveryCode({ token, recoveryCode: ada.recoveryCodes[0]! })
    const { account, factors, trustedDevices } = world.twoFactor
    const shown = [
      world.events,
      await account.status({ userId: 'ada' }),
      await factors.list({ userId: 'ada' }),
      await trustedDevices.list({ userId: 'ada' }),
      [...(await contents(world.data))],
    ]
    const said = JSON.stringify(shown)
    for (const secret of secrets) expect(said).not.toContain(secret)
    expect(world.events.length).toBeGreaterThan(10)
  })
})

describe('invariant 9: records are bounded', () => {
  const NAME = plainName('"'.repeat(200))
  const AT = 1_999_999_999_999
  const text = {
    sends: 5,
    lastSentAt: AT,
    generation: 5,
    phoneNumber: '+123456789012345',
    keyId: 'k'.repeat(32),
    codeSentAt: AT,
  }
  const fullest: UserRecord = {
    epoch: 2 ** 48 - 1,
    factors: Array.from({ length: 10 }, () => ({
      kind: 'totp',
      id: 'f'.repeat(16),
      name: NAME,
      confirmedAt: Number.MAX_SAFE_INTEGER,
      secret: 's'.repeat(86),
      algorithm: 'SHA-512',
      digits: 10,
      periodSeconds: 120,
      lastStep: Number.MAX_SAFE_INTEGER,
    })),
    preferredFactorId: 'f'.repeat(16),
    enrolments: [
      {
        kind: 'totp',
        id: 'e'.repeat(16),
        name: NAME,
        replaces: 'f'.repeat(16),
        createdAt: AT,
        expiresAt: AT,
        wrongCodes: 4,
        secret: 's'.repeat(27),
      },
      {
        kind: 'sms',
        id: 'e'.repeat(16),
        name: NAME,
        replaces: 'f'.repeat(16),
        createdAt: AT,
        expiresAt: AT,
        wrongCodes: 4,
        phoneNumber: '+123456789012345',
        country: 'US',
        text,
      },
    ],
    challenges: Array.from({ length: 5 }, () => ({
      id: 'c'.repeat(16),
      purpose: 'step-up',
      state: 'exhausted',
      factorId: 'f'.repeat(16),
      binding: `=${'"'.repeat(48)}`,
      createdAt: AT,
      expiresAt: AT,
      wrongCodes: 5,
      text,
    })),
    trustedDevices: Array.from({ length: 20 }, () => ({
      id: 'd'.repeat(16),
      name: NAME,
      trustedAt: AT,
      expiresAt: AT,
    })),
    recoveryCodes: {
      salt: 's'.repeat(22),
      hashes: Array.from({ length: 10 }, () => 'h'.repeat(16)),
      spent: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
      issuedAt: AT,
    },
    guesses: { consecutiveWrong: 100, lockedUntilAt: AT },
    recoveryGuesses: { consecutiveWrong: 1_000_000, lockedUntilAt: AT },
    textedAt: Array.from({ length: 10 }, () => AT),
    enrolmentRequired: true,
  }

  it('the fullest one seals to at most 8 KiB', () => {
    const ring = createKeyRing([{ id: 'k'.repeat(32), secret: new Uint8Array(32) }], 'default')
    expect(seal(ring, seededRandom(1), 'user:default:1', encodeRecord(fullest)).length).toBeLessThanOrEqual(8192)
    expect(decodeRecord(encodeRecord(fullest))).toEqual(fullest)
  })

  it('through the API: twenty devices, five challenges, two enrolments, ten factors', async () => {
    const { world, ada } = await appWorld()
    for (let device = 0; device < 25; device++) await trustedBrowser(world, ada, `"${'\u0001'.repeat(30)}${device}`)
    const { twoFactor } = world
    expect((await twoFactor.trustedDevices.list({ userId: 'ada' })).devices).toHaveLength(20)
    const proof = await proofOf(world, ada)
    for (let factor = 0; factor < 9; factor++) {
      const value = new Uint8Array(64).fill(factor)
      must(
        await twoFactor.admin.importTotp({
          userId: 'ada',
          actor: 'migration',
          secret: { encoding: 'raw', value },
          name: '"'.repeat(99),
        }),
        'imported',
      )
    }
    expect(await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof })).toMatchObject({
      reason: 'too-many-factors',
    })
    must(
      await twoFactor.enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof, replaces: ada.factor.id }),
      'started',
    )
    for (let challenge = 0; challenge < 9; challenge++) await begin(world, 'ada', { binding: '"'.repeat(48) })
    for (const value of (await contents(world.data)).values()) expect(value.length).toBeLessThanOrEqual(8192)
    expect(await begin(world, 'ada')).toMatchObject({ status: 'challenged' })
  })
})

describe('invariant 10: events come after the commit and cannot change an outcome', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['hangs', () => new Promise(() => undefined)],
    [
      'is a thenable that throws',
      () => ({
        then() {
          throw new Error('no')
        },
      }),
    ],
  ])('a handler that %s', async (_, onEvent) => {
    const { world, ada } = await appWorld({ onEvent })
    expect((await pass(world, ada)).status).toBe('approved')
  })

  it('a handler finds what it is told of', async () => {
    const seen: Promise<boolean>[] = []
    const { world } = await appWorld({
      onEvent: (event) => {
        if (event.type === 'factor-added')
          seen.push(
            world
              .process()
              .account.status({ userId: event.userId })
              .then(({ enabled }) => enabled),
          )
      },
    })
    await enrolTotp(world, 'bob')
    expect(await Promise.all(seen)).toEqual([true])
  })

  it('an event cannot be changed for the next handler', async () => {
    const { world, ada } = await appWorld({ onEvent: (event) => Object.assign(event, { type: 'forged' }) })
    expect((await pass(world, ada)).status).toBe('approved')
  })
})

describe('invariant 11: a clock that is NaN, negative or runs backwards fails closed', () => {
  it.each([Number.NaN, -1, Infinity, -Infinity, 8.64e15 + 1, '5', null])('%s stops every operation', async (at) => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    world.clock.set(at as never)
    const { challenge, account } = world.twoFactor
    await expect(challenge.begin({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_CLOCK_INVALID' })
    await expect(challenge.verify({ token, code })).rejects.toMatchObject({ code: 'ERR_CLOCK_INVALID' })
    await expect(account.status({ userId: 'ada' })).rejects.toMatchObject({ code: 'ERR_CLOCK_INVALID' })
  })

  it('that was set back an hour approves nothing, trusts nothing and frees nothing', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const proof = await proofOf(world, ada)
    const { token } = await begin(world, 'ada')
    world.clock.advanceSeconds(-3600)
    const { challenge } = world.twoFactor
    const code = ada.app.code(world.clock)
    expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'expired' })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
    const again = await begin(world, 'ada')
    expect(await challenge.verify({ token: again.token, code })).toMatchObject({ reason: 'already-used' })
  })

  it('that was set back unlocks nobody and sends no text more', async () => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    for (let guess = 0; guess < 5; guess++) await world.twoFactor.challenge.verify({ token, code: ada.wrongCode() })
    world.clock.advanceSeconds(-3600)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada' })).toMatchObject({ status: 'locked' })
    expect(await world.twoFactor.challenge.resend({ token })).toMatchObject({ status: 'rejected' })
  })
})

describe('invariant 12: nothing expires late because the store did not purge', () => {
  it('challenges, codes, devices, proofs and enrolments end at their instant', async () => {
    const { world, ada } = await phoneWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const proof = await proofOf(world, ada)
    const { challenge, enrolment } = world.twoFactor
    const started = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }), 'started')
    const { token, expiresAt } = await begin(world, 'ada')
    const code = ada.code()
    world.clock.set(expiresAt)
    expect(await challenge.verify({ token, code })).toMatchObject({ reason: 'expired' })
    expect(await challenge.resend({ token })).toMatchObject({ reason: 'expired' })
    expect(await enrolment.confirm({ userId: 'ada', enrolmentId: started.enrolmentId, code: '123456' })).toMatchObject({
      reason: 'expired',
    })
    expect(await challenge.checkProof({ userId: 'ada', proof })).toEqual({ status: 'invalid' })
    world.clock.set(START + 30 * 86_400_000 - 1)
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'trusted' })
    world.clock.advance(1)
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
  })
})

describe('the budgets of store calls', () => {
  it('begin 2, verify 2, status 1, trusted 1, not required 1', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    let token = ''
    expect(await world.storeCalls(async () => ({ token } = await begin(world, 'ada')))).toBe(2)
    const code = ada.code()
    expect(await world.storeCalls(() => world.twoFactor.challenge.verify({ token, code }))).toBe(2)
    expect(await world.storeCalls(() => world.twoFactor.account.status({ userId: 'ada' }))).toBe(1)
    expect(await world.storeCalls(() => world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken }))).toBe(1)
    expect(await world.storeCalls(() => world.twoFactor.challenge.begin({ userId: 'nobody' }))).toBe(1)
  })
})
