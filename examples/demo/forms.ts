import type { Request } from 'express'
import type { SmsChannel } from 'countersign'

/** The text of a form field. Whatever is missing or is no plain text (a list, an object) reads as empty. */
export function field(request: Request, name: string): string {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return ''
  const value = (body as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' ? value : ''
}

/** What a form field holds as JSON: null when it is empty, the text itself when it is no JSON. */
export function jsonField(request: Request, name: string): unknown {
  const text = field(request, name)
  if (text === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** How a form wants the code sent: as a call when it says so. */
export function channelOf(request: Request): SmsChannel {
  return field(request, 'channel') === 'voice' ? 'voice' : 'sms'
}

/** The text of a query parameter, read the same way. */
export function query(request: Request, name: string): string {
  const value = request.query[name]
  return typeof value === 'string' ? value : ''
}

/** A part of the path that the route declares. */
export function parameter(request: Request, name: string): string {
  const value = request.params[name]
  return typeof value === 'string' ? value : ''
}

/** `path` when it leads to a page of this portal, else the start page: no form may send people elsewhere. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[\w\-./?=&]*$/.test(path) ? path : '/'
}
