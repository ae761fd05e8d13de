import type { Activity } from '../interfaces/activity.js'
import { quote } from './quote.js'
import type { UserReport } from './user-report.js'

type Readable = Extract<UserReport, { status: 'readable' }>
type Unreadable = Extract<UserReport, { status: 'unreadable' }>

const LABEL_WIDTH = 19

/** A user's report for people: one fact a line, lists indented below their count. */
export function formatUserReport(userId: string, namespace: string, report: UserReport): string {
  const lines = [line('user', quote(userId)), line('namespace', quote(namespace)), ...body(report)]
  return lines.map((text) => `${text}\n`).join('')
}

function body(report: UserReport): readonly string[] {
  switch (report.status) {
    case 'none':
      return [line('record', 'none: this user has no second factor and nothing pending')]
    case 'unreadable':
      return [...sealedLines(report), line('record', `cannot be opened: ${reasons[report.reason]}`)]
    case 'readable':
      return [...sealedLines(report), ...recordLines(report)]
  }
}

const reasons: Readonly<Record<Unreadable['reason'], string>> = {
  'not-sealed': 'it is not a sealed value',
  'unknown-key': 'that key is not among the keys given',
  'wrong-key-or-altered':
    'the key of that id does not fit, or the value was altered, moved or written in another namespace',
  'unknown-form': 'it holds no record that this release can read; a newer release may have written it',
}

function sealedLines({ sealed: { keyId, current, bytes } }: Readable | Unreadable): readonly string[] {
  const note = keyId === null || current ? '' : ' (not the key that writes)'
  return [line('sealed under', `${keyId ?? 'nothing'}${note}`), line('size', `${bytes} bytes`)]
}

function recordLines(report: Readable): readonly string[] {
  const { enabled, enrolmentRequired, settledThroughAt } = report
  return [
    line('second factor', `${enabled ? 'on' : 'off'}${enrolmentRequired ? ', and a new one must be enrolled' : ''}`),
    ...list(
      'factors',
      report.factors.map(({ kind, name, destination, synced, confirmedAt, lastUsedAt, preferred }) => [
        kind,
        destination,
        name === null ? null : quote(name),
        synced === null ? null : synced ? 'synced' : 'bound to one device',
        `confirmed ${instant(confirmedAt)}`,
        lastUsedAt === null ? 'never used' : `last used ${instant(lastUsedAt)}`,
        preferred ? 'asked for first' : null,
      ]),
    ),
    ...list(
      'enrolments',
      report.enrolments.map(({ kind, destination, wrongCodes, expired, expiresAt }) => [
        kind,
        destination,
        wrong(wrongCodes),
        expiry(expired, expiresAt),
      ]),
    ),
    ...list(
      'texts out',
      report.texts.map(({ destination, textsSent, wrongCodes, begunAt, expired, expiresAt }) => [
        destination,
        `${textsSent} ${textsSent === 1 ? 'text' : 'texts'}`,
        wrong(wrongCodes),
        `challenge begun ${instant(begunAt)}`,
        expiry(expired, expiresAt),
      ]),
    ),
    ...list(
      'closed challenges',
      report.closedChallenges.map(({ state, begunAt, expiresAt }) => [
        state,
        `begun ${instant(begunAt)}`,
        `expires ${instant(expiresAt)}`,
      ]),
    ),
    ...(settledThroughAt === null ? [] : [line('settled', `every challenge begun until ${instant(settledThroughAt)}`)]),
    ...list(
      'trusted devices',
      report.trustedDevices.map(({ name, details, trustedAt, lastUsedAt, expired, expiresAt }) => [
        quote(name),
        details === null ? null : quote(details),
        `since ${instant(trustedAt)}`,
        lastUsedAt === null ? null : `last used ${instant(lastUsedAt)}`,
        expiry(expired, expiresAt),
      ]),
    ),
    line('recovery codes', recoveryCodes(report)),
    line('access pass', accessPass(report.accessPass)),
    line('codes', guesses(report.codes)),
    line('texts', `${report.textsInPastHour} in the past hour`),
    ...list(
      'activity',
      report.activity.map((activity) => [
        activity.type,
        subjectOf(activity, report),
        instant(activity.at),
        activity.clientNetwork && `from ${activity.clientNetwork}`,
      ]),
    ),
  ]
}

function line(label: string, text: string): string {
  return label.padEnd(LABEL_WIDTH) + text
}

function list(label: string, items: readonly (readonly (string | null)[])[]): readonly string[] {
  return [
    line(label, items.length === 0 ? 'none' : String(items.length)),
    ...items.map((parts) => `  ${parts.filter((part) => part !== null).join(', ')}`),
  ]
}

function recoveryCodes({ recoveryCodesRemaining: left, recoveryCodes: set }: Readable): string {
  if (set === null) return 'none'
  const kept = set.acknowledged ? 'kept' : 'not said to be kept'
  return `${left} left, issued ${instant(set.issuedAt)}, ${kept}${set.counted ? ', counted as guesses' : ''}`
}

function accessPass(pass: Readable['accessPass']): string {
  if (pass === null) return 'none'
  return `issued ${instant(pass.issuedAt)}, ${pass.used ? 'used' : expiry(pass.expired, pass.expiresAt)}`
}

function guesses({ consecutiveWrong, lockedUntilAt }: Readable['codes']): string {
  return `${consecutiveWrong} wrong in a row${lockedUntilAt === null ? '' : `, locked until ${instant(lockedUntilAt)}`}`
}

/** The factor or the device that an activity is about, while there still is one. */
function subjectOf({ factorId, deviceId }: Activity, { factors, trustedDevices }: Readable): string | null {
  const factor = factors.find(({ id }) => id === factorId)
  if (factor !== undefined) return [factor.kind, factor.name === null ? [] : quote(factor.name)].flat().join(' ')
  const device = trustedDevices.find(({ id }) => id === deviceId)
  return device === undefined ? null : quote(device.name)
}

function wrong(count: number): string | null {
  return count === 0 ? null : `${count} wrong`
}

function expiry(expired: boolean, expiresAt: number): string {
  return `${expired ? 'expired' : 'expires'} ${instant(expiresAt)}`
}

function instant(at: number): string {
  return new Date(at).toISOString()
}
