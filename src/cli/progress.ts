import type { ResealProgress } from '../interfaces/maintenance.js'
import type { Io } from './io.js'

/** Tells a person, or a log, how far a walk over all records has come. */
export interface ProgressReport {
  update(progress: ResealProgress): void
  /** Says where it stands for the last time, and leaves the cursor on a fresh line. */
  end(): void
}

const REDRAW_MS = 100
const LINE_MS = 1000
const BAR_WIDTH = 24

/** A report that says nothing. */
export const silence: ProgressReport = { update: () => undefined, end: () => undefined }

/** A bar in a terminal, drawn over and over; elsewhere a line a second at most. `total` is null when nobody has counted. */
export function createProgressReport(
  { columns, clock, report }: Pick<Io, 'columns' | 'clock' | 'report'>,
  total: number | null,
): ProgressReport {
  const startedAt = clock.now()
  let shownAt: number | null = null
  let shown: ResealProgress | null = null
  let latest: ResealProgress | null = null

  function show(progress: ResealProgress, now: number): void {
    const words = describe(progress, total, Math.max(0, now - startedAt))
    report(
      columns === null
        ? `${words}\n`
        : `\r${fit(total === null ? words : `${bar(progress.seen, total)}  ${words}`, columns - 1)}`,
    )
    shownAt = now
    shown = progress
  }

  return {
    update(progress) {
      latest = progress
      const now = clock.now()
      // A clock that was set back must not silence the report.
      if (shownAt === null || Math.abs(now - shownAt) >= (columns === null ? LINE_MS : REDRAW_MS)) show(progress, now)
    },
    end() {
      if (latest !== null && latest !== shown) show(latest, clock.now())
      if (columns !== null && shown !== null) report('\n')
    },
  }
}

function describe({ seen, resealed, unreadable }: ResealProgress, total: number | null, elapsedMs: number): string {
  const rate = elapsedMs < LINE_MS ? '' : `, ${Math.round((seen * 1000) / elapsedMs)}/s`
  const bad = unreadable === 0 ? '' : `, ${unreadable} unreadable`
  return `${seen}${total === null ? '' : ` of ${total}`} records, ${resealed} resealed${bad}${rate}`
}

// Records come and go meanwhile, so the count is only nearly right.
function bar(seen: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, seen / total)
  const filled = Math.floor(share * BAR_WIDTH)
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %`
}

function fit(line: string, width: number): string {
  return line.slice(0, Math.max(0, width)).padEnd(width)
}
