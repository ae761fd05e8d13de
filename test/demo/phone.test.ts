import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixedClock } from 'countersign/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDataFolder } from '../../examples/demo/data-folder.js'
import { createPhone } from '../../examples/demo/phone.js'
import { openStore } from '../../examples/demo/store.js'
import { type DemoPortal, START, startDemo } from './demo-portal.js'
import { BEN, BEN_ID, CHLOE, enrolApp, enrolText, OWNER, signedIn } from './steps.js'

describe('the pretend phone', () => {
  let portal: DemoPortal
  beforeEach(async () => {
    portal = await startDemo()
  })
  afterEach(() => portal.close())
  const labels = (): string[] => portal.phone.apps().map(({ label }) => label)

  test('a restart locks nobody out who enrolled with its authenticator app', async () => {
    await enrolApp(portal, await signedIn(portal, BEN))
    await portal.restart()
    portal.clock.advanceSeconds(60)
    const visitor = await signedIn(portal, BEN)
    expect(await visitor.post('/sign-in/code', { code: portal.appCode() })).toMatchObject({ location: '/' })
  })

  test('everybody’s app stays on it, named by account', async () => {
    const everyone = [BEN, CHLOE, OWNER, 'dana@willow.example']
    for (const email of everyone) await enrolApp(portal, await signedIn(portal, email))
    expect(labels()).toEqual(everyone.reverse())
  })

  test('an app goes with its factor: switched off, removed, reset, replaced', async () => {
    await enrolApp(portal, await signedIn(portal, CHLOE))
    const ends: ((visitor: Awaited<ReturnType<typeof signedIn>>) => Promise<unknown>)[] = [
      (visitor) => visitor.post('/account/disable'),
      async (visitor) => {
        const [factor] = (await portal.twoFactor.account.status({ userId: BEN_ID })).factors
        return visitor.post(`/account/factors/${factor?.id ?? ''}/remove`)
      },
      () => portal.twoFactor.admin.reset({ userId: BEN_ID, actor: 'person-1' }),
    ]
    for (const end of ends) {
      const visitor = await signedIn(portal, BEN)
      await enrolApp(portal, visitor)
      expect(labels()).toEqual([BEN, CHLOE])
      await visitor.get('/account')
      await end(visitor)
      expect(labels()).toEqual([CHLOE])
    }
    const visitor = await signedIn(portal, BEN)
    await enrolApp(portal, visitor)
    const [factor] = (await portal.twoFactor.account.status({ userId: BEN_ID })).factors
    portal.clock.advanceSeconds(60)
    await visitor.get(`/enrol?replaces=${factor?.id ?? ''}`)
    await visitor.follow(await visitor.post(`/enrol?replaces=${factor?.id ?? ''}`, { method: 'app' }))
    await visitor.follow(await visitor.post('/enrol/app/pretend'))
    expect(labels()).toEqual([BEN, BEN, CHLOE])
    await visitor.post('/enrol/app', { code: portal.appCode() })
    expect(labels()).toEqual([BEN, CHLOE])
  })

  test('what was scanned and never confirmed is forgotten with its enrolment', async () => {
    const visitor = await signedIn(portal, BEN)
    await visitor.get('/enrol')
    await visitor.follow(await visitor.post('/enrol', { method: 'app' }))
    await visitor.post('/enrol/app/pretend')
    expect(labels()).toEqual([BEN])
    portal.clock.advanceSeconds(600)
    expect(labels()).toEqual([])
  })

  test('texts are still there after a restart', async () => {
    await enrolText(portal, await signedIn(portal, BEN))
    const texts = portal.phone.texts()
    await portal.restart()
    expect(portal.phone.texts()).toEqual(texts)
  })

  test('it remembers in the engine of the accounts', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-phone-'))
    const clock = fixedClock(START)
    const uri = 'otpauth://totp/Willow:ben?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Willow'
    for (const boot of ['first', 'second']) {
      const data = await openDataFolder(folder)
      const { phoneStore, close } = await openStore(null, data)
      const phone = await createPhone(clock, phoneStore)
      if (boot === 'first') {
        await phone.scan({ userId: 'person-2', enrolmentId: 'e', uri })
        await phone.confirmed('e', 'f')
      } else expect(phone.apps()).toMatchObject([{ label: 'ben' }])
      await close()
      await data?.release()
    }
    await rm(folder, { recursive: true })
  })
})
