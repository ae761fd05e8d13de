import { describe, expect, it } from 'vitest'
import type { MessageRequest } from '../../src/sms/message.js'
import { expectCode, must } from '../support/outcome.js'
import { appWorld, begin, enrolSms, PHONE, phoneWorld } from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'

describe('the text of a challenge', () => {
  it('is in the language of the reader', async () => {
    const { world } = await phoneWorld()
    for (const [locale, words] of [
      ['de-CH', 'Anmeldecode'],
      ['fr', 'connexion'],
      ['xx', 'sign-in code'],
    ] as const) {
      await begin(world, 'ada', { locale })
      expect(world.inbox.last().text).toContain(words)
    }
  })

  it('of a resend and a switch, is in the language given there', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { locale: 'de' })
    world.clock.advanceSeconds(30)
    await challenge.resend({ token, locale: 'fr' })
    expect(world.inbox.last().text).toContain('connexion')
    world.clock.advanceSeconds(60)
    await challenge.switchFactor({ token, factorId: ada.factor.id, locale: 'es' })
    expect(world.inbox.last().text).toContain('clave')
  })

  it('ends in a line that only its site can read, when there is an origin', async () => {
    const { world, ada } = await phoneWorld({ texts: { origin: 'https://portal.example' } })
    await begin(world, 'ada')
    expect(world.inbox.last().text.split('\n').at(-1)).toBe(`@portal.example #${ada.code()}`)
  })

  it('shows the summary of a step-up, on a resend and a switch too', async () => {
    const { world, ada } = await phoneWorld()
    const { challenge } = world.twoFactor
    const summary = 'EUR 100 to Bob'
    const { token } = await begin(world, 'ada', { purpose: 'step-up', summary, binding: 'transfer 7' })
    expect(world.inbox.last().text).toContain(`"${summary}"`)
    world.clock.advanceSeconds(30)
    must(await challenge.resend({ token }), 'sent')
    expect(world.inbox.last().text).toContain(`"${summary}"`)
    world.clock.advanceSeconds(60)
    must(await challenge.switchFactor({ token, factorId: ada.factor.id, locale: 'de' }), 'challenged')
    expect(world.inbox.last().text).toContain(`"${summary}"`)
  })

  it.each(['sign-in', 'step-up'] as const)('never shows the binding of a %s', async (purpose) => {
    const { world } = await phoneWorld()
    await begin(world, 'ada', { purpose, binding: 'EUR 100 to Bob' })
    expect(world.inbox.last().text).not.toContain('Bob')
  })

  it('shows a summary that phones make no link of', async () => {
    const { world } = await phoneWorld()
    await begin(world, 'ada', { purpose: 'step-up', summary: 'https://evil.example/x and 192.0.2.1' })
    expect(world.inbox.last().text).not.toMatch(/https:\/\/|evil\.example|192\.0\.2\.1/)
  })

  it.each([
    ['of a sign-in, which shows none', { summary: 'EUR 100 to Bob' }],
    ['of nothing', { purpose: 'step-up', summary: '' }],
    ['of signs alone', { purpose: 'step-up', summary: '!?' }],
    ['with a letter that the alphabet cannot write', { purpose: 'step-up', summary: 'EUR 100 to 東京' }],
    ['too long to be shown whole', { purpose: 'step-up', summary: `EUR 100 to ${'Bob '.repeat(24)}` }],
    ['that fits in English and not in French', { purpose: 'step-up', summary: `EUR 100 to ${'x'.repeat(79)}` }],
    ['beyond 603 bytes', { purpose: 'step-up', summary: 'x'.repeat(604) }],
    ['that is no well-formed text', { purpose: 'step-up', summary: 'EUR 100 to \ud800' }],
  ] as const)('is not written for a summary %s: nothing is sent or spent', async (_what, input) => {
    const { world } = await phoneWorld()
    const before = await contents(world.data)
    const error = await expectCode(world.twoFactor.challenge.begin({ userId: 'ada', ...input }), 'ERR_SUMMARY_INVALID')
    expect(error.message).not.toContain('100')
    expect(await contents(world.data)).toEqual(before)
    expect([world.inbox.attempts, world.events]).toEqual([0, []])
  })

  it('of a summary that no text can show is refused also when an app is asked for, which could be switched', async () => {
    const { world } = await appWorld()
    const input = { userId: 'ada', purpose: 'step-up', summary: 'EUR 100 to 東京' } as const
    await expectCode(world.twoFactor.challenge.begin(input), 'ERR_SUMMARY_INVALID')
  })

  it('is what a template of the host makes of it', async () => {
    const requests: MessageRequest[] = []
    const message = (request: MessageRequest): string => {
      requests.push(request)
      const { code, issuer, summary } = request
      return `${code ?? 'No more codes here'}. ${issuer}${summary === null ? '' : `. ${summary}`}`
    }
    const { world, ada } = await phoneWorld({ texts: { message } })
    await begin(world, 'ada', { purpose: 'step-up', binding: 'transfer 7', summary: 'EUR 100 to Bob', locale: 'pt-BR' })
    expect(world.inbox.last().text).toBe(`${ada.code()}. Acme. EUR 100 to Bob`)
    expect(requests.at(-1)).toEqual({
      purpose: 'step-up',
      channel: 'sms',
      notice: null,
      issuer: 'Acme',
      code: ada.code(),
      summary: 'EUR 100 to Bob',
      minutes: 5,
      locale: 'pt-BR',
    })
  })
})

