import { setImmediate as breathe } from 'node:timers/promises'
import { vi } from 'vitest'
import { isTwoFactorError } from '../../src/errors.js'
import { seededRandom } from '../../src/testing/index.js'
import { fakePasskeyVerifier } from '../support/fake-passkeys.js'
import { makeFullAccount, type FullAccount } from '../support/full-account.js'
import type { AccountOperation } from '../support/operations.js'
import { enrolTotp } from '../support/people.js'
import { contents, makeWorld } from '../support/world.js'
import { watchedProcess, type Call, type Watch } from './dependencies.js'
import { faultsOf, type FaultName } from './faults.js'

export const RECORD = 'user:default:ada'

/** What came of an operation, and what it left behind. */
export interface Happening {
  /** The answer, in a word or two: a status, a reason, an error code. */
  readonly word: string
  /** The answer itself; null when it was an error. */
  readonly answer: { readonly status: string } | null
  readonly error: unknown
  /** Whether Ada's record is another than before. */
  readonly wrote: boolean
  /** How often the sender was asked to send a text. */
  readonly attempts: number
  readonly account: FullAccount
}

/** The policy of every account here: each limit on texts that there is has a record. */
const policy = { textsPerHour: 1000 }

const strangers = (async (): Promise<string> => {
  const world = makeWorld({ seed: 'somebody else' })
  await enrolTotp(world, 'mallory')
  return (await world.data.get('user:default:mallory')) ?? ''
})()

/** Does an operation on a new account of Ada's while `watch` sees every call. */
export async function happen(operation: AccountOperation, watch: Watch, before?: FullAccount): Promise<Happening> {
  const account = before ?? (await makeFullAccount({ ...operation.account, policy }))
  const { world } = account
  const { inbox, data } = world
  const record = await data.get(RECORD)
  const { attempts } = inbox
  const twoFactor = watchedProcess(world, seededRandom('watched'), fakePasskeyVerifier(), watch)
  const acting = { ...account, world: { ...world, twoFactor } }
  const settled = operation.run(acting).then(
    (answer) => ({ word: wordOf(answer), answer, error: null }),
    (error: unknown) => ({
      word: isTwoFactorError(error) ? error.code : `thrown: ${String(error)}`,
      answer: null,
      error,
    }),
  )
  const end = await pastDeadlines(settled)
  return {
    ...end,
    wrote: (await data.get(RECORD)) !== record,
    attempts: inbox.attempts - attempts,
    account,
  }
}

/** An engine's error at its most talkative: it repeats all that it was given. */
function talkative({ appUri, textCode, recoveryCodes, proof }: FullAccount): Error {
  const words = `INSERT failed: ${appUri} ${textCode} ${recoveryCodes.join()} ${proof} +14155550123`
  const error = new Error(words, { cause: new Error(words) })
  return Object.assign(error, { name: `Error ${textCode}`, code: proof, detail: words })
}

/** What an operation comes to when one call goes wrong. */
export async function strike(operation: AccountOperation, call: Call, fault: FaultName): Promise<Happening> {
  const account = await makeFullAccount({ ...operation.account, policy })
  const older = await contents(account.world.data)
  // What is older is what stood there before the same thing was done a moment ago.
  if (fault === 'older' && call.name.startsWith('store.get')) await happen(operation, () => undefined, account)
  const garbage = { error: talkative(account), older, strangers: await strangers }
  const struck = faultsOf(call)[fault]?.(garbage)
  if (struck === undefined) throw new Error(`${call.name} has no fault called ${fault}`)
  return happen(
    operation,
    ({ name, ordinal }) => (name === call.name && ordinal === call.ordinal ? struck : undefined),
    account,
  )
}

/** Waits for `work` while the machine's timers run as fast as can be: the deadlines of what hangs pass at once. */
async function pastDeadlines<Result>(work: Promise<Result>): Promise<Result> {
  let over = false
  const done = work.finally(() => {
    over = true
  })
  const isOver = (): boolean => over
  while (!isOver()) {
    await breathe()
    await vi.advanceTimersByTimeAsync(1000)
  }
  return done
}

function wordOf(answer: object): string {
  const { status, reason, delivery } = answer as {
    readonly status: string
    readonly reason?: string
    readonly delivery?: { readonly status: string; readonly reason?: string } | null
  }
  if (reason !== undefined) return `${status}: ${reason}`
  return delivery?.status === 'not-sent' ? `${status}, text ${wordOf(delivery)}` : status
}

/** How many wrong codes are left to Ada, once one more was typed into a new challenge; null when none is taken. */
export async function attemptsLeft({ world, wrongAppCode }: FullAccount): Promise<number | null> {
  const { challenge } = world.twoFactor
  const begun = await challenge.begin({ userId: 'ada' })
  if (!('token' in begun) || begun.token === null) return null
  const answer = await challenge.verify({ token: begun.token, code: wrongAppCode() })
  return answer.status === 'rejected' ? answer.attemptsRemaining : null
}
