import fc from 'fast-check'

// Without it an array of at most 300 elements has twelve, and the bounds that properties are about are never met.
fc.configureGlobal({ defaultSizeToMaxWhenMaxSpecified: true })
