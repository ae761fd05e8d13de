import { setImmediate as breathe } from 'node:timers/promises'
import type { AccountOperation } from '../support/operations.js'
import type { Call } from './dependencies.js'
import { faultNames, faultsOf, type FaultName } from './faults.js'
import { happen, strike, type Happening } from './happenings.js'

/** What one call of an operation comes to when it goes wrong. */
export interface Cell {
  readonly call: Call
  readonly fault: FaultName
  readonly happened: Happening
}

/** An operation, when all goes well and when one thing does not. */
export interface Measured {
  readonly operation: AccountOperation
  readonly well: Happening
  readonly cells: readonly Cell[]
}

/** Does an operation once for every fault of every call that it makes. */
export async function measure(operation: AccountOperation): Promise<Measured> {
  const calls: Call[] = []
  const well = await happen(operation, (call) => void calls.push(call))
  await breathe()
  const cells: Cell[] = []
  for (const call of calls) {
    const faults = faultsOf(call)
    for (const fault of faultNames) {
      if (faults[fault] === undefined) continue
      cells.push({ call, fault, happened: await strike(operation, call, fault) })
    }
  }
  return { operation, well, cells }
}

/** What a cell says: `=` for what happens when all goes well. */
export function saying({ happened }: Cell, well: Happening): string {
  if (happened.error !== null) return happened.wrote ? `${happened.word}, written` : happened.word
  return happened.word === well.word ? '=' : happened.word
}

/** A page's section about an operation. Calls of one name that fare alike share a row. */
export function sectionOf({ operation, well, cells }: Measured): string {
  const rows = new Map<string, { readonly name: string; readonly ordinals: number[]; readonly sayings: string[] }>()
  const totals = new Map<string, number>()
  const calls = new Map(cells.map(({ call }) => [`${call.name} ${call.ordinal}`, call]))
  for (const call of calls.values()) {
    const mine = cells.filter((cell) => cell.call === call)
    const sayings = faultNames.map((fault) => {
      const cell = mine.find((one) => one.fault === fault)
      return cell === undefined ? '' : saying(cell, well)
    })
    const alike = [call.name, ...sayings].join('|')
    const row = rows.get(alike) ?? { name: call.name, ordinals: [], sayings }
    row.ordinals.push(call.ordinal)
    rows.set(alike, row)
    totals.set(call.name, (totals.get(call.name) ?? 0) + 1)
  }
  const lines = [...rows.values()].map(({ name, ordinals, sayings }) => {
    const which = ordinals.length === totals.get(name) ? '' : ` (${spans(ordinals)})`
    return `| \`${name}\`${which} | ${sayings.join(' | ')} |`
  })
  const heading = `## ${operation.name}\n\nWhen all goes well: ${well.word}.`
  if (lines.length === 0) return `${heading} It calls nothing.\n`
  return [
    heading,
    '',
    `| call | ${faultNames.join(' | ')} |`,
    `|---|${faultNames.map(() => '---').join('|')}|`,
    ...lines,
    '',
  ].join('\n')
}

/** Numbers in a few words: 1, 2, 3 and 5 are `1–3, 5`. */
function spans(numbers: readonly number[]): string {
  const found: [number, number][] = []
  for (const each of numbers) {
    const last = found.at(-1)
    if (last?.[1] === each - 1) last[1] = each
    else found.push([each, each])
  }
  return found.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ')
}
