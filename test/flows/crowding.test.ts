import { describe, expect, it } from 'vitest'
import { must } from '../support/outcome.js'
import {
  appWorld,
  begin,
  enrolTotp,
  pass,
  passkeyWorld,
  phoneWorld,
  trustedBrowser,
  typeWrongCodes,
} from '../support/people.js'
import { contents, START, type World } from '../support/world.js'

const crowds = [6, 60, 600]

/** Somebody who knows the password begins so many challenges, every third with an address of its own, and cancels every fifth. */
async function crowd({ twoFactor }: World, times: number, factorId?: string): Promise<readonly string[]> {
  const tokens: string[] = []
  for (let count = 0; count < times; count++) {
    const clientAddress = count % 3 === 0 ? `203.0.113.${count % 250}` : undefined
    const begun = await twoFactor.challenge.begin({ userId: 'ada', factorId, clientAddress, binding: `${count}` })
    if (!('token' in begun) || begun.token === null) throw new Error(`no token with ${begun.status}`)
    tokens.push(begun.token)
    if (count % 5 === 0) await twoFactor.challenge.cancel({ token: begun.token })
  }
  return tokens
}

describe.each(crowds)('%i further begins by somebody who knows the password', (times) => {
  it("leave the owner's challenge by app open", async () => {
    const { world, ada } = await appWorld()
    const { token } = await begin(world, 'ada')
    await crowd(world, times)
    must(await world.twoFactor.challenge.verify({ token, code: ada.code() }), 'approved')
    await pass(world, ada)
  })

  it("leave the owner's text code good", async () => {
    const { world, ada } = await phoneWorld()
    const { token } = await begin(world, 'ada')
    const code = ada.code()
    await crowd(world, times)
    must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
  })

  it("leave the owner's recovery codes good, on a challenge of before and on a new one", async () => {
    const { world, ada } = await appWorld()
    const { challenge } = world.twoFactor
    const { token } = await begin(world, 'ada')
    await crowd(world, times)
    const [first = '', second = ''] = ada.recoveryCodes
    must(await challenge.redeemRecoveryCode({ token, recoveryCode: first }), 'approved')
    const again = await begin(world, 'ada')
    must(await challenge.redeemRecoveryCode({ token: again.token, recoveryCode: second }), 'approved')
  })

  it("leave the owner's passkey and trusted browser good", async () => {
    const { world, ada } = await passkeyWorld()
    const app = await enrolTotp(world, 'ada', { proof: ada.proof })
    const trustedDeviceToken = await trustedBrowser(world, app)
    const { token, passkey } = await begin(world, 'ada')
    await crowd(world, times)
    must(await world.twoFactor.challenge.begin({ userId: 'ada', trustedDeviceToken }), 'trusted')
    must(await world.twoFactor.challenge.verify({ token, response: ada.passkey.get(passkey) }), 'approved')
  })

  it('do not make the record grow', async () => {
    const { world } = await phoneWorld()
    await crowd(world, times)
    const record = (await contents(world.data)).get('user:default:ada') ?? ''
    expect(Buffer.byteLength(record)).toBeLessThan(4096)
  })
})

describe('texts to the phone of somebody whose password is known', () => {
  it('are at most what the budgets allow, and each of their codes is good for its own challenge', async () => {
    const { world } = await phoneWorld({ policy: { textsPerNumberTenMinutes: 20 } })
    const { challenge } = world.twoFactor
    world.clock.advanceSeconds(3600)
    const codes: [token: string, code: string][] = []
    for (let count = 0; count < 30; count++) {
      const { token, delivery } = await begin(world, 'ada')
      if (delivery?.status === 'sent') codes.push([token, world.inbox.lastCode()])
    }
    expect(codes).toHaveLength(10)
    for (const [token, code] of codes) must(await challenge.verify({ token, code }), 'approved')
  })
})

describe("a stranger's wrong codes", () => {
  it('lock codes, and leave what is no guess to the owner', async () => {
    const { world, ada } = await passkeyWorld({ policy: { wrongCodesUntilSuspended: 10 } })
    const app = await enrolTotp(world, 'ada', { proof: ada.proof })
    const trustedDeviceToken = await trustedBrowser(world, app)
    const byPasskey = await begin(world, 'ada')
    const byApp = await begin(world, 'ada', { factorId: app.factor.id })
    await typeWrongCodes(world, app, 10)
    const { challenge } = world.twoFactor
    must(await challenge.begin({ userId: 'ada', trustedDeviceToken }), 'trusted')
    expect(await challenge.verify({ token: byApp.token, code: app.code() })).toMatchObject({ reason: 'suspended' })
    const recoveryCode = ada.recoveryCodes[0] ?? ''
    must(await challenge.redeemRecoveryCode({ token: byApp.token, recoveryCode }), 'approved')
    const response = ada.passkey.get(byPasskey.passkey)
    must(await challenge.verify({ token: byPasskey.token, response }), 'approved')
    expect(world.clock.now()).toBeLessThan(START + 600_000)
  })
})
