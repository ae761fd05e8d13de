/** What was typed makes no sense. The message names options and never repeats their values, which may be secrets. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What was asked for cannot be done; the message is fit for a terminal and a log. */
export class Failure extends Error {
  override readonly name = 'Failure'
}
