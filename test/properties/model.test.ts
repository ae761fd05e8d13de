import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyCommand } from './model/commands/index.js'
import { seeTheSame } from './model/command.js'
import { beginning } from './model/real.js'

/** Another run: `SEED=… RUNS=… npx vitest run test/properties/model.test.ts`. */
const seed = Number(process.env['SEED'] ?? 20_260_115)

/** How many sequences are tried. */
const numRuns = Number(process.env['RUNS'] ?? 100)

/** What so many sequences get to, lest they all stay at the beginning. */
const MANY = 1000
const REACHED = [
  'clock-set-back',
  'joined',
  'challenge-approved',
  'challenge-cancelled',
  'challenge-skipped',
  'locked',
  'suspended',
  'limit-exceeded',
  'text-not-sent',
  'region-shut',
  'passkey-counter-fell',
  'recovery-code-redeemed',
  'access-pass-redeemed',
  'enrolment-rejected',
  'factor-added',
  'factor-replaced',
  'factor-imported',
  'factor-preferred',
  'factor-removed',
  'disabled',
  'reset',
  'erased',
]

describe(`the state machines, against a model of them (seed ${seed})`, () => {
  it('answer alike, whatever people do', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.commands([anyCommand], { size: 'max', maxCommands: 60 }), async (commands) => {
        const { model, real } = await beginning()
        await fc.asyncModelRun(() => ({ model, real }), commands)
        // What was done to one of them has changed nothing of the other.
        for (const who of ['ada', 'ben'] as const) await seeTheSame(model, real, who, 0)
        for (const [index, event] of real.world.events.entries()) {
          seen.add(event.type === 'challenge-begun' && event.joined ? 'joined' : event.type)
          if (event.type === 'limit-exceeded' && event.limit === 'region') seen.add('region-shut')
          if (event.at < (real.world.events[index - 1]?.at ?? 0)) seen.add('clock-set-back')
        }
      }),
      { seed, numRuns },
    )
    if (numRuns >= MANY) expect(REACHED.filter((type) => !seen.has(type))).toEqual([])
  }, 3_600_000)
})
