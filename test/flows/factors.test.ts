import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolSms,
  enrolTotp,
  pass,
  PHONE,
  phoneWorld,
  proofOf,
  trustedBrowser,
  typeWrongCodes,
} from '../support/people.js'
import { makeWorld } from '../support/world.js'

describe('listing factors', () => {
  it('shows the oldest first, and no secret', async () => {
    const { world, ada } = await phoneWorld()
    const app = await enrolTotp(world, 'ada', { proof: ada.proof, name: 'Tablet' })
    expect(await world.twoFactor.factors.list({ userId: 'ada' })).toEqual({
      status: 'listed',
      factors: [
        { ...ada.factor, preferred: false },
        { ...app.factor, preferred: true, name: 'Tablet' },
      ],
    })
  })

  it('shows when each was last accepted for a challenge', async () => {
    const { world, ada } = await appWorld()
    const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    await pass(world, ada)
    const usedAt = world.clock.now()
    world.clock.advanceSeconds(86_400)
    await typeWrongCodes(world, ada, 1)
    await begin(world, 'ada', { factorId: phone.factor.id })
    const { factors } = await world.twoFactor.factors.list({ userId: 'ada' })
    expect(factors.map(({ id, lastUsedAt }) => [id, lastUsedAt])).toEqual([
      [ada.factor.id, usedAt],
      [phone.factor.id, null],
    ])
  })

  it('shows nothing of somebody who has none', async () => {
    expect(await makeWorld().twoFactor.factors.list({ userId: 'ada' })).toEqual({ status: 'listed', factors: [] })
  })
})

describe('renaming a factor', () => {
  it('needs no proof, and null takes the name away', async () => {
    const { world, ada } = await appWorld()
    const { factors } = world.twoFactor
    const factorId = ada.factor.id
    expect(await factors.rename({ userId: 'ada', factorId, name: 'Old phone' })).toEqual({
      status: 'renamed',
      factor: { ...ada.factor, name: 'Old phone' },
    })
    expect(await factors.rename({ userId: 'ada', factorId, name: null })).toEqual({
      status: 'renamed',
      factor: ada.factor,
    })
    expect(world.heard('factor-renamed')).toHaveLength(2)
  })

  it.each([
    ['control and direction characters', 'a\u0000b\u202ec\n\td', 'a b c d'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['too many bytes', 'é'.repeat(30), 'é'.repeat(20)],
    ['an emoji at the edge', `${'x'.repeat(38)}😀`, 'x'.repeat(38)],
    ['quotes, which take two bytes each', '"'.repeat(40), '"'.repeat(20)],
    ['only blanks', ' \n\t ', null],
  ])('makes %s plain', async (_what, given, name) => {
    const { world, ada } = await appWorld()
    const renamed = await world.twoFactor.factors.rename({ userId: 'ada', factorId: ada.factor.id, name: given })
    expect(must(renamed, 'renamed').factor.name).toBe(name)
  })

  it('is refused for a factor that is not there, or not theirs', async () => {
    const { world } = await appWorld()
    const bob = await enrolTotp(world, 'bob')
    for (const factorId of ['no such factor', bob.factor.id]) {
      expect(await world.twoFactor.factors.rename({ userId: 'ada', factorId, name: 'Mine' })).toEqual({
        status: 'refused',
        reason: 'unknown-factor',
        retryAt: null,
      })
    }
  })

  it('ends nothing', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    await world.twoFactor.factors.rename({ userId: 'ada', factorId: ada.factor.id, name: 'Old phone' })
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
  })
})

describe('preferring a factor', () => {
  it('needs a proof, and has sign-in ask for it first', async () => {
    const { world, ada } = await appWorld()
    const { factors } = world.twoFactor
    const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    const factorId = phone.factor.id
    expect(await factors.prefer({ userId: 'ada', factorId, proof: '' })).toMatchObject({ reason: 'proof-required' })
    expect(await factors.prefer({ userId: 'ada', factorId, proof: 'nonsense' })).toMatchObject({
      reason: 'proof-invalid',
    })
    expect(await factors.prefer({ userId: 'ada', factorId: 'no such', proof: ada.proof })).toMatchObject({
      reason: 'unknown-factor',
    })
    expect(await factors.prefer({ userId: 'ada', factorId, proof: ada.proof })).toEqual({
      status: 'preferred',
      factor: { ...phone.factor, preferred: true },
    })
    expect((await begin(world, 'ada')).factor.id).toBe(factorId)
    expect(world.heard('factor-preferred')).toMatchObject([{ factorId, factorKind: 'sms' }])
  })
})

