/** Provinces, cities and districts by their codes (GB/T 2260), for the wheel of an address. Loaded with that page alone. */
import { areaList } from '@vant/area-data'

export type Place = [code: string, name: string]
const below = (list: Record<string, string>, begin: string): Place[] => Object.entries(list).filter(([code]) => code.startsWith(begin))

export const provinces: Place[] = Object.entries(areaList.province_list)
export const citiesOf = (province: string) => below(areaList.city_list, province.slice(0, 2))
/** A city without districts stands for itself. */
export function districtsOf(city: string): Place[] {
  const found = below(areaList.county_list, city.slice(0, 4))
  return found.length ? found : below(areaList.city_list, city.slice(0, 4))
}

/** The three columns of the wheel while these rows are chosen; rows that are not there fall back to the first. */
export function columns(rows: readonly number[]): [Place[], Place[], Place[]] {
  const cities = citiesOf((provinces[rows[0] ?? 0] ?? provinces[0] as Place)[0])
  return [provinces, cities, districtsOf((cities[rows[1] ?? 0] ?? cities[0] as Place)[0])]
}

/** The rows of a region code, or none where the code names only a part of the way. */
export function rowsOf(code: string): number[] {
  const province = provinces.findIndex(([each]) => each.startsWith(code.slice(0, 2)))
  if (province < 0) return []
  const cities = citiesOf(code)
  const city = cities.findIndex(([each]) => each.startsWith(code.slice(0, 4)))
  if (city < 0) return []
  const district = districtsOf((cities[city] as Place)[0]).findIndex(([each]) => each === code)
  return district < 0 ? [] : [province, city, district]
}

/** The district's code, and the way to it in words: 浙江省 杭州市 西湖区, 上海市 静安区. */
export function regionAt(rows: readonly number[]): { region: string; region_name: string } {
  const places = columns(rows).map((column, at) => column[rows[at] ?? 0] ?? column[0] as Place)
  return { region: (places[2] as Place)[0], region_name: [...new Set(places.map(([, name]) => name))].join(' ') }
}
