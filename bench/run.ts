/**
 * `npm run bench`: measures everything on this machine and writes docs/performance.md and its charts. Takes a quarter of an hour;
 * `npm run bench -- totp sign-in` measures some and prints them. Busy machines spoil times more than ratios.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundled } from '../test/support/bundled.js'
import { barChart, figure } from './chart.js'

const root = fileURLToPath(new URL('../', import.meta.url))
const here = join(root, 'bench')
const docs = join(root, 'docs')
const pictures = join(docs, 'pictures')
const ROUNDS = 3

/** Node as it runs this, and those that bench/package.json brings. */
const nodes = [
  process.execPath,
  ...['22', '24', '26'].map((major) => join(here, `node_modules/node-${major}/bin/node`)),
].filter((path) => existsSync(path))
const versions = nodes.map((node) => output(node, ['--version']))

const sections: Readonly<Record<string, () => Promise<string> | string>> = {
  totp,
  'sign-in': signIn,
  stores: () => verbatim('Stores beside the same statements', 'stores-bare.ts', STORES),
  engines: () => verbatim('Whole sign-ins by engine', 'engines.ts', ENGINES),
  crowd: () => verbatim('A crowd', 'crowd.ts', CROWD),
  contention: () => verbatim('Many requests for one person', 'contention.ts', CONTENTION),
  growth: () => verbatim('Growth', 'growth.ts', GROWTH),
  soak: () => verbatim('What stays', 'soak.ts', SOAK),
  timing: () => verbatim('What time tells', 'timing.ts', TIMING),
  start: () => verbatim('Start and size', 'import.ts', START),
}

const STORES =
  'One read and one conditional write, through the store and as bare statements of the same driver, in turns.'
const ENGINES =
  'A sign-in is a read, a read and a conditional write. Beside it the same three store calls alone, with values of the same size: the rest is ours, on the same processors as the engine.'
const CROWD =
  'People who all come in the same instant, on one PostgreSQL pool of ten connections, beside the same people eight at a time; three times in turns, medians.'
const CONTENTION = 'Fifty requests at once for one person, through one process, and what eight others notice of it.'
const GROWTH = 'The same sign-ins in tables of different size.'
const SOAK =
  'On the memory store: a person’s record through a year of a sign-in a day, with the last twenty activities in it; imports; and the heap after a collection of garbage. More people and more sign-ins are two numbers behind `npx tsx bench/soak.ts`.'
const TIMING =
  'Welch’s t over how long two kinds of guesses took; below 4.5 they cannot be told apart. In brackets the same for one kind against itself: what the machine’s noise comes to.'
const START = 'What `import` costs over an empty import, and what is loaded by it.'

const AIMS = `## Aims that are not met, and why

- **80 µs for a sign-in by an app.** A profile of 95 µs on Node 22 shows where it goes: 39 to the codec, which reads two records field
  by field and writes one (more than half of it is \`JSON.parse\` and \`JSON.stringify\` themselves), 25 to opening two sealed records and
  sealing one, each under a key of its own, 13 to signing and checking tokens, 4 to the code, 4 to the decisions and 9 to
  promises and the line for the store. What would save more is what makes it safe: reading only some of the fields, or
  keeping opened records or their keys in memory between calls.
- **20 kB of own code, and 25 ms, at first import.** Beginning and verifying a challenge, the account and what they need, options
  and the codec, are about 27 kB by themselves; loading the rest later would cost the first enrolment a stall. The time follows
  the size.
- **Ahead of everybody with SHA-512.** It is computed in JavaScript here, in halves of 64-bit words, where others hand it to OpenSSL.
  Handing it on would save about 2 µs on most versions of Node, and cost 25 on Node 24.
- **95 % of bare statements, on every store.** Stores whose engine takes its time are there. Redis and SQLite in a file answer in
  some ten microseconds, and looking at keys and values before they are sent takes a few: 78 to 97 %, from run to run.
- **Four fifths of the best rate under any crowd.** All are served, five thousand at 76 to 98 % of the steady rate and twenty
  thousand at 63 to 102, mostly about 70. Each of them holds some 6 kB while it waits for the store: the suspended functions of
  its operation. A profile of twenty thousand shows what that costs: of the 0.25 ms by which a sign-in took longer, 0.12 to 0.15
  were the collection of garbage, and most of the rest spread evenly over everything, as memory that is looked at rarely is far
  away. Waiting at the door of each operation would hold less, and would let no sign-in that is half done go first.
- **Whole sign-ins at the rate of the engine alone.** Where both share their processors, the work above is taken from the engine's.
`

const wanted = process.argv.slice(2)
const parts: string[] = []
for (const [name, measure] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const part = await measure()
  console.log(part)
  parts.push(part)
}
if (wanted.length === 0) writeFileSync(join(docs, 'performance.md'), page([...parts, AIMS]))

