export interface Rejection {
  readonly status: 'rejected'
  readonly reason: string
  readonly attemptsRemaining: number | null
  readonly retryAt: number | null
}

export interface Refusal {
  readonly status: 'refused'
  readonly reason: string
  readonly retryAt: number | null
}

export function rejection(
  reason: string,
  attemptsRemaining: number | null = 0,
  retryAt: number | null = null,
): Rejection {
  return { status: 'rejected', reason, attemptsRemaining, retryAt }
}

export function refusal(reason: string, retryAt: number | null = null): Refusal {
  return { status: 'refused', reason, retryAt }
}
