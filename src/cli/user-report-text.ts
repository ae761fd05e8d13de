import { quote } from './quote.js'
import type { UserReport } from './user-report.js'

type Readable = Extract<UserReport, { status: 'readable' }>
type Unreadable = Extract<UserReport, { status: 'unreadable' }>

const LABEL_WIDTH = 18

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
  'newer-release': 'a newer release wrote it',
}

function sealedLines({ sealed: { keyId, current, bytes } }: Readable | Unreadable): readonly string[] {
  const note = keyId === null || current ? '' : ' (not the key that writes)'
  return [line('sealed under', `${keyId ?? 'nothing'}${note}`), line('size', `${bytes} bytes`)]
}

function recordLines(report: Readable): readonly string[] {
  const { factors, enrolments, challenges, trustedDevices, codes, recoveryCodes } = report
  return [
    line('second factor', report.enabled ? 'on' : report.enrolmentRequired ? 'off, and one must be enrolled' : 'off'),
    ...list(
      'factors',
      factors.map(({ kind, name, destination, confirmedAt, preferred }) => [
        kind,
        destination,
        name === null ? null : quote(name),
        `confirmed ${instant(confirmedAt)}`,
        preferred ? 'asked for first' : null,
      ]),
    ),
    ...list(
      'enrolments',
      enrolments.map(({ kind, expired, expiresAt, wrongCodes }) => [
        kind,
        wrong(wrongCodes),
        expiry(expired, expiresAt),
      ]),
    ),
    ...list(
      'challenges',
      challenges.map(({ purpose, state, factorKind, wrongCodes, textsSent, expiresAt }) => [
        purpose,
        state,
        factorKind,
        wrong(wrongCodes),
        textsSent === 0 ? null : `${textsSent} ${textsSent === 1 ? 'text' : 'texts'}`,
        expiry(state === 'expired', expiresAt),
      ]),
    ),
    ...list(
      'trusted devices',
      trustedDevices.map(({ name, trustedAt, expired, expiresAt }) => [
        quote(name),
        `since ${instant(trustedAt)}`,
        expiry(expired, expiresAt),
      ]),
    ),
    line('recovery codes', `${report.recoveryCodesRemaining} left`),
    line('codes', guesses(codes)),
    line('recovery guesses', guesses(recoveryCodes)),
    line('texts', `${report.textsInPastHour} in the past hour`),
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

function guesses({ consecutiveWrong, lockedUntilAt }: Readable['codes']): string {
  return `${consecutiveWrong} wrong in a row${lockedUntilAt === null ? '' : `, locked until ${instant(lockedUntilAt)}`}`
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
