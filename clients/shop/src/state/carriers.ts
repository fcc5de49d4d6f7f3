/** Carriers as people know them, by the codes that parcels carry; others are shown as they were written. */
export const CARRIERS: [string, string][] = [
  ['SF', '顺丰'], ['JD', '京东'], ['ZTO', '中通'], ['YTO', '圆通'], ['STO', '申通'], ['YD', '韵达'], ['JT', '极兔'],
  ['EMS', '中国邮政'], ['DBL', '德邦'],
]
const names = new Map(CARRIERS)
export const carrier = (code: string) => names.get(code) ?? code
