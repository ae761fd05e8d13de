import { embeddedEngines } from './engines.js'
import { holdContract } from './hold-contract.js'

await holdContract(embeddedEngines)
