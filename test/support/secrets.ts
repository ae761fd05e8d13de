import { inspect } from 'node:util'
import { decodeBase32, encodeBase32, parseKeyUri } from '../../src/otp/index.js'
import { PHONE } from './people.js'
import { OTHER_PHONE, type FullAccount } from './full-account.js'
import { NEW_KEY, OLD_KEY } from './world.js'

/** Every spelling under which something secret of an account could slip out. */
export function secretsOf(account: FullAccount): readonly string[] {
  const { recoveryCodes, accessPass, proof, appUri, pendingAppUri } = account
  const { token, textToken, passkeyToken, trustedDeviceToken } = account
  return [
    ...[...recoveryCodes, accessPass].flatMap(spellingsOfRecoveryCode),
    ...[proof, token, textToken, passkeyToken, trustedDeviceToken].flatMap(signedPartsOf),
    ...[appUri, pendingAppUri].flatMap(spellingsOfSecret),
    ...[OLD_KEY, NEW_KEY].flatMap(({ secret }) => spellingsOf(secret as Uint8Array)),
    ...[PHONE, OTHER_PHONE].map((number) => number.slice(3)),
  ]
}

/** The members by which an answer hands out what is secret, to be kept or shown once, and every spelling of it. */
const handedOut: Readonly<Record<string, (value: string) => readonly string[]>> = {
  token: signedPartsOf,
  proof: signedPartsOf,
  cookie: signedPartsOf,
  secret: (base32) => [...spellingsOf(decodeBase32(base32)), base32],
  uri: spellingsOfSecret,
  pass: spellingsOfRecoveryCode,
  recoveryCodes: spellingsOfRecoveryCode,
}

/** What an answer hands out that is secret, in every spelling. */
export function secretsIn(answer: unknown): readonly string[] {
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([name, value]) => {
    const spell = handedOut[name]
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value]
    const found = texts.flatMap((text) => (spell !== undefined && typeof text === 'string' ? spell(text) : []))
    return [...found, ...secretsIn(value)]
  })
}

/** An answer without what it hands out: the rest may be written to a log. */
export function withoutHandedOut(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer
  if (Array.isArray(answer)) return answer.map(withoutHandedOut)
  const kept = Object.entries(answer).filter(([name]) => handedOut[name] === undefined)
  return Object.fromEntries(kept.map(([name, value]) => [name, withoutHandedOut(value)]))
}

function spellingsOf(bytes: Uint8Array): readonly string[] {
  const encodings = ['hex', 'base64', 'base64url'] as const
  const encoded = [...encodings.map((encoding) => Buffer.from(bytes).toString(encoding)), encodeBase32(bytes)]
  const raw = (['latin1', 'utf8'] as const).map((encoding) => Buffer.from(bytes).toString(encoding))
  const listed = [Array.from(bytes).join(','), Array.from(bytes).join(', ')]
  return [...encoded, ...encoded.map((text) => text.toLowerCase()), ...raw, ...raw.map(escaped), ...listed]
}

/** A text as JSON writes it, without the quotes. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

function spellingsOfSecret(uri: string): readonly string[] {
  return [...spellingsOf(parseKeyUri(uri).secret), encodeURIComponent(uri)]
}

function spellingsOfRecoveryCode(code: string): readonly string[] {
  const bare = code.replaceAll('-', '')
  return [code, bare, code.toLowerCase(), bare.toLowerCase()]
}

/** The payload and the MAC: version and key id are no secret. */
function signedPartsOf(token: string): readonly string[] {
  return token.split('~').flatMap((each) => each.split('.').slice(2))
}

/** The codes of an account: six digits, so only looked for where no other digit stands beside them. */
export function codesOf({ textCode, pendingPhoneCode, appCode, pendingApp, world }: FullAccount): readonly string[] {
  const texted = world.inbox.messages.flatMap(({ code }) => code ?? [])
  return [textCode, pendingPhoneCode, appCode(), pendingApp.code(world.clock), ...texted]
}

/** All that an error says: its message, stack and members, those of its causes, and what a console prints of it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return `${JSON.stringify([error])} ${shown(error)}`
  const members = JSON.stringify(Object.entries(error))
  return `${error.name} ${error.message} ${String(error.stack)} ${members} ${shown(error)} ${error.cause === undefined ? '' : wordsOf(error.cause)}`
}

/** What a console prints of a value that is told to print everything, and what its JSON says. */
export function shown(value: unknown): string {
  return `${inspect(value, { depth: Infinity, showHidden: true, maxArrayLength: null, maxStringLength: null })} ${JSON.stringify(value)}`
}

/** What of `account`, and of what else is `secret`, stands in `text` that should not. */
export function leaks(account: FullAccount, text: string, secret: readonly string[] = []): readonly string[] {
  const codes = codesOf(account).filter((code) => new RegExp(`(?<!\\d)${code}(?!\\d)`).test(text))
  return [...codes, ...[...secretsOf(account), ...secret].filter((each) => text.includes(each))]
}
