import type { TwoFactor } from '../../src/two-factor.js'
import { authenticator, type Authenticator, type FixedClock } from '../../src/testing/index.js'
import { begin } from '../properties/model/begin.js'
import { cancel, verify } from '../properties/model/challenges.js'
import { close } from '../properties/model/forgetting.js'
import { forgive, isSuspended, lockEnds } from '../properties/model/guesses.js'
import { redeem } from '../properties/model/passes.js'
import {
  liveDevices,
  newApp,
  newModel,
  newWorld,
  revokeDevices,
  revokeEverything,
  trust,
  type Model,
} from '../properties/model/state.js'
import { STEP } from '../properties/model/time.js'
import { must, wrongCode } from '../support/outcome.js'
import type { Specification } from './linearize.js'

/** What somebody does with an account; challenges and recovery codes by their number. */
export type Operation =
  | { readonly do: 'begin' | 'begin on a trusted computer' | 'revoke all' | 'password changed' | 'unlock' | 'status' }
  | { readonly do: 'verify'; readonly token: number; readonly typed: 'right' | 'wrong' }
  | { readonly do: 'redeem'; readonly token: number; readonly code: number }
  | { readonly do: 'cancel'; readonly token: number }
  | { readonly do: 'five wrong codes'; readonly token: number }

/** How many challenges are open when a history begins. */
export const TOKENS = 3

/** Somebody with an app, ten recovery codes, a trusted computer and open challenges. */
export interface Account {
  readonly userId: string
  readonly app: Authenticator
  readonly recoveryCodes: readonly string[]
  readonly tokens: readonly string[]
  readonly trustedDeviceToken: string
  /** What the specification knows of them. */
  readonly model: Model
}

const SIGN_IN = { factor: null, purpose: 'sign-in', clientAddress: null } as const

const secret = { encoding: 'base32', value: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } as const

/** Makes an account. The clock moves on by a minute. */
export async function makeAccount(twoFactor: TwoFactor, clock: FixedClock, userId: string): Promise<Account> {
  const { admin, challenge } = twoFactor
  const { recoveryCodes } = must(await admin.importTotp({ userId, actor: 'staff', secret }), 'imported')
  const app = authenticator(`otpauth://totp/Acme:${userId}?secret=${secret.value}&issuer=Acme`)
  clock.advanceSeconds(60)
  const itsApp = newApp()
  const model = newModel(newWorld(clock.now()), [itsApp])
  const tokens: string[] = []
  for (let index = 0; index <= TOKENS; index++) {
    tokens.push(must(await challenge.begin({ userId }), 'challenged').token)
    begin(model, SIGN_IN)
  }
  // The last of them is approved, on the code of the step before, and trusts this computer.
  const approved = await challenge.verify({
    token: tokens[TOKENS] ?? '',
    code: app.code(clock.now() - STEP),
    trustDevice: { name: 'Firefox' },
  })
  const { trustedDevice } = must(approved, 'approved')
  const last = model.tokens[TOKENS]
  if (trustedDevice === null || last === undefined) throw new Error('nothing was trusted')
  close(model, last.challenge, 'settled')
  itsApp.lastStep = Math.floor(model.world.now / STEP) - 1
  trust(model)
  return {
    userId,
    app,
    recoveryCodes: recoveryCodes ?? [],
    tokens,
    trustedDeviceToken: trustedDevice.token,
    model,
  }
}

/** What an operation answered, as far as the specification speaks of it. */
export type Answer = string

