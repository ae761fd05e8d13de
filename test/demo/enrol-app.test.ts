import { authenticator } from 'countersign/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { AUTHENTICATOR_APPS } from '../../examples/demo/views/authenticator-apps.js'
import { type DemoPortal, startDemo } from './demo-portal.js'
import { BEN, signedIn } from './steps.js'
import type { Reply, Visitor } from './visitor.js'

describe('enrolling an app in the demo, on the phone that the app is on', () => {
  let portal: DemoPortal
  let visitor: Visitor
  beforeEach(async () => {
    portal = await startDemo()
    visitor = await signedIn(portal, BEN)
  })
  afterEach(() => portal.close())

  const begin = async (): Promise<Reply> => {
    await visitor.get('/enrol')
    return visitor.submit('/enrol', { method: 'app' })
  }

  test('a link hands the secret to the app that is installed, whose code is then right', async () => {
    const { html } = await begin()
    const [, href = ''] = /<a class="button quiet" href="(otpauth:[^"]+)"[^>]*>Open in your app</.exec(html) ?? []
    const app = authenticator(href.replaceAll('&amp;', '&'))
    expect(app).toMatchObject({ issuer: 'Willow Street Clinic', accountName: BEN })
    const confirmed = await visitor.post('/enrol/app', { code: app.code(portal.clock.now()) })
    expect(confirmed).toMatchObject({ location: '/recovery-codes' })
  })

  test('each suggested app is a tap away in either store', async () => {
    const { html } = await begin()
    expect(AUTHENTICATOR_APPS.map(({ name }) => name)).toEqual([
      'Google Authenticator',
      'Microsoft Authenticator',
      'Authy',
    ])
    for (const { name, appStore, googlePlay } of AUTHENTICATOR_APPS) {
      for (const [store, href] of [
        ['App Store', appStore],
        ['Google Play', googlePlay],
      ] as const)
        expect(html).toContain(`<a href="${href}" rel="noreferrer" aria-label="${name}, ${store}">${store}</a>`)
    }
  })

  test('the secret is there to be copied, the same as in the link', async () => {
    const { html } = await begin()
    const [, secret = ''] = /id="secret"[^>]*>([A-Z2-7 ]+)</.exec(html) ?? []
    expect(html).toContain(`secret=${secret.replaceAll(' ', '')}`)
    expect(html).toContain('data-copy="secret"')
  })

  test('the page says how long it is open', async () => {
    expect((await begin()).html).toContain('You have about 10 minutes from when this page was opened.')
    portal.clock.advanceSeconds(540)
    expect((await visitor.get('/enrol/app')).html).toContain('You have about 60 seconds')
  })

  test('in French too', async () => {
    await visitor.post('/language', { locale: 'fr', back: '/' })
    expect((await begin()).html).toContain('Ouvrir dans l’application')
  })
})
