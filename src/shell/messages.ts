import type { ResolvedOptions } from '../options.js'
import type { SmsChannel } from '../interfaces/sms-sender.js'
import { buildMessage, checkSummary, type Message, type MessageRequest } from '../sms/message.js'
import type { Notice, PermitRequest } from '../user/decision.js'

/** A code that stands for any other: a text is as long with every one of them. */
const SAMPLE_CODE = '482913'
const SAMPLE_MINUTES = 10
const NO_MESSAGE: Message = { text: '', language: null }

/** Writes a text with a code. Empty where text messages are not configured. */
export function writeCode(options: ResolvedOptions, request: Omit<MessageRequest, 'issuer' | 'notice'>): Message {
  return write(options, { notice: null, ...request })
}

/** Writes a notice. */
export function writeNotice(
  options: ResolvedOptions,
  notice: Notice,
  channel: SmsChannel,
  locale: string | null,
): Message {
  return write(options, { purpose: 'notice', channel, notice, code: null, summary: null, minutes: null, locale })
}

/**
 * Tries to write a text before anything is spent on it.
 * @throws TwoFactorError `ERR_MESSAGE_INVALID`, `ERR_SUMMARY_INVALID`
 */
export function writeSample(
  options: ResolvedOptions,
  { purpose, summary, channel }: Pick<PermitRequest, 'purpose' | 'summary' | 'channel'>,
  locale: string | null,
): void {
  writeCode(options, { purpose, summary, channel, locale, code: SAMPLE_CODE, minutes: SAMPLE_MINUTES })
}

/**
 * Tries a summary in every language, so that no later text of the challenge has to leave something out.
 * @throws TwoFactorError `ERR_SUMMARY_INVALID`, `ERR_MESSAGE_INVALID`
 */
export function requireSummary({ sms, issuer }: ResolvedOptions, summary: string, locale: string | null): void {
  if (sms === null) return
  const { message: template, originHost, alphabet, segments } = sms
  checkSummary(summary, { template, issuer, originHost, alphabet, segments, locale })
}

function write({ sms, issuer }: ResolvedOptions, request: Omit<MessageRequest, 'issuer'>): Message {
  if (sms === null) return NO_MESSAGE
  const { message, originHost, alphabet, segments } = sms
  return buildMessage(message, { issuer, ...request }, { originHost, alphabet, segments })
}
