// Counts the tests of all vitest reports in a folder, each test once, and ends with the one line that says so.
// Fails when there was none, when one failed, and when one ran nowhere.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2]
const outcomes = new Map()
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'))
  for (const file of report.testResults) {
    const path = file.name.replace(/^.*?\/(?=test\/)/, '')
    const results = file.assertionResults.map((test) => [`${path} > ${test.fullName}`, test.status])
    // A file that did not load holds no test, and failed all the same.
    if (file.status === 'failed' && results.every(([, status]) => status !== 'failed'))
      results.push([`${path} (${name})`, 'failed'])
    const seen = new Map()
    for (const [test, status] of results) {
      // Two tests of one name in one file are two tests.
      const times = (seen.get(test) ?? 0) + 1
      seen.set(test, times)
      const key = times === 1 ? test : `${test} (${times})`
      outcomes.set(key, [...(outcomes.get(key) ?? []), status])
    }
  }
}

const all = [...outcomes]
const failed = all.filter(([, statuses]) => statuses.includes('failed'))
const passed = all.filter(([, statuses]) => statuses.includes('passed') && !statuses.includes('failed'))
const idle = all.filter(([, statuses]) => !statuses.includes('failed') && !statuses.includes('passed'))
for (const [test] of failed) console.log(`failed: ${test}`)
for (const [test] of idle) console.log(`ran nowhere: ${test}`)
console.log(`\n${passed.length} passed, ${failed.length} failed${idle.length > 0 ? `, ${idle.length} skipped` : ''}`)
if (passed.length === 0 || failed.length + idle.length > 0) process.exitCode = 1
