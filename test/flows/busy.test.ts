import { describe, expect, it } from 'vitest'
import { isTwoFactorError } from '../../src/errors.js'
import { seededRandom } from '../../src/testing/index.js'
import { makeFullAccount } from '../support/full-account.js'
import { operations } from '../support/operations.js'
import { contents } from '../support/world.js'

/** What has no such outcome. */
const throwing: readonly string[] = [
  'begin by text',
  'cancel',
  'cancel an enrolment',
  'acknowledge the recovery codes',
  'revoke a device',
  'revoke all devices',
  'change the password',
  'erase',
  'reset',
  'unlock',
]

/** What writes nothing. */
const reading: readonly string[] = [
  'begin',
  'begin by passkey',
  'begin on a trusted device',
  "verify a passkey's wrong response",
  'redeem a wrong recovery code',
  'switch to the passkey',
  'check a proof',
  'resume the enrolment of an app',
  'resume the enrolment of a phone',
  'resume the enrolment of a passkey',
  'confirm with a wrong response',
  'list factors',
  'tell of the recovery codes',
  'list devices',
  'status',
  'statuses',
  'activity',
]

const random = seededRandom('crowd')
/** Draws the shortest of all waits between two tries. */
const hasty = { bytes: (length: number) => (length === 1 ? new Uint8Array(1) : random.bytes(length)) }

describe('when another process is always faster', () => {
  for (const { name, account, ends, run } of operations) {
    const expected = throwing.includes(name) ? 'ERR_STORE_BUSY' : reading.includes(name) ? ends : 'busy'
    it(`${name}: ${expected}, and nothing is written, sent or told`, async () => {
      const { world, ...belongings } = await makeFullAccount(account)
      const { data, inbox, events } = world
      const twoFactor = world.process({ random: hasty, store: { ...data, swap: () => Promise.resolve(false) } })
      const before = await contents(data)
      const ended = await run({ ...belongings, world: { ...world, twoFactor } }).then(endOf, codeOf)
      expect(ended).toBe(expected)
      expect(await contents(data)).toEqual(before)
      expect(inbox.attempts).toBe(0)
      if (expected !== ends) expect(events).toEqual([])
    })
  }
})

function endOf(outcome: object): unknown {
  const { status, reason } = outcome as { readonly status: string; readonly reason?: string }
  return reason === 'busy' ? reason : status
}

function codeOf(error: unknown): unknown {
  if (isTwoFactorError(error)) return error.code
  throw error
}
