import { keptBinding } from '../crypto/binding.js'
import { newTokenId, recordId, signChallenge, verifyChallenge, verifyDevice } from '../crypto/claims.js'
import { SMS_CODE_DIGITS } from '../crypto/codes.js'
import type {
  BeginChallengeResult,
  ChallengeOperations,
  Challenged,
  Locked,
  Rejected,
  Suspended,
} from '../interfaces/challenge.js'
import type { Delivery, NotSent, Sent } from '../interfaces/delivery.js'
import {
  challengeNeed,
  challengeStanding,
  openChallenge,
  shutForCodes,
  withChallenge,
  type ChallengeNeed,
} from '../user/challenge.js'
import { rejected, type GuessStanding } from '../user/guessing.js'
import { presentFactor, presentFactors, recoveryCodesRemaining, unchanged } from '../user/record.js'
import type { ChallengeRecord, Decision, FactorRecord, UserRecord } from '../user/record.js'
import type { Context } from './context.js'
import {
  optionalBinding,
  optionalPurpose,
  optionalRequired,
  readTextReader,
  requireInput,
  requireUserId,
} from './input.js'
import type { PreparedText, TextingOperation } from './texting.js'
import { unlessBusy } from './update.js'

/** An open challenge, with what its token is made of. */
interface Opened {
  readonly tokenId: Uint8Array
  readonly challenge: ChallengeRecord
  readonly factor: FactorRecord
}

type Asked =
  | { readonly status: 'not-asked'; readonly need: Exclude<ChallengeNeed, { status: 'needed' }> }
  | (Opened & { readonly status: 'shut'; readonly standing: Exclude<GuessStanding, { status: 'open' }> })
  | (Opened & { readonly status: 'asked'; readonly text: PreparedText | null })

interface Planned {
  readonly status: 'planned'
  readonly text: PreparedText
}

