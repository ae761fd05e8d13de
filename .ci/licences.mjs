// Fails when anything that an installation brings has a licence that a hospital's lawyer would stop at, or names none.
import { readFileSync } from 'node:fs'

const fine = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']
/** Named in a file of the package, and not in its package.json. */
const byFile = { 'node_modules/thirty-two': 'MIT' }

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const installed = Object.entries(packages).filter(([path, { dev, peer }]) => path !== '' && !dev && !peer)
const odd = installed.filter(([path, { license = byFile[path] }]) => !fine.includes(license))
for (const [path, { license }] of odd) console.log(`${path}: ${license ?? 'no licence'}`)
console.log(`${installed.length} packages installed, ${odd.length} with a licence that is not in the list`)
if (installed.length === 0 || odd.length > 0) process.exitCode = 1
