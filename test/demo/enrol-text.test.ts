import { SmsDeliveryError } from 'countersign'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { internationalNumber } from '../../examples/demo/countries.js'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, signedIn } from './steps.js'
import type { Reply, Visitor } from './visitor.js'

describe('enrolling a phone number in the demo', () => {
  let portal: DemoPortal
  let visitor: Visitor
  beforeEach(async () => {
    portal = await startDemo()
    visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol/text')
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await portal.close()
  })

  const send = (number = '(415) 555-0123', country = 'US'): Promise<Reply> =>
    visitor.submit('/enrol/text', { country, number })

  test('the whole number is shown in international form, so that a slip of the finger is seen', async () => {
    expect((await send()).html).toContain('We sent a text message with a 6-digit code to +1 415 555 0123.')
    await visitor.get('/enrol/text')
    expect((await send('06 12 34 56 78', 'FR')).html).toContain('+33 6 12 34 56 78')
    await visitor.get('/enrol/text')
    expect((await send('+44 7400 123456', 'FR')).html).toContain('+44 7400 123456')
  })

  test('whatever is typed is shown as text', () => {
    expect(internationalNumber('  <b>1</b> ', undefined)).toBe('<b>1</b>')
    expect(internationalNumber('9'.repeat(100), 'US')).toHaveLength(40)
  })

  test('whoever gets no text is called, and the number is then texted as ever', async () => {
    expect((await send()).html).toContain('Call me instead')
    portal.clock.advanceSeconds(30)
    const page = await visitor.submit('/enrol/text/resend', { channel: 'voice' })
    expect(page.html).toContain('We are calling +1 415 555 0123 to read a 6-digit code aloud.')
    expect(portal.phone.texts()[0]).toMatchObject({ channel: 'voice', to: '+14155550123' })
    const done = await visitor.post('/enrol/text/code', { code: portal.spokenCode() })
    expect(done).toMatchObject({ location: '/recovery-codes' })
    portal.clock.advanceSeconds(60)
    await portal.visitor().signIn(BEN)
    expect(portal.phone.texts()[0]).toMatchObject({ channel: 'sms' })
  })

  test.each([
    ['unreachable', 'This number cannot receive texts.', { call: true, field: false }],
    ['opted-out', 'This number has asked for no more texts from us.', { call: false, field: false }],
    ['transient', 'We could not hand the text over; it may still arrive.', { call: true, field: true }],
  ] as const)('a text that was not sent (%s) says so and offers other ways', async (reason, why, offers) => {
    vi.spyOn(portal.phone, 'send').mockRejectedValue(new SmsDeliveryError(reason))
    const { html } = await send()
    expect(html).toContain('<h1>The text was not sent</h1>')
    expect(html).toContain('+1 415 555 0123')
    expect(html).toContain(why)
    expect(html).not.toContain('Enter the code we sent')
    expect(html.includes('Call me instead')).toBe(offers.call)
    expect(html.includes('id="code"')).toBe(offers.field)
    expect(html).toContain('Use another number')

    const app = await visitor.submit('/enrol', { method: 'app' })
    expect(app.html).toContain('Set up your authenticator app')
    await visitor.submit('/enrol/app/pretend')
    await visitor.submit('/enrol/app', { code: portal.appCode() })
    expect(await portal.twoFactor.account.status({ userId: BEN_ID })).toMatchObject({ enabled: true })
  })

  test('a number that takes no texts is confirmed by a call', async () => {
    vi.spyOn(portal.phone, 'send').mockRejectedValueOnce(new SmsDeliveryError('unreachable'))
    await send()
    portal.clock.advanceSeconds(30)
    const page = await visitor.submit('/enrol/text/resend', { channel: 'voice' })
    expect(page.html).toContain('<h1>Enter the code we sent</h1>')
    expect(await visitor.post('/enrol/text/code', { code: portal.spokenCode() })).toMatchObject({
      location: '/recovery-codes',
    })
  })
})
