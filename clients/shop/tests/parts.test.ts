import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'

describe('parts', () => {
  it('show a price with its fen only when there are some', async () => {
    const price = (await import('@/parts/l-price.vue')).default

    expect(mount(price, { props: { fen: 19_900 } }).text()).toBe('¥199')
    expect(mount(price, { props: { fen: 1_990, was: 2_990 } }).text()).toBe('¥19.90¥29.90')
  })

  it('press once, and not at all while busy or off', async () => {
    const button = (await import('@/parts/l-button.vue')).default
    const shown = mount(button, { props: { busy: true } })

    await shown.find('.l-button').trigger('click')
    await shown.setProps({ busy: false, off: true })
    await shown.find('.l-button').trigger('click')
    expect(shown.emitted('press')).toBeUndefined()
    await shown.setProps({ off: false })
    await shown.find('.l-button').trigger('click')

    expect(shown.emitted('press')).toHaveLength(1)
  })

  it('say what went wrong and offer to try again only where that may help', async () => {
    const state = (await import('@/parts/l-state.vue')).default
    const { Trouble } = await import('@/api/trouble')
    const stubs = { global: { stubs: { 'l-icon': true, 'l-button': { template: '<b @click="$emit(\'press\')"><slot /></b>' } } } }
    const away = mount(state, { props: { trouble: new Trouble('away') }, ...stubs })

    await away.find('b').trigger('click')

    expect([away.text().includes('重试'), away.emitted('again')?.length]).toEqual([true, 1])
    expect(mount(state, { props: { trouble: new Trouble('not_found') }, ...stubs }).text()).toContain('回到首页')
    expect(mount(state, { props: { loading: true }, ...stubs }).find('[aria-busy=true]').exists()).toBe(true)
  })
})
