import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolTotp,
  pass,
  passByPasskey,
  passkeyWorld,
  phoneWorld,
  trustedBrowser,
  typeWrongCodes,
} from '../support/people.js'
import { makeWorld, NEW_KEY, START } from '../support/world.js'

const MONTH_SECONDS = 2_592_000
const DAY = 86_400_000

describe('a trusted device', () => {
  it('comes with an approval, only when asked for, ready for a cookie', async () => {
    const { world, ada } = await appWorld()
    const { twoFactor, heard } = world
    expect((await pass(world, ada)).trustedDevice).toBeNull()
    const trustDevice = { name: ' Firefox\non Linux ', details: ' Berlin\n' }
    const { trustedDevice } = await pass(world, ada, { trustDevice })
    const at = START + 60_000
    const { id, token } = trustedDevice ?? { id: '', token: '' }
    expect(trustedDevice).toEqual({
      id,
      name: 'Firefox on Linux',
      details: 'Berlin',
      trustedAt: at,
      lastUsedAt: null,
      expiresAt: at + MONTH_SECONDS * 1000,
      token,
      cookieName: twoFactor.trustedDevices.cookieName({ userId: 'ada' }),
      maxAgeSeconds: MONTH_SECONDS,
    })
    expect(heard('device-trusted')).toEqual([
      {
        type: 'device-trusted',
        userId: 'ada',
        at,
        clientAddress: null,
        deviceId: id,
        deviceName: 'Firefox on Linux',
      },
    ])
    const { devices } = await twoFactor.trustedDevices.list({ userId: 'ada' })
    expect(devices).toEqual([
      {
        id,
        name: 'Firefox on Linux',
        details: 'Berlin',
        trustedAt: at,
        lastUsedAt: null,
        expiresAt: at + MONTH_SECONDS * 1000,
        current: false,
      },
    ])
  })

  it.each([
    ['no details', undefined, null],
    ['null for details', null, null],
    ['blank details', ' \n', null],
    ['long details', 'é'.repeat(30), 'é'.repeat(20)],
  ])('with %s is kept', async (_what, details, kept) => {
    const { world, ada } = await appWorld()
    expect((await pass(world, ada, { trustDevice: { name: 'Firefox', details } })).trustedDevice?.details).toBe(kept)
  })

  it('can be had by text message too', async () => {
    const { world, ada } = await phoneWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({
      status: 'trusted',
    })
  })

  it('can be had by passkey too', async () => {
    const { world, ada } = await passkeyWorld()
    const { trustedDevice } = await passByPasskey(world, ada, { trustDevice: { name: 'Firefox' } })
    const trustedDeviceToken = trustedDevice?.token
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({
      status: 'trusted',
    })
  })

  it('never comes with a rejection', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    await world.twoFactor.challenge.verify({ token, code: ada.wrongCode(), trustDevice: { name: 'Firefox' } })
    expect(await world.twoFactor.trustedDevices.list({ userId: 'ada' })).toEqual({ status: 'listed', devices: [] })
  })

  it('never satisfies a step-up', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    expect(
      await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken, purpose: 'step-up' }),
    ).toMatchObject({ status: 'challenged' })
  })

  it('is never minted by a step-up', async () => {
    const { world, ada } = await appWorld()
    const { trustedDevice } = await pass(world, ada, { purpose: 'step-up', trustDevice: { name: 'Firefox' } })
    expect(trustedDevice).toBeNull()
    expect(world.heard('device-trusted')).toEqual([])
  })

  it('lasts thirty days from the day it was trusted, however often it is used', async () => {
    const { world, ada } = await appWorld()
    const { challenge, trustedDevices } = world.twoFactor
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const trustedAt = world.clock.now()
    for (const days of [10, 20, 29]) {
      world.clock.set(trustedAt + days * 86_400_000)
      expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'trusted' })
    }
    world.clock.set(trustedAt + MONTH_SECONDS * 1000 - 1)
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'trusted' })
    world.clock.advance(1)
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    expect(await trustedDevices.list({ userId: 'ada' })).toEqual({ status: 'listed', devices: [] })
  })

  it('is marked in a list as the one in hand by its token, and by no other', async () => {
    const { world, ada } = await appWorld()
    const { trustedDevices } = world.twoFactor
    const tokens = [await trustedBrowser(world, ada, 'Firefox'), await trustedBrowser(world, ada, 'Chrome')]
    const current = async (token: string | null | undefined) =>
      (await trustedDevices.list({ userId: 'ada', token })).devices
        .filter((device) => device.current)
        .map(({ name }) => name)
    expect(await current(tokens[0])).toEqual(['Firefox'])
    expect(await current(tokens[1])).toEqual(['Chrome'])
    for (const token of [undefined, null, '', 'nonsense', ada.proof]) expect(await current(token)).toEqual([])
  })

  it('writes when it was last used at most once a day', async () => {
    const { world, ada } = await appWorld()
    const { challenge, trustedDevices } = world.twoFactor
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const trustedAt = world.clock.now()
    const swaps = async (at: number): Promise<number> => {
      world.clock.set(at)
      world.store.reset()
      must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'trusted')
      return world.store.calls.filter((verb) => verb === 'swap').length
    }
    const lastUsedAt = async () => (await trustedDevices.list({ userId: 'ada' })).devices[0]?.lastUsedAt
    expect([await swaps(trustedAt + 1000), await swaps(trustedAt + DAY - 1)]).toEqual([0, 0])
    expect(await lastUsedAt()).toBeNull()
    expect([await swaps(trustedAt + DAY), await swaps(trustedAt + DAY + 1)]).toEqual([1, 0])
    expect(await lastUsedAt()).toBe(trustedAt + DAY)
    expect([await swaps(trustedAt + 2 * DAY - 1), await swaps(trustedAt + 2 * DAY)]).toEqual([0, 1])
    expect(await lastUsedAt()).toBe(trustedAt + 2 * DAY)
  })

  it('is revoked alone', async () => {
    const { world, ada } = await appWorld()
    const { challenge, trustedDevices } = world.twoFactor
    const tokens = [await trustedBrowser(world, ada, 'Firefox'), await trustedBrowser(world, ada, 'Chrome')]
    const { devices } = await trustedDevices.list({ userId: 'ada' })
    expect(devices.map(({ name }) => name)).toEqual(['Firefox', 'Chrome'])
    const deviceId = devices[0]?.id ?? ''
    expect(await trustedDevices.revoke({ userId: 'ada', deviceId })).toEqual({ status: 'revoked' })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken: tokens[0] })).toMatchObject({
      status: 'challenged',
    })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken: tokens[1] })).toMatchObject({ status: 'trusted' })
    expect(world.heard('device-revoked')).toMatchObject([{ deviceId }])
    expect(await trustedDevices.revoke({ userId: 'ada', deviceId })).toEqual({ status: 'revoked' })
    expect(world.heard('device-revoked')).toHaveLength(1)
  })

  it('is revoked with all others', async () => {
    const { world, ada } = await appWorld()
    const { challenge, trustedDevices } = world.twoFactor
    const tokens = [await trustedBrowser(world, ada), await trustedBrowser(world, ada)]
    expect(await trustedDevices.revokeAll({ userId: 'ada' })).toEqual({ status: 'revoked' })
    for (const trustedDeviceToken of tokens) {
      expect(await challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({ status: 'challenged' })
    }
    expect(world.heard('devices-revoked')).toMatchObject([{ count: 2 }])
    await trustedDevices.revokeAll({ userId: 'ada' })
    expect(world.heard('devices-revoked')).toHaveLength(1)
  })

  it('is one of at most twenty: the oldest makes room', async () => {
    const { world, ada } = await appWorld()
    const { challenge, trustedDevices } = world.twoFactor
    const tokens: string[] = []
    for (let count = 0; count < 21; count++) tokens.push(await trustedBrowser(world, ada, `Browser ${count}`))
    const { devices } = await trustedDevices.list({ userId: 'ada' })
    expect(devices).toHaveLength(20)
    expect(devices[0]?.name).toBe('Browser 1')
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken: tokens[0] })).toMatchObject({
      status: 'challenged',
    })
    expect(await challenge.begin({ userId: 'ada', trustedDeviceToken: tokens[20] })).toMatchObject({
      status: 'trusted',
    })
  })

  it.each([
    ['locked', 5],
    ['suspended', 10],
  ])('is not shut out while codes are %s', async (_what, times) => {
    const { world, ada } = await appWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    const trustedDeviceToken = await trustedBrowser(world, ada)
    await typeWrongCodes(world, ada, times)
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({
      status: 'trusted',
    })
  })

  it('is trusted for one person only', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    await enrolTotp(world, 'bob')
    expect(await world.twoFactor.challenge.begin({ userId: 'bob', trustedDeviceToken })).toMatchObject({
      status: 'challenged',
    })
  })

  it.each([
    ['nonsense', 'nonsense'],
    ['empty', ''],
    ['a number', 5 as unknown as string],
    ['enormous', 'v1.k1.'.padEnd(100_000, 'A')],
  ])('is not one whose token is %s', async (_what, trustedDeviceToken) => {
    const { world } = await appWorld()
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken })).toMatchObject({
      status: 'challenged',
    })
  })

  it('is not one whose token has another purpose, or whose key or namespace is another', async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken: token })).toMatchObject({
      status: 'challenged',
    })
    expect(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken: ada.proof })).toMatchObject({
      status: 'challenged',
    })
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const elsewhere = world.process({ namespace: 'other', keys: [NEW_KEY] })
    expect(await elsewhere.challenge.begin({ userId: 'ada', trustedDeviceToken })).toEqual({ status: 'not-required' })
  })

  it('has a token that says nothing of its user', async () => {
    const { world, ada } = await appWorld()
    const token = await trustedBrowser(world, ada)
    const payload = Buffer.from(token.split('.')[2] ?? '', 'base64url')
    expect(payload).toHaveLength(32)
    expect(payload.includes('ada')).toBe(false)
  })
})

