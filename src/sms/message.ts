import { TwoFactorError } from '../errors.js'
import type { SmsChannel, SmsPurpose } from '../interfaces/sms-sender.js'
import { segmentCount } from './segments.js'
import { isWritable, toTextValue, toUnlinkedTextValue, type SmsAlphabet } from './text-value.js'
import { languageOf, languages, translationFor } from './translations.js'

/**
 * What a message is to say. Issuer and summary are one line each, free of `#`, double quotes and word-initial `@`, and in
 * GSM-7 as far as they can be where `sms.alphabet` is `gsm-7`.
 */
export interface MessageRequest {
  readonly purpose: SmsPurpose
  /** `voice` for what is read aloud in a call. */
  readonly channel: SmsChannel
  /** What a notice tells, null with any other purpose. */
  readonly notice: 'number-replaced' | 'number-removed' | null
  readonly issuer: string
  /** The code, which the message must contain; for a call, its digits with commas between them; null for a notice. */
  readonly code: string | null
  /** What a step-up is to confirm, which the message must contain whole; null when the host gave none. */
  readonly summary: string | null
  /** For how long the code works; null for a notice. */
  readonly minutes: number | null
  /** BCP 47 language, when the host gave one. */
  readonly locale: string | null
}

/**
 * Writes a message: synchronous, pure, in `sms.alphabet` and short enough for `sms.segments`. Called once per message, and
 * for a summary once more before anything is spent on it; also tried with samples at construction. Leave the origin-bound
 * line out.
 */
export type MessageTemplate = (request: MessageRequest) => string

/** What a text message may be made of. */
export interface MessageFormat {
  /** The host name from `parseOrigin`, to which codes are bound. */
  readonly originHost: string | null
  readonly alphabet: SmsAlphabet
  /** The most segments that a text may take. */
  readonly segments: 1 | 2 | 3
}

/** How the messages of an application are written. */
export interface MessageOptions extends MessageFormat {
  readonly template: MessageTemplate
  readonly issuer: string
}

/** What is to be sent, and its BCP 47 language, which is null when the host's own template was given no locale. */
export interface Message {
  readonly text: string
  readonly language: string | null
}

/** The message of this library, in English, French, German, Portuguese or Spanish by `locale`, else in English. */
export function builtInMessage(request: MessageRequest): string {
  const { purpose, channel, notice, issuer, summary, code, minutes, locale } = request
  const translation = translationFor(locale)
  const wording = translation[channel]
  const values = { issuer, code: code ?? '', minutes: minutes ?? 0 }
  switch (purpose) {
    case 'sign-in':
      return wording.signIn(values)
    case 'step-up':
      return summary === null ? wording.stepUp(values) : wording.stepUpFor(summary, values)
    case 'enrolment':
      return wording.enrolment(values)
    case 'notice':
      return notice === 'number-removed' ? translation.numberRemoved(issuer) : translation.numberReplaced(issuer)
  }
}

/**
 * Writes a message. A text message is bound to `originHost` by a last line `@host #code` (WICG, Origin-bound one-time codes
 * delivered via SMS); a call has neither that line nor a limit. A summary is shown for `step-up` only, and shown whole.
 *
 * @throws TwoFactorError `ERR_SUMMARY_INVALID` when the summary has nothing to show, a letter or sign that the alphabet cannot
 *   write, does not fit, or is not shown by the template; `ERR_ISSUER_INVALID` when the template shows an issuer that the
 *   alphabet cannot write; `ERR_MESSAGE_INVALID` when the template throws, or its text is too long, uses a character outside
 *   the alphabet, lacks the code, or carries something that browsers would read as an origin-bound line.
 */
export function buildMessage(template: MessageTemplate, request: MessageRequest, format: MessageFormat): Message {
  const { body, text, shown } = write(template, request, format)
  const { channel, summary, locale } = shown
  if (summary !== null && !body.includes(summary)) throw invalidSummary('must be shown whole by sms.message')
  if (channel === 'sms' && segmentCount(text) > format.segments) {
    if (summary !== null) throw invalidSummary(`does not fit (sms.segments is ${format.segments})`)
    throw invalid(shown, `does not fit with this issuer and sms.origin (sms.segments is ${format.segments})`)
  }
  return { text, language: template === builtInMessage ? languageOf(locale) : locale }
}

/**
 * Checks that a text message can show `summary`, in `locale` and in every language there is a translation for, so that one
 * which cannot be shown is known before anything is spent on it.
 *
 * @throws TwoFactorError `ERR_SUMMARY_INVALID`, and the others of `buildMessage` for a template that fails on it.
 */
export function checkSummary(summary: string, options: MessageOptions & { readonly locale: string | null }): void {
  const { template, issuer, locale } = options
  for (const each of new Set([locale, ...locales])) {
    const request = { purpose: 'step-up', channel: 'sms', issuer, locale: each, ...coded, summary } as const
    buildMessage(template, request, options)
  }
}

/**
 * Tries a template with every channel, purpose, notice and language, so that what cannot work is known at construction.
 *
 * @throws TwoFactorError `ERR_MESSAGE_INVALID` and `ERR_ISSUER_INVALID` as `buildMessage` does; the first also when a value
 *   that is null shows, the second also when nothing of the issuer's name is left for the built-in message to show.
 */
