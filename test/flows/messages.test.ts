import { describe, expect, it } from 'vitest'
import type { MessageRequest } from '../../src/sms/message.js'
import { expectCode, must } from '../support/outcome.js'
import { begin, enrolSms, phoneWorld, PHONE } from '../support/people.js'
import { makeWorld } from '../support/world.js'

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

  it('shows a short binding of a step-up, on a resend too', async () => {
    const { world } = await phoneWorld()
    const binding = 'EUR 100 to Bob'
    const { token } = await begin(world, 'ada', { purpose: 'step-up', binding })
    expect(world.inbox.last().text).toContain(binding)
    world.clock.advanceSeconds(30)
    must(await world.twoFactor.challenge.resend({ token }), 'sent')
    expect(world.inbox.last().text).toContain(binding)
  })

  it('does not show a binding beyond 96 bytes, of which only a digest is kept', async () => {
    const { world } = await phoneWorld()
    await begin(world, 'ada', { purpose: 'step-up', binding: `EUR 100 to ${'Bob '.repeat(24)}` })
    expect(world.inbox.last().text).not.toContain('Bob')
  })

  it('is what a template of the host makes of it', async () => {
    const requests: MessageRequest[] = []
    const message = (request: MessageRequest): string => {
      requests.push(request)
      return `${request.code ?? 'No more codes here'}. ${request.issuer}`
    }
    const { world, ada } = await phoneWorld({ texts: { message } })
    await begin(world, 'ada', { purpose: 'step-up', binding: 'EUR 100 to Bob', locale: 'pt-BR' })
    expect(world.inbox.last().text).toBe(`${ada.code()}. Acme`)
    expect(requests.at(-1)).toEqual({
      purpose: 'step-up',
      notice: null,
      issuer: 'Acme',
      code: ada.code(),
      binding: 'EUR 100 to Bob',
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
