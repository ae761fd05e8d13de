import { describe, expect, it } from 'vitest'
import { generateTotp } from '../../src/otp/index.js'
import { must } from '../support/outcome.js'
import { appWorld, begin, enrolTotp, typeWrongCodes, type AppPerson } from '../support/people.js'
import { START, type World } from '../support/world.js'

/** Ada with two authenticator apps, neither of whose codes was used in the last minutes. */
async function twoApps(): Promise<{ world: World; first: AppPerson; second: AppPerson }> {
  const { world, ada: first } = await appWorld()
  const second = await enrolTotp(world, 'ada', { proof: first.proof, name: 'Tablet' })
  world.clock.set(START + 300_000)
  return { world, first, second }
}

describe('somebody with two authenticator apps', () => {
  it.each(['first', 'second'] as const)('may type the code of the %s, and is told which app it was', async (which) => {
    const { world, ...apps } = await twoApps()
    const { token, factor } = await begin(world, 'ada')
    expect(factor.id).toBe(apps.first.factor.id)
    const code = apps[which].app.code(world.clock)
    const approved = must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
    expect(approved).toMatchObject({ method: 'totp', factor: { id: apps[which].factor.id } })
    expect(world.heard('challenge-approved')).toMatchObject([{ factorId: apps[which].factor.id }])
    const { factors } = await world.twoFactor.factors.list({ userId: 'ada' })
    expect(factors.map(({ id, lastUsedAt }) => [id, lastUsedAt])).toEqual(
      [apps.first, apps.second].map(({ factor: { id } }) => [
        id,
        id === apps[which].factor.id ? world.clock.now() : null,
      ]),
    )
  })

  it('has the step burnt of the app that matched, and of no other', async () => {
    const { world, first, second } = await twoApps()
    const { challenge } = world.twoFactor
    const verify = async (code: string) => challenge.verify({ token: (await begin(world, 'ada')).token, code })
    const now = world.clock.now()
    must(await verify(second.app.code(now)), 'approved')
    expect(await verify(second.app.code(now))).toMatchObject({ reason: 'already-used' })
    expect(await verify(second.app.code(now - 30_000))).toMatchObject({ reason: 'already-used' })
    must(await verify(first.app.code(now - 30_000)), 'approved')
    must(await verify(first.app.code(now)), 'approved')
    must(await verify(second.app.code(now + 30_000)), 'approved')
  })

  it('has a wrong code counted once', async () => {
    const { world, first } = await twoApps()
    const { token } = await begin(world, 'ada')
    expect(await world.twoFactor.challenge.verify({ token, code: first.wrongCode() })).toMatchObject({
      reason: 'wrong-code',
      attemptsRemaining: 4,
    })
    await typeWrongCodes(world, first, 4)
    expect(world.heard('locked')).toHaveLength(1)
  })

  it('may type the code of the other app also when one of them was named', async () => {
    const { world, first, second } = await twoApps()
    const { token, factor } = await begin(world, 'ada', { factorId: second.factor.id })
    expect(factor.id).toBe(second.factor.id)
    const code = first.app.code(world.clock)
    const approved = must(await world.twoFactor.challenge.verify({ token, code }), 'approved')
    expect(approved.factor?.id).toBe(first.factor.id)
  })

  it('may no longer type the code of an app that was removed', async () => {
    const { world, first, second } = await twoApps()
    const { challenge, factors } = world.twoFactor
    const input = { userId: 'ada', factorId: second.factor.id, proof: first.proof }
    must(await factors.remove(input), 'removed')
    const { token } = await begin(world, 'ada')
    expect(await challenge.verify({ token, code: second.app.code(world.clock) })).toMatchObject({
      reason: 'wrong-code',
    })
    must(await challenge.verify({ token, code: first.app.code(world.clock) }), 'approved')
  })

  it('may type six digits of the one or eight of the other', async () => {
    const { world, first } = await twoApps()
    const { admin, challenge } = world.twoFactor
    const value = new Uint8Array(20).fill(7)
    const secret = { encoding: 'raw', value } as const
    must(await admin.importTotp({ userId: 'ada', actor: 'staff', secret, digits: 8, lastStep: -1 }), 'imported')
    const verify = async (code: string) => challenge.verify({ token: (await begin(world, 'ada')).token, code })
    const at = world.clock.now()
    const eight = generateTotp(value, { at, digits: 8 })
    expect(await verify(eight.slice(0, 7))).toMatchObject({ reason: 'malformed-code' })
    expect(await verify(eight.slice(2))).toMatchObject({ reason: 'wrong-code', attemptsRemaining: 4 })
    must(await verify(first.app.code(at)), 'approved')
    must(await verify(eight), 'approved')
    expect(await verify(eight)).toMatchObject({ reason: 'already-used' })
  })

  it('may type codes of the steps that the policy allows, and no others', async () => {
    for (const totpWindow of [0, 1, 2]) {
      const { world, ada } = await appWorld({ policy: { totpWindow, wrongCodesPerLock: 10 } })
      world.clock.set(START + 300_000)
      const verify = async (steps: number) => {
        const { token } = await begin(world, 'ada')
        return world.twoFactor.challenge.verify({ token, code: ada.app.code(world.clock.now() + steps * 30_000) })
      }
      for (const steps of [-totpWindow - 1, totpWindow + 1])
        expect(await verify(steps)).toMatchObject({ reason: 'wrong-code' })
      for (let steps = -totpWindow; steps <= totpWindow; steps++) must(await verify(steps), 'approved')
    }
  })
})
