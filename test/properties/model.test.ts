import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeFullAccount } from '../support/full-account.js'
import { allCommands, type Real } from './model/commands.js'
import { newModel, SUSPENDED_AT, type Model } from './model/state.js'

/** Another run: `SEED=… npx vitest run test/properties/model.test.ts`. */
const seed = Number(process.env['SEED'] ?? 20_260_115)

/** How many sequences are tried. */
const numRuns = Number(process.env['RUNS'] ?? 300)

/** Ada, two days after everything that was issued to her became void. */
async function beginning(): Promise<{ model: Model; real: Real }> {
  const { world, app, appFactorId, phoneFactorId, recoveryCodes } = await makeFullAccount({
    passkey: false,
    policy: { wrongCodesUntilSuspended: SUSPENDED_AT },
  })
  world.clock.advanceSeconds(2 * 86_400)
  await world.twoFactor.account.passwordChanged({ userId: 'ada' })
  return {
    model: newModel(world.clock.now()),
    real: {
      world,
      app,
      recoveryCodes,
      factorIds: { app: appFactorId, phone: phoneFactorId },
      tokens: new Map(),
      texted: new Map(),
      deviceTokens: [],
      proofs: [],
    },
  }
}

describe(`the state machines, against a model of them (seed ${seed})`, () => {
  it('answer alike, whatever people do', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.commands(allCommands, { size: 'max', maxCommands: 60 }), async (commands) => {
        const { model, real } = await beginning()
        await fc.asyncModelRun(() => ({ model, real }), commands)
        for (const event of real.world.events)
          seen.add(event.type === 'challenge-begun' && event.joined ? 'joined' : event.type)
      }),
      { seed, numRuns },
    )
    for (const type of [
      'joined',
      'challenge-approved',
      'challenge-cancelled',
      'locked',
      'suspended',
      'challenge-skipped',
      'recovery-code-redeemed',
      'text-not-sent',
      'factor-removed',
    ]) {
      expect(seen).toContain(type)
    }
  })
})
