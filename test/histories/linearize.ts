/** One operation of a history: when it was called and answered, on one count of such moments, and what it answered. */
export interface Recorded<Operation, Answer> {
  readonly operation: Operation
  readonly calledAt: number
  readonly answeredAt: number
  readonly answer: Answer
}

/** A specification of what is seen from outside: one operation at a time. */
export interface Specification<State, Operation, Answer> {
  /** The state after an operation that answered so; null when it could not have. The state given is not changed. */
  apply(state: State, operation: Operation, answer: Answer): State | null
  /** The same text for states that no later operation tells apart. */
  fingerprint(state: State): string
}

/**
 * Whether a history of concurrent operations is linearizable (Herlihy and Wing, 1990): whether there is an order in which
 * they could have happened one after the other, that puts nobody's operation before one which had been answered when it was
 * called. Gives that order, or null. The search is Wing and Gong's, and looks at no situation twice (Lowe, 2017).
 */
export function linearize<State, Operation, Answer>(
  specification: Specification<State, Operation, Answer>,
  start: State,
  history: readonly Recorded<Operation, Answer>[],
): readonly Operation[] | null {
  const seen = new Set<string>()

  function search(state: State, left: readonly Recorded<Operation, Answer>[]): readonly Operation[] | null {
    if (left.length === 0) return []
    const situation = `${left.map(({ calledAt }) => calledAt).join()} ${specification.fingerprint(state)}`
    if (seen.has(situation)) return null
    seen.add(situation)
    const firstAnswer = Math.min(...left.map(({ answeredAt }) => answeredAt))
    for (const next of left.filter(({ calledAt }) => calledAt < firstAnswer)) {
      const after = specification.apply(state, next.operation, next.answer)
      if (after === null) continue
      const rest = search(
        after,
        left.filter((one) => one !== next),
      )
      if (rest !== null) return [next.operation, ...rest]
    }
    return null
  }

  return search(start, history)
}

/** Runs each client's operations one after the other, all clients at once, and records what was answered when. */
export async function record<Operation, Answer>(
  clients: readonly (readonly Operation[])[],
  run: (operation: Operation, client: number) => Promise<Answer>,
): Promise<readonly Recorded<Operation, Answer>[]> {
  let moments = 0
  const histories = await Promise.all(
    clients.map(async (operations, client) => {
      const mine: Recorded<Operation, Answer>[] = []
      for (const operation of operations) {
        const calledAt = moments++
        const answer = await run(operation, client)
        mine.push({ operation, calledAt, answeredAt: moments++, answer })
      }
      return mine
    }),
  )
  return histories.flat()
}
