/** Who is here: a guest with a cart's token, or a customer. Kept on the device. */
import { reactive } from 'vue'
import { forgetKept } from '@/api/kept'
import { hooks, post } from '@/api/request'
import { forget, random, recall, remember } from '@/api/store'

export const session = reactive({ token: recall('token', ''), expired: false })

export const loggedIn = () => session.token !== ''

/** The guest's token: made when it is first needed, kept through the login, so that the cart comes along. */
function guestToken(): string {
  let token = recall('guest', '')
  if (!token) remember('guest', token = random(40))
  return token
}

hooks.headers = () => ({
  ...(session.token ? { Authorization: `Bearer ${session.token}` } : {}),
  'X-Cart-Token': guestToken(),
})
hooks.loggedOut = () => {
  session.expired = session.token !== ''
  drop()
}

function drop(): void {
  session.token = ''
  forget('token')
  forgetKept()
}

/** Trade the phone's code for a token. A visitor who opened a friend's link is known from now on. */
export async function logIn(phone: string, code: string): Promise<number> {
  const { token, merged } = await post('/api/v1/shop/login', { body: { phone, code } })
  return welcomeBack(token, merged)
}

export async function welcomeBack(token: string, merged: number): Promise<number> {
  forgetKept()
  session.token = token
  session.expired = false
  remember('token', token)
  forget('guest')                        // it was merged; a later guest begins anew
  if (recall('invited', false)) {
    await post('/api/v1/referral/visitor', { body: { visitor: recall('visitor', '') } }).then(() => forget('invited'), () => undefined)
  }
  return merged
}

export async function logOut(): Promise<void> {
  await post('/api/v1/shop/logout').catch(() => undefined)
  drop()
}