/** The half of a challenge in which a code is asked for, and sent. */
export function createChallengeAsking(
  context: Context,
): Pick<ChallengeOperations, 'begin' | 'switchFactor' | 'resend'> {
  const { options, users, texting } = context
  const { ring, policy, random } = options

  function newChallenge(
    tokenId: Uint8Array,
    need: Pick<ChallengeRecord, 'purpose' | 'factorId' | 'binding'>,
    now: number,
  ): ChallengeRecord {
    const expiresAt = now + policy.challengeLifetimeSeconds * 1000
    return { id: recordId(tokenId), ...need, state: 'open', createdAt: now, expiresAt, wrongCodes: 0, text: null }
  }

  /** Prepares the text of a challenge whose factor is a phone number; nothing for an authenticator app. */
  async function textChallenge(
    operation: TextingOperation,
    record: UserRecord,
    userId: string,
    challenge: ChallengeRecord,
    factor: FactorRecord,
    now: number,
  ): Promise<{ readonly next: UserRecord; readonly text: PreparedText | null }> {
    if (factor.kind === 'totp') return { next: record, text: null }
    const { phoneNumber, country } = factor
    const { textedAt } = record
    const text = await operation.prepare(
      { userId, subject: challenge, purpose: challenge.purpose, phoneNumber, country, textedAt },
      now,
    )
    if (text.sent === null) return { next: record, text }
    return {
      next: { ...withChallenge(record, challenge.id, { text: text.sent.text }), textedAt: text.sent.textedAt },
      text,
    }
  }

  function tokenFor(record: UserRecord, userId: string, { tokenId, challenge, factor }: Opened): string {
    const codeDigits = factor.kind === 'totp' ? factor.digits : SMS_CODE_DIGITS
    return signChallenge(ring, { tokenId, userId, epoch: record.epoch, expiresAt: challenge.expiresAt, codeDigits })
  }

  function challenged(record: UserRecord, userId: string, opened: Opened, delivery: Delivery | null): Challenged {
    const { challenge, factor } = opened
    return {
      status: 'challenged',
      token: tokenFor(record, userId, opened),
      factor: presentFactor(record, factor),
      factors: presentFactors(record),
      delivery,
      expiresAt: challenge.expiresAt,
      recoveryCodesRemaining: recoveryCodesRemaining(record),
    }
  }

  function shut(record: UserRecord, userId: string, opened: Extract<Asked, { status: 'shut' }>): Locked | Suspended {
    const { challenge, standing } = opened
    const way = {
      token: tokenFor(record, userId, opened),
      expiresAt: challenge.expiresAt,
      recoveryCodesRemaining: recoveryCodesRemaining(record),
    }
    return standing.status === 'locked'
      ? { status: 'locked', retryAt: standing.retryAt, ...way }
      : { status: 'suspended', ...way }
  }

  return {
    async begin(input): Promise<BeginChallengeResult> {
      requireInput(input)
      const userId = requireUserId(input.userId)
      const purpose = optionalPurpose(input.purpose)
      const binding = keptBinding(optionalBinding(input.binding))
      const required = optionalRequired(input.required)
      const { factorId } = input
      const operation = texting.begin(readTextReader(input))
      const deviceId = verifyDevice(ring, userId, input.trustedDeviceToken)

      const ask = async (current: UserRecord, now: number): Promise<Decision<Asked>> => {
        const need = challengeNeed(current, { purpose, deviceId, factorId, required }, now, policy)
        if (need.status !== 'needed')
          return { next: current, outcome: { status: 'not-asked', need }, events: skipEvents(need, userId, now) }
        const { factor, standing } = need
        const tokenId = newTokenId(random)
        const challenge = newChallenge(tokenId, { purpose, factorId: factor.id, binding }, now)
        const opened = openChallenge(current, challenge, now)
        if (standing.status !== 'open')
          return { next: opened, outcome: { status: 'shut', tokenId, challenge, factor, standing }, events: [] }
        const { next, text } = await textChallenge(operation, opened, userId, challenge, factor, now)
        const events = [{ type: 'challenge-begun', userId, at: now, purpose, factorKind: factor.kind }] as const
        return { next, outcome: { status: 'asked', tokenId, challenge, factor, text }, events }
      }
      const { record, outcome } = await operation.run(() => users.update(userId, ask))
      switch (outcome.status) {
        case 'not-asked':
          return outcome.need
        case 'shut':
          return shut(record, userId, outcome)
        case 'asked':
          return challenged(record, userId, outcome, outcome.text && (await outcome.text.dispatch()))
      }
    },

    async switchFactor(input): Promise<Challenged | Rejected> {
      requireInput(input)
      const operation = texting.begin(readTextReader(input))
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return rejected('unknown-challenge', null)
      const { userId } = claims
      const { factorId } = input
      const ask = async (
        current: UserRecord,
        now: number,
      ): Promise<Decision<Rejected | Extract<Asked, { status: 'asked' }>>> => {
        const standing = challengeStanding(current, claims, now, policy)
        if (standing.status === 'shut') return unchanged(current, standing.rejection)
        const locked = shutForCodes(current, standing.challenge, now, policy)
        if (locked !== null) return unchanged(current, locked)
        const factor = current.factors.find(({ id }) => id === factorId)
        if (factor === undefined) return unchanged(current, rejected('unknown-factor', null))
        const challenge = { ...standing.challenge, factorId: factor.id }
        const switched = withChallenge(current, challenge.id, { factorId: factor.id })
        const { next, text } = await textChallenge(operation, switched, userId, challenge, factor, now)
        return { next, outcome: { status: 'asked', tokenId: claims.tokenId, challenge, factor, text }, events: [] }
      }
      const committed = await unlessBusy(
        operation.run(() => users.update(userId, ask)),
        null,
      )
      if (committed === null) return rejected('busy', null)
      const { record, outcome } = committed
      if (outcome.status === 'rejected') return outcome
      return challenged(record, userId, outcome, outcome.text && (await outcome.text.dispatch()))
    },

    async resend(input): Promise<Sent | NotSent | Rejected> {
      requireInput(input)
      const operation = texting.begin(readTextReader(input))
      const claims = verifyChallenge(ring, input.token)
      if (claims === null) return rejected('unknown-challenge', null)
      const { userId } = claims
      const plan = async (current: UserRecord, now: number): Promise<Decision<Rejected | Planned>> => {
        const standing = challengeStanding(current, claims, now, policy)
        if (standing.status === 'shut') return unchanged(current, standing.rejection)
        const { challenge, factor } = standing
        const locked = shutForCodes(current, challenge, now, policy)
        if (locked !== null) return unchanged(current, locked)
        const { next, text } = await textChallenge(operation, current, userId, challenge, factor, now)
        // An authenticator app was asked for: no challenge by text message goes by this token.
        return text === null
          ? unchanged(current, rejected('unknown-challenge', null))
          : { next, outcome: { status: 'planned', text }, events: [] }
      }
      const committed = await unlessBusy(
        operation.run(() => users.update(userId, plan)),
        null,
      )
      if (committed === null) return rejected('busy', null)
      return committed.outcome.status === 'rejected' ? committed.outcome : committed.outcome.text.dispatch()
    },
  }
}

function skipEvents(need: ChallengeNeed, userId: string, at: number): Decision<unknown>['events'] {
  return need.status === 'trusted' ? [{ type: 'challenge-skipped', userId, at, deviceId: need.device.id }] : []
}