export function checkTemplate(options: MessageOptions & { readonly channels?: readonly SmsChannel[] }): void {
  const { template, issuer, alphabet, channels = ['sms'] } = options
  if (template === builtInMessage && !/[\p{L}\p{N}]/u.test(toTextValue(issuer, alphabet))) {
    throw new TwoFactorError('ERR_ISSUER_INVALID', 'issuer has no letter or digit that a text message could show')
  }
  for (const channel of channels) {
    for (const locale of locales) {
      for (const sample of samples) {
        const request = { ...sample, channel, issuer, locale }
        // How much of a summary fits is known only of a given one; a template may also do without.
        const { text } = (sample.summary === null ? buildMessage : write)(template, request, options)
        if (missing.test(text) && !missing.test(issuer)) throw invalid(request, 'writes a value that is null')
      }
    }
  }
}

interface Written {
  readonly body: string
  /** The body and the origin-bound line. */
  readonly text: string
  /** What the template was given. */
  readonly shown: MessageRequest
}

/** Writes a message, whatever its length. */
function write(template: MessageTemplate, request: MessageRequest, format: MessageFormat): Written {
  const { purpose, channel, notice, issuer, code, summary, minutes, locale } = request
  const spoken = channel === 'voice'
  const alphabet = spoken ? 'unicode' : format.alphabet
  const shown = Object.freeze({
    purpose,
    channel,
    notice,
    minutes,
    locale,
    issuer: toTextValue(issuer, alphabet),
    code: spoken && code !== null ? Array.from(code).join(', ') : code,
    summary: purpose === 'step-up' && summary !== null ? toShownSummary(summary, alphabet) : null,
  })
  const body = renderBody(template, shown)
  const text =
    spoken || format.originHost === null || code === null ? body : `${body}\n\n@${format.originHost} #${code}`
  if (isWritable(text, alphabet)) return { body, text, shown }
  const named = alphabet === 'gsm-7' ? 'GSM-7' : 'Unicode'
  if (isWritable(shown.issuer, alphabet)) throw invalid(shown, `uses a character outside ${named}`)
  throw new TwoFactorError(
    'ERR_ISSUER_INVALID',
    `issuer has a letter or sign that ${named} cannot write: choose sms.alphabet to suit, or name it in sms.message`,
  )
}

function toShownSummary(summary: string, alphabet: SmsAlphabet): string {
  const shown = toUnlinkedTextValue(summary, alphabet)
  if (!/[\p{L}\p{N}]/u.test(shown)) throw invalidSummary('has no letter or digit to show')
  if (!isWritable(shown, alphabet)) throw invalidSummary('has a letter or sign that sms.alphabet cannot write')
  return shown
}

/** The template's text, refused when it is no text, lacks the code or could be read as bound to some other origin. */
function renderBody(template: MessageTemplate, request: MessageRequest): string {
  const { code } = request
  const body = call(template, request)
  if (typeof body !== 'string' || body.trim() === '') throw invalid(request, 'returns no text')
  if (/[^\P{Cc}\n]|[\u2028\u2029]/u.test(body)) throw invalid(request, 'uses a control character')
  if (code !== null && !containsCode(body, code)) throw invalid(request, 'lacks the code')
  if (looksOriginBound(body, code))
    throw invalid(request, 'writes an origin-bound line, which is for sms.origin to add')
  return body.trimEnd()
}

/** What a template throws may repeat the code, so nothing of it is kept. */
function call(template: MessageTemplate, request: MessageRequest): unknown {
  try {
    return template(request)
  } catch {
    throw invalid(request, 'throws')
  }
}

/** Not as a part of a longer number. */
function containsCode(body: string, code: string): boolean {
  const isDigit = (index: number): boolean => /\d/.test(body.charAt(index))
  for (let index = body.indexOf(code); index >= 0; index = body.indexOf(code, index + 1)) {
    if (!isDigit(index - 1) && !isDigit(index + code.length)) return true
  }
  return false
}

/** Some browsers read the last line, others the first `@host #code` wherever it stands. */
function looksOriginBound(body: string, code: string | null): boolean {
  return /^\s*@/m.test(body) || /@\S+\s+#/.test(body) || (code !== null && body.replace(/\s/g, '').includes(`#${code}`))
}

function invalid({ notice, purpose }: Pick<MessageRequest, 'notice' | 'purpose'>, what: string): TwoFactorError {
  return new TwoFactorError('ERR_MESSAGE_INVALID', `sms.message ${what}, for ${notice ?? purpose}`)
}

function invalidSummary(what: string): TwoFactorError {
  return new TwoFactorError('ERR_SUMMARY_INVALID', `summary ${what}`)
}

/** What a template makes of a value it did not expect to be null, such as a notice's code. */
const missing = /\b(?:null|undefined|NaN)\b/

const locales: readonly (string | null)[] = [null, ...languages]

const coded = { notice: null, code: '482913', summary: null, minutes: 10 } as const
const told = { purpose: 'notice', code: null, summary: null, minutes: null } as const

const samples: readonly Omit<MessageRequest, 'channel' | 'issuer' | 'locale'>[] = [
  { ...coded, purpose: 'sign-in' },
  { ...coded, purpose: 'step-up' },
  { ...coded, purpose: 'step-up', summary: 'EUR 1,234.56 to Bob' },
  { ...coded, purpose: 'enrolment' },
  { ...told, notice: 'number-replaced' },
  { ...told, notice: 'number-removed' },
]
