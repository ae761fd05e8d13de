// Fails when a folder of test/ has lost tests: a suite that shrinks by accident is as green as before.
// A floor is some tests below what the folder has; raise it with the folder, and lower it only with a reason.
import { readFileSync } from 'node:fs'

const floors = {
  '.': 110,
  architecture: 40,
  attacks: 570,
  browser: 10,
  cli: 230,
  contract: 330,
  crypto: 195,
  demo: 70,
  docs: 100,
  examples: 185,
  faults: 300,
  flows: 1200,
  histories: 9,
  interop: 10,
  invariants: 1350,
  limits: 95,
  otp: 400,
  passkeys: 270,
  processes: 40,
  properties: 16,
  races: 100,
  realms: 6,
  records: 100,
  services: 290,
  sms: 1050,
  stores: 630,
  types: 10,
  user: 720,
}

const counts = new Map()
const files = process.argv.slice(2).flatMap((report) => JSON.parse(readFileSync(report, 'utf8')).testResults)
for (const { name, assertionResults } of files) {
  const path = name.slice(name.lastIndexOf('/test/') + '/test/'.length)
  const folder = path.includes('/') ? path.split('/')[0] : '.'
  const passed = assertionResults.filter(({ status }) => status === 'passed').length
  counts.set(folder, (counts.get(folder) ?? 0) + passed)
}
const short = Object.entries(floors).filter(([folder, floor]) => (counts.get(folder) ?? 0) < floor)
for (const [folder, floor] of short)
  console.log(`test/${folder}: ${counts.get(folder) ?? 0} tests passed, at least ${floor} are expected`)
if (short.length > 0) process.exitCode = 1
