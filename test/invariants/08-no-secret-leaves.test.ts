import { describe, expect, it, vi } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { operations } from '../support/operations.js'
import { must } from '../support/outcome.js'
import { begin, pass, PHONE, phoneWorld } from '../support/people.js'
import { leaks } from '../support/secrets.js'
import { contents, OLD_KEY } from '../support/world.js'

/** How operations end whose answers may be shown to anybody who looks at the account. */
const listings = ['listed', 'known', 'rejected', 'renamed', 'preferred', 'removed', 'sent', 'acknowledged', 'valid']

describe.each(operations)('invariant 8, whatever "$name" does: no secret leaves', (operation) => {
  it('by an event, the console, a listing or the store', async () => {
    const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) => vi.spyOn(console, method))
    const account = await makeFullAccount(operation.account)
    const outcome = await operation.run(account)
    await operation.run(account).catch(() => undefined)
    for (const method of consoles) {
      expect(method).not.toHaveBeenCalled()
      method.mockRestore()
    }
    expect(leaks(account, JSON.stringify(account.world.events))).toEqual([])
    expect(leaks(account, JSON.stringify([...(await contents(account.world.data))]))).toEqual([])
    if (listings.includes(operation.ends)) expect(leaks(account, JSON.stringify(outcome))).toEqual([])
  })
})

describe('invariant 8: no secret leaves', () => {
  it('by an event, a listing or the store, whatever happens in a life', async () => {
    const { world, ada } = await phoneWorld()
    const { account, admin, challenge, enrolment, factors, recoveryCodes, trustedDevices } = world.twoFactor
    const approved = await pass(world, ada, { trustDevice: { name: 'Firefox' } })
    const { proof } = approved
    const started = must(await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }), 'started')
    const { pass: accessPass } = must(await admin.issueAccessPass({ userId: 'ada', actor: 'staff' }), 'issued')
    world.inbox.fail()
    const failed = await begin(world, 'ada')
    world.inbox.work()
    const { token } = await begin(world, 'ada')
    await challenge.verify({ token, code: ada.wrongCode() })
    await challenge.redeemRecoveryCode({ token, recoveryCode: '0000-0000-0000-0000-0000-0000' })
    await challenge.redeemRecoveryCode({ token, recoveryCode: ada.recoveryCodes[0] ?? '' })
    const secrets = [
      PHONE.slice(1),
      ...ada.recoveryCodes,
      accessPass,
      Buffer.from(OLD_KEY.secret as Uint8Array).toString('base64url'),
      ...[proof, approved.trustedDevice?.token ?? '', failed.token, token, started.secret],
      ...world.inbox.messages.flatMap(({ code }) => (code === null ? [] : [code])),
    ]
    const said = JSON.stringify([
      world.events,
      await account.status({ userId: 'ada' }),
      await account.activity({ userId: 'ada' }),
      await factors.list({ userId: 'ada' }),
      await recoveryCodes.status({ userId: 'ada' }),
      await trustedDevices.list({ userId: 'ada' }),
      [...(await contents(world.data))],
    ])
    for (const secret of secrets) expect(said).not.toContain(secret)
    expect(world.events.length).toBeGreaterThan(10)
  })
})