/** Does it, at the instant `now` (ms) that the clock of `twoFactor` shows. */
export async function perform(
  { challenge, trustedDevices, account, admin }: TwoFactor,
  { userId, app, recoveryCodes, tokens, trustedDeviceToken }: Account,
  operation: Operation,
  now: number,
): Promise<Answer> {
  switch (operation.do) {
    case 'begin':
      return (await challenge.begin({ userId })).status
    case 'begin on a trusted computer':
      return (await challenge.begin({ userId, trustedDeviceToken })).status
    case 'verify': {
      const right = app.code(now)
      const code = operation.typed === 'right' ? right : wrongCode(right)
      return told(await challenge.verify({ token: tokens[operation.token] ?? '', code }))
    }
    case 'redeem': {
      const recoveryCode = recoveryCodes[operation.code] ?? ''
      return told(await challenge.redeemRecoveryCode({ token: tokens[operation.token] ?? '', recoveryCode }))
    }
    case 'cancel':
      return (await challenge.cancel({ token: tokens[operation.token] ?? '' })).status
    case 'five wrong codes': {
      const answers: Answer[] = []
      while (answers.length < 5)
        answers.push(
          told(await challenge.verify({ token: tokens[operation.token] ?? '', code: wrongCode(app.code(now)) })),
        )
      return answers.join('; ')
    }
    case 'revoke all':
      await trustedDevices.revokeAll({ userId })
      return 'done'
    case 'password changed':
      await account.passwordChanged({ userId })
      return 'done'
    case 'unlock':
      await admin.unlock({ userId, actor: 'staff' })
      return 'done'
    case 'status': {
      const status = await account.status({ userId })
      return standing(
        status.recoveryCodesRemaining,
        status.trustedDevices.length,
        status.lockedUntilAt,
        status.suspended,
      )
    }
  }
}

/** The account, as the model has it, one operation at a time. */
export const specification: Specification<Model, Operation, Answer> = {
  apply(state, operation, answer) {
    // Turned away for the crowd: nothing happened.
    if (answer === 'rejected: busy') return state
    const model = structuredClone(state)
    return expected(model, operation) === answer ? model : null
  },
  fingerprint: ({
    world,
    epoch,
    factors,
    wrongInARow,
    lockedUntil,
    recoveryCodes,
    enrolmentRequired,
    tokens,
    closed,
    devices,
  }) =>
    JSON.stringify([
      world.now,
      epoch,
      factors,
      wrongInARow,
      lockedUntil,
      [...(recoveryCodes?.spent ?? [])].toSorted((a, b) => a - b),
      tokens.slice(0, TOKENS).map(({ challenge }) => closed.includes(challenge)),
      devices,
      enrolmentRequired,
    ]),
}

function expected(model: Model, operation: Operation): Answer {
  switch (operation.do) {
    case 'begin':
      return begin(model, SIGN_IN).status
    case 'begin on a trusted computer':
      return begin(model, { ...SIGN_IN, device: model.devices[0] ?? null }).status
    case 'verify':
      return told(verify(model, tokenOf(model, operation.token), operation.typed))
    case 'redeem': {
      const { recoveryCodes: codes } = model
      const presented = codes === null ? null : { codes, index: operation.code }
      return told(redeem(model, tokenOf(model, operation.token), presented))
    }
    case 'cancel':
      cancel(model, tokenOf(model, operation.token))
      return 'cancelled'
    case 'five wrong codes':
      return Array.from({ length: 5 }, () => told(verify(model, tokenOf(model, operation.token), 'wrong'))).join('; ')
    case 'revoke all':
      revokeDevices(model)
      return 'done'
    case 'password changed':
      revokeEverything(model)
      return 'done'
    case 'unlock':
      forgive(model)
      return 'done'
    case 'status':
      return standing(
        10 - (model.recoveryCodes?.spent.size ?? 10),
        liveDevices(model).length,
        lockEnds(model),
        isSuspended(model),
      )
  }
}

function tokenOf({ tokens }: Model, index: number): Model['tokens'][number] {
  const token = tokens[index]
  if (token === undefined) throw new RangeError('no such token')
  return token
}

function told(
  outcome:
    'approved' | { readonly status: string; readonly reason?: string; readonly attemptsRemaining?: number | null },
): Answer {
  if (outcome === 'approved' || outcome.status === 'approved') return 'approved'
  if (outcome.reason === 'busy') return 'rejected: busy'
  return `rejected: ${String(outcome.reason)}, ${String(outcome.attemptsRemaining)} left`
}

function standing(codes: number, devices: number, lockedUntil: number | null, suspended: boolean): Answer {
  return `${codes} codes, ${devices} devices, locked until ${String(lockedUntil)}${suspended ? ', suspended' : ''}`
}
