import { describe, expect, it, vi } from 'vitest'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import { allOperations } from '../support/operations.js'
import { must } from '../support/outcome.js'
import { begin, pass, PHONE, phoneWorld } from '../support/people.js'
import { leaks, secretsIn, shown, withoutHandedOut, wordsOf } from '../support/secrets.js'
import { contents, OLD_KEY } from '../support/world.js'

/** All that a host may show of an account, or keep of it in a log. */
async function listingsOf({ world }: FullAccount): Promise<readonly unknown[]> {
  const { account, factors, recoveryCodes, trustedDevices } = world.twoFactor
  const input = { userId: 'ada' }
  return Promise.all([
    account.status(input),
    account.statuses({ userIds: ['ada'] }),
    account.activity(input),
    factors.list(input),
    recoveryCodes.status(input),
    trustedDevices.list(input),
  ])
}

/** Every stored byte: the keys, the values, and what each part of a value is in Base64. */
async function storedBytes({ world }: FullAccount): Promise<string> {
  const stored = [...(await contents(world.data))].flat()
  const decoded = stored.flatMap((text) => text.split('.').map((part) => Buffer.from(part, 'base64url')))
  return [...stored, ...decoded.flatMap((bytes) => [bytes.toString('latin1'), bytes.toString('hex')])].join(' ')
}

describe.each(allOperations)('invariant 8, whatever "$name" does: no secret leaves', (operation) => {
  it('by an event, the console, a listing, the rest of the answer or the store', async () => {
    const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) => vi.spyOn(console, method))
    const account = await makeFullAccount(operation.account)
    const outcome = await operation.run(account)
    const again = await operation.run(account).catch((error: unknown) => error)
    for (const method of consoles) {
      expect(method).not.toHaveBeenCalled()
      method.mockRestore()
    }
    const created = [outcome, again].flatMap(secretsIn)
    expect(leaks(account, shown(account.world.events), created)).toEqual([])
    expect(leaks(account, shown([outcome, again].map(withoutHandedOut)), created)).toEqual([])
    expect(leaks(account, shown(await listingsOf(account)), created)).toEqual([])
    expect(leaks(account, await storedBytes(account), created)).toEqual([])
    expect(leaks(account, shown(account.world.twoFactor), created)).toEqual([])
  })
})

describe('the scan for secrets', () => {
  it('finds each secret that an account holds, or that an answer hands out, wherever it stands', async () => {
    const account = await makeFullAccount()
    const { enrolment, recoveryCodes } = account.world.twoFactor
    const { proof } = account
    const answers = [
      await enrolment.beginTotp({ userId: 'ada', accountName: 'ada', proof }),
      await recoveryCodes.regenerate({ userId: 'ada', proof }),
      await account.world.twoFactor.challenge.verify({
        token: account.token,
        code: account.appCode(),
        trustDevice: { name: 'Firefox' },
      }),
    ]
    const created = answers.flatMap(secretsIn)
    // What is escaped already would be so twice.
    const plain = created.filter((text) => !text.includes('\\'))
    for (const planted of [account.accessPass, account.proof, account.textCode, PHONE, account.appUri, ...plain])
      expect(leaks(account, wordsOf(new Error('x', { cause: { deep: [{ planted }] } })), created)).not.toEqual([])
    expect(plain.length).toBeGreaterThan(40)
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