async function totp(): Promise<string> {
  type Report = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>
  const script = await bundled(join(here, 'totp.ts'), here)
  const reports = nodes.map((node) => JSON.parse(output(node, [script])) as Report)
  const [first = {}] = reports
  const sha1 = first['SHA-1'] ?? {}
  const contenders = Object.keys(sha1['wrong'] ?? {})
  const meanOf = (report: Report, algorithm: string, contender: string): number => {
    const lines = Object.entries(report[algorithm] ?? {}).filter(([title]) => title !== 'generate')
    return lines.reduce((sum, [, row]) => sum + (row[contender] ?? NaN), 0) / lines.length
  }
  chart(
    'verify-totp',
    'Verifying a code, SHA-1, window of three steps, mean of right and wrong',
    'µs',
    contenders.map((name) => ({ name, value: meanOf(first, 'SHA-1', name) })),
  )
  const lines = Object.entries(sha1).map(([title, row]) => [
    title,
    ...contenders.map((name) => figure(row[name] ?? NaN)),
  ])
  const acrossNodes = reports.flatMap((report, index) =>
    Object.keys(report).map((algorithm) => [
      `${versions[index] ?? ''}, ${algorithm}`,
      ...contenders.map((name) => cell(meanOf(report, algorithm, name))),
      `${figure(meanOf(report, algorithm, 'countersign') / meanOf(report, algorithm, 'floor'))} ×`,
    ]),
  )
  return `## Codes

Six digits, a window of one step to each side, microseconds of processor time a call. The floor is the bare compressions of the
hash function that HMAC cannot do without. Countersign always computes the whole window; libraries that stop at the first match
are faster on right codes of this step and slower on wrong ones, which tells an attacker which it was.

![Verifying a code beside others](pictures/verify-totp.svg)

${table([`${versions[0] ?? ''}, SHA-1`, ...contenders], lines)}

Mean of right and wrong codes, on every Node:

${table(['', ...contenders, 'countersign over floor'], acrossNodes)}
`
}

async function signIn(): Promise<string> {
  const script = await bundled(join(here, 'sign-in.ts'), here)
  const variants: readonly (readonly [name: string, perRound: number])[] = [
    ['floor: the code alone', 5000],
    ['by hand: otplib and a Map', 3000],
    ['app', 3000],
    ['text', 2000],
    ['step-up', 2000],
    ['trusted', 3000],
    ['passkey', 100],
    ['passkey, signing alone', 300],
    ['better-auth, password not hashed', 30],
    ['better-auth, password not hashed, no code', 100],
  ]
  const medians = new Map<string, number[]>()
  // In turns, so that what else the machine does falls on all alike.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, node] of nodes.entries()) {
      for (const [name, perRound] of variants) {
        const key = `${index} ${name}`
        medians.set(key, [...(medians.get(key) ?? []), Number(output(node, [script, name, String(perRound)]))])
      }
    }
  }
  const of = (index: number, name: string): number => median(medians.get(`${index} ${name}`) ?? [])
  chart(
    'sign-in',
    `A sign-in on the memory store, ${versions[0] ?? ''}`,
    'µs',
    // Beside a whole framework's sign-in, all others would be as short as one another.
    variants.filter(([name]) => !name.startsWith('better-auth')).map(([name]) => ({ name, value: of(0, name) })),
  )
  const rows = variants.map(([name]) => [
    name,
    ...nodes.map((_, index) => figure(of(index, name))),
    spread(medians.get(`0 ${name}`) ?? []),
  ])
  return `## Sign-ins

Microseconds of processor time, each variant alone in its process, memory store, median of ${ROUNDS} processes in turns. A sign-in
is \`begin\` and \`verify\`, by a text two writes and its budgets more; a passkey's includes the signature that its owner's device makes,
which the line below it shows alone. By hand means the primitive of otplib, a random id and a Map: no seal, no lock, no replay across
processes. The difference is what safety costs.

![A sign-in beside others](pictures/sign-in.svg)

${table(['', ...versions, 'spread'], rows)}
`
}

/** A benchmark that prints lines for people. */
function verbatim(title: string, script: string, about: string): string {
  const printed = output(process.execPath, ['--import', 'tsx', join(here, script)])
  const lines = printed.split('\n').filter((line) => !/^stores? (?:not )?tested/i.test(line))
  return `## ${title}\n\n${about}\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`
}

function page(written: readonly string[]): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const model = cpus()[0]?.model ?? 'unknown'
  const day = new Date().toISOString().slice(0, 10)
  return `# Performance

Measured by \`npm run bench\`, which writes this page, on ${day}: Countersign ${version}, ${cpus().length} cores (${model.trim()}), ${versions.join(', ')}. The machine
is shared, so read the ratios, which were taken in one run, rather than the times.

${written.join('\n')}`
}

function chart(name: string, title: string, unit: string, bars: readonly { name: string; value: number }[]): void {
  const ours = (bar: string): boolean => ['countersign', 'app', 'text', 'step-up', 'trusted', 'passkey'].includes(bar)
  mkdirSync(pictures, { recursive: true })
  const drawn = barChart(
    title,
    unit,
    bars.filter(({ value }) => !Number.isNaN(value)).map((bar) => ({ ...bar, emphasised: ours(bar.name) })),
  )
  writeFileSync(join(pictures, `${name}.svg`), drawn)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join('\n')
}

function cell(value: number): string {
  return Number.isNaN(value) ? '–' : figure(value)
}

function output(command: string, args: readonly string[]): string {
  return execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

function spread(values: readonly number[]): string {
  return `${figure(Math.min(...values))}–${figure(Math.max(...values))}`
}