describe('a policy without trusted devices', () => {
  it('mints none, and honours none that was trusted before', async () => {
    const { world, ada } = await appWorld()
    const trustedDeviceToken = await trustedBrowser(world, ada)
    const { challenge } = world.process({ policy: { trustedDevices: 'off' } })
    const { token } = must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'challenged')
    const approved = await challenge.verify({ token, code: ada.code(), trustDevice: { name: 'Chrome' } })
    expect(must(approved, 'approved').trustedDevice).toBeNull()
    expect(world.heard('device-trusted')).toHaveLength(1)
    expect((await world.twoFactor.trustedDevices.list({ userId: 'ada' })).devices).toHaveLength(1)
  })
})

describe('a cookie that the people of one browser share', () => {
  it('lets each of them skip the challenge, and tells nobody whose tokens it holds', async () => {
    const world = makeWorld()
    const { challenge, trustedDevices } = world.twoFactor
    const userIds = ['ada', 'ben', 'cem']
    let cookie: string | undefined
    for (const userId of userIds) {
      const token = await trustedBrowser(world, await enrolTotp(world, userId))
      cookie = trustedDevices.sharedCookie({ userId, token, cookie })
    }
    const trustedDeviceToken = cookie!
    for (const userId of userIds) {
      must(await challenge.begin({ userId, trustedDeviceToken }), 'trusted')
      const { devices } = await trustedDevices.list({ userId, token: trustedDeviceToken })
      expect(devices).toMatchObject([{ current: true }])
    }
    const stranger = await enrolTotp(world, 'dan')
    must(await challenge.begin({ userId: stranger.userId, trustedDeviceToken }), 'challenged')
    expect(trustedDeviceToken).toMatch(/^[\w.~-]+$/)
    const bytes = trustedDeviceToken.split(/[.~]/).map((part) => Buffer.from(part, 'base64url').toString('latin1'))
    for (const userId of userIds) expect(bytes.join()).not.toContain(userId)
  })

  it('holds one token a person, the newest', async () => {
    const { world, ada } = await appWorld()
    const { challenge, trustedDevices } = world.twoFactor
    const first = await trustedBrowser(world, ada)
    const second = await trustedBrowser(world, ada)
    const cookie = trustedDevices.sharedCookie({ userId: 'ada', token: first })
    expect(trustedDevices.sharedCookie({ userId: 'ada', token: second, cookie })).toBe(second)
    must(await challenge.begin({ userId: 'ada', trustedDeviceToken: second }), 'trusted')
  })

  it('holds the sixteen newest, and drops what is no token', async () => {
    const { world, ada } = await appWorld()
    const { challenge, trustedDevices } = world.twoFactor
    const own = await trustedBrowser(world, ada)
    const others = Array.from(
      { length: 16 },
      (_, index) => `v1.k1.${String(index).padStart(43, 'A')}.${'B'.repeat(43)}`,
    )
    const cookie = trustedDevices.sharedCookie({ userId: 'ada', token: own, cookie: ['', 'x', ...others].join('~') })
    expect(cookie.split('~')).toEqual([own, ...others.slice(0, 14)])
    expect(cookie.length).toBeLessThan(1600)
    must(
      await challenge.begin({ userId: 'ada', trustedDeviceToken: [...others.slice(0, 15), own].join('~') }),
      'trusted',
    )
    must(await challenge.begin({ userId: 'ada', trustedDeviceToken: [...others, own].join('~') }), 'challenged')
  })

  it.each([undefined, null, '', 'x', 7, {}])('takes no token but one of this user: %j', async (token) => {
    const { world, ada } = await appWorld()
    const { trustedDevices } = world.twoFactor
    const refused = { code: 'ERR_TRUST_DEVICE_INVALID', message: "token must be a device token of this user's" }
    expect(() => trustedDevices.sharedCookie({ userId: 'ada', token: token as string })).toThrow(
      expect.objectContaining(refused) as Error,
    )
    const own = await trustedBrowser(world, ada)
    expect(() => trustedDevices.sharedCookie({ userId: 'ben', token: own })).toThrow(
      expect.objectContaining(refused) as Error,
    )
  })
})

describe('the cookie name', () => {
  it('is one per user and namespace, of letters and digits', async () => {
    const { world } = await appWorld()
    const name = (userId: string, namespace = 'default') =>
      world.process({ namespace }).trustedDevices.cookieName({ userId })
    const names = [name('ada'), name('Ada'), name('ada '), name('ada', 'other'), name('1'), name('01')]
    expect(new Set(names).size).toBe(6)
    for (const each of names) expect(each).toMatch(/^[a-z0-9]{8,64}$/)
    expect(name('ada')).toBe(world.twoFactor.trustedDevices.cookieName({ userId: 'ada' }))
  })
})
