/** A bar of a chart. */
export interface Bar {
  readonly name: string
  readonly value: number
  /** Whether it is ours. */
  readonly emphasised?: boolean
}

const WIDTH = 720
const LABELS = 230
const ROW = 30

/** A chart of horizontal bars as SVG, readable on light and dark pages and without colours. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const height = 44 + bars.length * ROW
  const rows = bars.map(({ name, value, emphasised = false }, index) => {
    const y = 40 + index * ROW
    const width = Math.max(1, ((WIDTH - LABELS - 110) * value) / most)
    return `<text x="${LABELS - 10}" y="${y + 15}" text-anchor="end"${emphasised ? ' font-weight="bold"' : ''}>${escaped(name)}</text>
<rect x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="20" rx="2" fill="${emphasised ? '#0b7a75' : '#8a94a6'}"/>
<text x="${(LABELS + width + 8).toFixed(1)}" y="${y + 15}">${figure(value)} ${escaped(unit)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="13" fill="#1c2430">
<rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>
<text x="12" y="24" font-size="15" font-weight="bold">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`
}

/** Three figures. */
export function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