describe('removing a factor', () => {
  it('needs a proof', async () => {
    const { world, ada } = await appWorld()
    const { factors } = world.twoFactor
    const input = { userId: 'ada', factorId: ada.factor.id }
    expect(await factors.remove({ ...input, proof: '' })).toEqual({
      status: 'refused',
      reason: 'proof-required',
      retryAt: null,
    })
    expect(await factors.remove({ ...input, proof: 'nonsense' })).toMatchObject({ reason: 'proof-invalid' })
    expect(await factors.remove({ ...input, proof: await proofOf(world, ada, 'visit 7') })).toMatchObject({
      reason: 'proof-invalid',
    })
    expect(await factors.list({ userId: 'ada' })).toMatchObject({ factors: [{ id: ada.factor.id }] })
  })

  it('leaves the others', async () => {
    const { world, ada } = await appWorld()
    const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    const removed = await world.twoFactor.factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof })
    expect(removed).toMatchObject({ status: 'removed', factor: { id: ada.factor.id }, enabled: true })
    expect(await world.twoFactor.account.status({ userId: 'ada' })).toMatchObject({
      factors: [{ id: phone.factor.id, preferred: true }],
      recoveryCodesRemaining: 10,
    })
    expect(world.heard('factor-removed')).toMatchObject([
      { factorId: ada.factor.id, factorKind: 'totp', last: false, actor: null },
    ])
    expect(world.heard('disabled')).toEqual([])
    await pass(world, phone)
  })

  it('that was preferred, leaves no preference behind', async () => {
    const { world, ada } = await appWorld()
    const phone = await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    const second = await enrolSms(world, 'ada', '+447400123456', { proof: ada.proof })
    must(
      await world.twoFactor.factors.prefer({ userId: 'ada', factorId: second.factor.id, proof: ada.proof }),
      'preferred',
    )
    must(
      await world.twoFactor.factors.remove({ userId: 'ada', factorId: second.factor.id, proof: ada.proof }),
      'removed',
    )
    const { factors } = await world.twoFactor.factors.list({ userId: 'ada' })
    expect(factors.map(({ id, preferred }) => [id, preferred])).toEqual([
      [ada.factor.id, true],
      [phone.factor.id, false],
    ])
  })

  it('that was the last, takes the recovery codes along and switches two-factor authentication off', async () => {
    const { world, ada } = await appWorld()
    const { account, challenge, factors } = world.twoFactor
    expect(await factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof })).toMatchObject({
      status: 'removed',
      enabled: false,
    })
    expect(await account.status({ userId: 'ada' })).toMatchObject({ enabled: false, recoveryCodesRemaining: 0 })
    expect(await challenge.begin({ userId: 'ada' })).toEqual({ status: 'not-required' })
    expect(world.heard('factor-removed')).toMatchObject([{ last: true }])
    expect(world.heard('disabled')).toHaveLength(1)
  })

  it('that is the last, is refused where one is required', async () => {
    const { world, ada } = await appWorld()
    const input = { userId: 'ada', factorId: ada.factor.id, proof: ada.proof, required: true }
    expect(await world.twoFactor.factors.remove(input)).toEqual({
      status: 'refused',
      reason: 'last-factor-required',
      retryAt: null,
    })
  })

  it('tells a phone number that it gets no more codes, in the language asked for', async () => {
    const { world, ada } = await phoneWorld()
    must(
      await world.twoFactor.factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof, locale: 'de' }),
      'removed',
    )
    expect(world.inbox.last(PHONE)).toMatchObject({ purpose: 'notice', code: null })
    expect(world.inbox.last(PHONE).text).toContain('wurde entfernt')
    expect(world.heard('text-sent').at(-1)).toMatchObject({
      purpose: 'notice',
      country: 'US',
      channel: 'sms',
      destination: '•••• 0123',
    })
  })

  it('works although the phone cannot be told', async () => {
    const { world, ada } = await phoneWorld()
    world.inbox.fail('unreachable')
    must(await world.twoFactor.factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof }), 'removed')
    expect(world.heard('text-not-sent')).toMatchObject([{ purpose: 'notice', reason: 'unreachable' }])
  })

  it('that is not there, or not theirs, is refused', async () => {
    const { world, ada } = await appWorld()
    const bob = await enrolTotp(world, 'bob')
    for (const factorId of ['no such factor', bob.factor.id, '__proto__']) {
      expect(await world.twoFactor.factors.remove({ userId: 'ada', factorId, proof: ada.proof })).toMatchObject({
        reason: 'unknown-factor',
      })
    }
    expect(
      await world.twoFactor.factors.remove({ userId: 'bob', factorId: bob.factor.id, proof: ada.proof }),
    ).toMatchObject({ reason: 'proof-invalid' })
  })

  it('ends the proof that removed it', async () => {
    const { world, ada } = await appWorld()
    await trustedBrowser(world, ada)
    await enrolSms(world, 'ada', PHONE, { proof: ada.proof })
    must(await world.twoFactor.factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof }), 'removed')
    expect(await world.twoFactor.challenge.checkProof({ userId: 'ada', proof: ada.proof })).toEqual({
      status: 'invalid',
    })
  })
})