describe('a template that fails later', () => {
  it('stops the operation: nothing is sent or spent', async () => {
    let broken = false
    const message = ({ code, issuer }: MessageRequest): string => {
      if (broken) throw new Error(`cannot write ${code ?? ''}`)
      return `${code ?? 'No more codes here'}. ${issuer}`
    }
    const { world } = await phoneWorld({ texts: { message } })
    broken = true
    const before = await world.data.get('user:default:ada')
    const error = await expectCode(world.twoFactor.challenge.begin({ userId: 'ada' }), 'ERR_MESSAGE_INVALID')
    expect(error.cause).toBeUndefined()
    expect(await world.data.get('user:default:ada')).toBe(before)
    expect(world.inbox.attempts).toBe(0)
  })

  it('does not undo a removal whose notice it was to write', async () => {
    let broken = false
    const message = ({ code, issuer }: MessageRequest): string => {
      if (broken) throw new Error('cannot')
      return `${code ?? 'No more codes here'}. ${issuer}`
    }
    const { world, ada } = await phoneWorld({ texts: { message } })
    broken = true
    must(await world.twoFactor.factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof }), 'removed')
    expect(world.heard('text-not-sent')).toMatchObject([{ purpose: 'notice', reason: 'delivery-failed' }])
  })
})

describe('a notice', () => {
  it('that a process without text messages cannot send fails nothing, and is told of', async () => {
    const { world, ada } = await phoneWorld()
    const without = world.process({ texts: null })
    must(await without.factors.remove({ userId: 'ada', factorId: ada.factor.id, proof: ada.proof }), 'removed')
    expect(world.heard('text-not-sent')).toMatchObject([{ purpose: 'notice', reason: 'delivery-failed' }])
  })
})

describe('the notice to a replaced number', () => {
  it('names the issuer and no code', async () => {
    const world = makeWorld()
    const person = await enrolSms(world)
    await enrolSms(world, 'ada', '+447400123456', { proof: person.proof, replaces: person.factor.id })
    const { text } = world.inbox.last(PHONE)
    expect(text).toContain('Acme')
    expect(text).not.toMatch(/\d/)
  })
})

describe('an application that texts nobody', () => {
  it('takes a summary all the same, and resends nothing', async () => {
    const { world, ada } = await appWorld({ texts: null })
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada', { purpose: 'step-up', summary: 'EUR 100 to Bob' })
    expect(await challenge.resend({ token })).toMatchObject({ status: 'rejected', reason: 'unknown-challenge' })
    expect(await challenge.verify({ token, code: ada.code() })).toMatchObject({ status: 'approved' })
  })
})
