import fc from 'fast-check'

/** A unit of strings: any character but half of a surrogate pair, many of them ASCII. (Each use of fast-check's own takes a second.) */
export const anyCharacter = fc
  .oneof(fc.nat({ max: 0x7f }), fc.nat({ max: 0xffff }), fc.nat({ max: 0x10_ffff }))
  .map((code) => String.fromCodePoint(code))
  .filter((character) => character.isWellFormed())
