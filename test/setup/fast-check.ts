import fc from 'fast-check'

const { SEED } = process.env

fc.configureGlobal({
  // Without it an array of at most 300 elements has twelve, and the bounds that properties are about are never met.
  defaultSizeToMaxWhenMaxSpecified: true,
  // Where a seed is named, what failed fails again; elsewhere each run tries something new, and tells its seed when it fails.
  ...(SEED !== undefined && { seed: Number(SEED) }),
})
