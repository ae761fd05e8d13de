import fc from 'fast-check'
import { accountCommands } from './account.js'
import { challengeCommands } from './challenge.js'
import { clockCommands } from './clocks.js'
import { deviceCommands } from './devices.js'
import { enrolmentCommands } from './enrolments.js'
import { factorCommands } from './factors.js'
import { passCommands } from './passes.js'
import { stories } from './stories.js'
import { surroundingCommands } from './surroundings.js'

/** Every command. */
export const anyCommand = fc.oneof(
  ...challengeCommands,
  ...deviceCommands,
  ...factorCommands,
  ...enrolmentCommands,
  ...passCommands,
  ...accountCommands,
  ...stories,
  ...surroundingCommands,
  ...clockCommands,
)
